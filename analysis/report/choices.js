// What people chose, and what came of it: one bar a choice, to one scale.
Lazaret.pictures.push(function () {
  var L = Lazaret, rows = L.data.choices;
  rows.forEach(function (r) { r.total = d3.sum(r.parts, function (p) { return p.n; }); });
  var most = d3.max(rows, function (r) { return r.total; });
  if (!most) { L.empty('picture-choices', 'Nobody was quarantined.'); return; }
  var rowHeight = 62, c = L.canvas('picture-choices', rows.length * rowHeight);
  var x = d3.scale.linear().domain([0, most]).range([0, c.width]);
  rows.forEach(function (r, i) {
    var g = c.svg.append('g').attr('transform', 'translate(0,' + i * rowHeight + ')'), at = 0, kx = 0;
    g.append('text').attr('class', 'strong').attr('x', 0).attr('y', 13).text(r.title + ': ' + r.total);
    g.append('rect').attr('class', 'stripe').attr('x', 0).attr('y', 19).attr('width', c.width).attr('height', 16);
    r.parts.filter(function (p) { return p.n > 0; }).forEach(function (p) {
      L.hover(g.append('rect').datum(p).attr('class', 'l-' + p.look).attr('x', x(at)).attr('y', 19).attr('width', Math.max(1, x(p.n) - 1.5)).attr('height', 16),
        function (d) { return r.title + '\n' + d.n + ' ' + d.what; });
      at += p.n;
      var key = g.append('g').attr('transform', 'translate(' + kx + ',49)');
      key.append('rect').attr('class', 'l-' + p.look).attr('width', 9).attr('height', 9).attr('y', -8);
      var text = key.append('text').attr('class', 'soft').attr('x', 13).text(p.n + ' ' + p.what);
      kx += 13 + text.node().getComputedTextLength() + (c.narrow ? 9 : 18);
    });
  });
});
