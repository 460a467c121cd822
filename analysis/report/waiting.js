// Share of infections caught by the time since they began: Kaplan-Meier steps with their bands.
Lazaret.pictures.push(function () {
  var L = Lazaret, curves = L.data.waiting.filter(function (c) { return c.steps.length; });
  if (!curves.length) { L.empty('picture-waiting', 'No account was infected.'); return; }
  var lastEvent = d3.max(curves, function (k) { return d3.max(k.steps, function (s) { return s.events ? s.at : 0; }); }) || 0;
  // Beyond the last catch the curves are flat: leave that away.
  var end = Math.max(lastEvent * 1.12, 5);
  var c = L.canvas('picture-waiting', 300), top = 14, bottom = 250, left = 46, right = c.narrow ? 12 : 24;
  var x = d3.scale.linear().domain([0, end]).range([left, c.width - right]), y = d3.scale.linear().domain([0, 1]).range([bottom, top]);
  var svg = c.svg;
  L.timeAxis(svg.append('g'), x, L.timeTicks(end, c.narrow ? 4 : 8), top, bottom);
  [0, 0.25, 0.5, 0.75, 1].forEach(function (t) {
    svg.append('line').attr('class', t === 0.5 ? 'half' : t === 0 ? 'base' : 'grid').attr('x1', left).attr('x2', c.width - right).attr('y1', y(t)).attr('y2', y(t));
    svg.append('text').attr('class', 'soft').attr('x', left - 8).attr('y', y(t) + 4).attr('text-anchor', 'end').text(100 * t + ' %');
  });
  svg.append('text').attr('class', 'soft').attr('x', c.width - right).attr('y', bottom + 36).attr('text-anchor', 'end').text('time since the infection began');

  var dashes = ['', '7 3', '2 3', '9 3 2 3', '4 2', '1 2'];
  curves.forEach(function (curve, i) {
    var g = svg.append('g').attr('class', 'c' + i % 6);
    var steps = [{ at: 0, caught: 0, low: 0, high: 0 }].concat(curve.steps).filter(function (s) { return s.at <= end; });
    steps.push({ at: end, caught: steps[steps.length - 1].caught, low: steps[steps.length - 1].low, high: steps[steps.length - 1].high });
    g.append('path').attr('class', 'band').attr('d', d3.svg.area().interpolate('step-after').x(function (s) { return x(s.at); })
      .y0(function (s) { return y(s.low); }).y1(function (s) { return y(s.high); })(steps));
    g.append('path').attr('class', 'curve').attr('stroke-dasharray', dashes[i % 6] || null)
      .attr('d', d3.svg.line().interpolate('step-after').x(function (s) { return x(s.at); }).y(function (s) { return y(s.caught); })(steps));
    curve.steps.filter(function (s) { return s.censored && s.at <= end; }).forEach(function (s) {
      g.append('line').attr('class', 'tick').attr('x1', x(s.at)).attr('x2', x(s.at)).attr('y1', y(s.caught) - 5).attr('y2', y(s.caught) + 5);
    });
    var points = curve.steps.filter(function (s) { return s.events && s.at <= end; });
    L.hover(g.selectAll('circle').data(points).enter().append('circle').attr('r', 7).attr('cx', function (s) { return x(s.at); })
      .attr('cy', function (s) { return y(s.caught); }).style('fill', 'transparent'),
      function (s) { return curve.title + '\n' + L.percent(s.caught) + ' caught within ' + L.span(s.at) + '\n95 %: ' + L.percent(s.low) + ' to ' + L.percent(s.high); });
    // The key stands in the free corner under the curves.
    var ky = bottom - 16 - 20 * (curves.length - 1 - i), kx = c.width - right - (c.narrow ? 178 : 260);
    g.append('line').attr('class', 'curve').attr('stroke-dasharray', dashes[i % 6] || null).attr('x1', kx).attr('x2', kx + 26).attr('y1', ky - 4).attr('y2', ky - 4);
    g.append('text').attr('class', 'coloured').attr('x', kx + 33).attr('y', ky)
      .text(curve.title + ' (' + curve.infections + ')' + (curve.median === null || c.narrow ? '' : ', half within ' + L.span(curve.median)));
  });
});
