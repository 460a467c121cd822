// One row an account: the ladder's states above, the infection below, and what people did as marks.
Lazaret.pictures.push(function () {
  var L = Lazaret, rows = L.data.timeline.rows, end = L.data.end_s;
  if (!rows.length) { L.empty('picture-timeline', 'No account was infected or quarantined.'); return; }
  var groups = d3.nest().key(function (r) { return r.group; }).entries(rows);
  var rowHeight = 21, headHeight = 27, y = 4;
  groups.forEach(function (g) {
    g.y = y; y += headHeight;
    g.values.forEach(function (r) { r.y = y; y += rowHeight; });
    y += 6;
  });
  var c = L.canvas('picture-timeline', y + 26), left = c.narrow ? 40 : 64, bottom = y;
  var x = d3.scale.linear().domain([0, end]).range([left, c.width - 8]);
  L.timeAxis(c.svg.append('g'), x, L.timeTicks(end, c.narrow ? 4 : 8), 8, bottom);

  groups.forEach(function (g) {
    var title = g.key === '' ? 'Never infected, held wrongly' : g.values[0].infections[0].what;
    c.svg.append('text').attr('class', 'strong').attr('x', 0).attr('y', g.y + 19).style('stroke', 'var(--paper)').style('stroke-width', '4px')
      .style('paint-order', 'stroke').text(title + ' (' + g.values.length + ')');
  });
  var row = c.svg.selectAll('g.row').data(rows).enter().append('g').attr('class', 'row').attr('transform', function (r) { return 'translate(0,' + r.y + ')'; });
  row.append('text').attr('class', 'soft').attr('x', left - 8).attr('y', 12).attr('text-anchor', 'end').text(function (r) { return r.account; });
  row.append('rect').attr('class', 'stripe').attr('x', left).attr('width', x(end) - left).attr('y', 3).attr('height', 11);

  function within(key) { return function (r) { return r[key].map(function (d) { return { row: r, d: d }; }); }; }
  function width(o) { return Math.max(1.5, x(o.d.to) - x(o.d.from)); }
  L.hover(row.selectAll('rect.state').data(within('states')).enter().append('rect').attr('class', function (o) { return 'state s-' + o.d.state; })
    .attr('x', function (o) { return x(o.d.from); }).attr('width', width).attr('y', 3).attr('height', 11),
    function (o) { return 'Account ' + o.row.account + ': ' + o.d.state + '\n' + L.clock(o.d.from) + ' to ' + L.clock(o.d.to) + ' (' + L.span(o.d.to - o.d.from) + ')'; });
  L.hover(row.selectAll('rect.infected').data(within('infections')).enter().append('rect').attr('class', 'infected')
    .attr('x', function (o) { return x(o.d.from); }).attr('width', width).attr('y', 15.5).attr('height', 3),
    function (o) {
      return 'Account ' + o.row.account + ': ' + o.d.what.toLowerCase() + '\n' + L.clock(o.d.from) + ' to ' + (o.d.cleaned ? L.clock(o.d.to) + ', cleaned' : 'the end of the run');
    });

  // Page views first, so that choices lie on top; a choice that would cover the one before it is left to the hover note.
  function marks(what) {
    return function (r) { return r.marks.filter(function (m) { return what.indexOf(m.what) >= 0; }).map(function (m) { return { row: r, d: m }; }); };
  }
  function note(words) {
    return function (o) { return 'Account ' + o.row.account + ' at ' + L.clock(o.d.at) + '\n' + words(o.d) + (o.d.infected ? '\nstill infected' : '\nnot infected'); };
  }
  L.hover(row.selectAll('rect.viewmark').data(marks(['saw_page'])).enter().append('rect').attr('class', 'viewmark')
    .attr('x', function (o) { return x(o.d.at) - 0.8; }).attr('width', 1.6).attr('y', 1).attr('height', 6), note(function () { return 'saw the page'; }));
  var sign = L.hover(row.selectAll('g.signmark').data(marks(['cleaned', 'cleaning_failed'])).enter().append('g').attr('class', 'signmark')
    .attr('transform', function (o) { return 'translate(' + x(o.d.at) + ',8.5)'; }), note(function (m) { return m.what === 'cleaned' ? 'cleaned' : 'cleaning failed'; }));
  sign.append('circle').attr('r', 6.2);
  sign.append('text').attr('y', 3.6).text(function (o) { return o.d.what === 'cleaned' ? '✓' : '✗'; });
  var pick = L.hover(row.selectAll('g.pickmark').data(marks(['chose'])).enter().append('g').attr('class', 'pickmark')
    .attr('transform', function (o) { return 'translate(' + x(o.d.at) + ',8.5)'; }), note(function (m) { return 'chose ' + (m.choice === 'already' ? 'already removed' : m.choice); }));
  pick.append('circle').attr('r', 6.2);
  pick.append('text').attr('y', 3.2).text(function (o) { return o.d.choice ? o.d.choice.charAt(0).toUpperCase() : '?'; });
});
