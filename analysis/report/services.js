// Dots with intervals: success of each service outside (hollow) and inside (filled) of quarantine.
Lazaret.pictures.push(function () {
  var L = Lazaret, rows = L.data.services;
  if (!rows.length) { L.empty('picture-services', 'The run recorded no attempts.'); return; }
  var c0 = document.getElementById('picture-services').clientWidth < 560, rowHeight = c0 ? 58 : 42, top = 10, bottom = top + rows.length * rowHeight;
  var c = L.canvas('picture-services', bottom + 30), left = c.narrow ? 10 : 190, right = c.narrow ? 18 : 110;
  var x = d3.scale.linear().domain([0, 1]).range([left, c.width - right]);
  [0, 0.25, 0.5, 0.75, 1].forEach(function (t) {
    c.svg.append('line').attr('class', 'grid').attr('x1', x(t)).attr('x2', x(t)).attr('y1', top).attr('y2', bottom);
    c.svg.append('text').attr('class', 'soft').attr('x', x(t)).attr('y', bottom + 17).attr('text-anchor', c.narrow && t === 0 ? 'start' : c.narrow && t === 1 ? 'end' : 'middle').text(100 * t + ' %');
  });
  var row = c.svg.selectAll('g.service').data(rows).enter().append('g').attr('class', function (r) { return 'service e-' + r.effect.replace(/ /g, '-'); })
    .attr('transform', function (r, i) { return 'translate(0,' + (top + i * rowHeight) + ')'; });
  row.append('text').attr('class', 'strong').attr('x', 0).attr('y', c.narrow ? 14 : rowHeight / 2 + 4).text(function (r) { return r.title; });
  row.append('text').attr('x', c.width).attr('y', c.narrow ? 14 : rowHeight / 2 + 4).attr('text-anchor', 'end')
    .attr('class', function (r) { return r.effect === 'no comparison' || r.effect === 'no clear change' ? 'soft' : 'coloured'; }).text(function (r) { return r.effect; });
  [['outside', 'out', -7], ['inside', 'in', 7]].forEach(function (side) {
    var g = row.filter(function (r) { return r[side[0]].n > 0; }).append('g').attr('class', side[1])
      .attr('transform', 'translate(0,' + ((c.narrow ? 38 : rowHeight / 2) + side[2]) + ')');
    g.append('line').attr('class', 'whisker').attr('x1', function (r) { return x(r[side[0]].low); }).attr('x2', function (r) { return x(r[side[0]].high); });
    g.append('circle').attr('r', 4.6).attr('cx', function (r) { return x(r[side[0]].value); });
    L.hover(g, function (r) {
      var s = r[side[0]];
      return r.title + ', ' + side[0] + ' of quarantine\n' + s.k + ' of ' + s.n + ' succeeded: ' + L.percent(s.value) + '\n95 %: ' + L.percent(s.low) + ' to ' + L.percent(s.high);
    });
  });
});
