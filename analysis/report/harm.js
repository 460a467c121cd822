// What the bots attempted over time, stacked by what became of it, beside what they had set out to do.
Lazaret.pictures.push(function () {
  var L = Lazaret, panels = L.data.harm;
  if (!panels.length) { L.empty('picture-harm', 'No bot attempted anything.'); return; }
  var looks = {
    direct_smtp: { title: 'Spam messages', parts: [
      { name: 'delivered', look: 'h-escaped', of: function (b) { return b.open_ok + b.held_ok; } },
      { name: 'turned away by the receiver', look: 'h-turned', of: function (b) { return b.open - b.open_ok; } },
      { name: 'stopped by the quarantine', look: 'h-stopped', of: function (b) { return b.held - b.held_ok; } }] },
    probe: { title: 'Scan contacts', parts: [
      { name: 'while the line was open', look: 'h-escaped', of: function (b) { return b.open; } },
      { name: 'while quarantined', look: 'h-stopped', of: function (b) { return b.held; } }] }
  };
  function look(service) {
    return looks[service] || { title: service, parts: looks.probe.parts };
  }
  var phone = document.getElementById('picture-harm').clientWidth < 560, panelHeight = phone ? 270 : 232;
  var c = L.canvas('picture-harm', panels.length * panelHeight), left = 46, end = L.data.end_s;
  var x = d3.scale.linear().domain([0, end]).range([left, c.width - 8]);
  panels.forEach(function (panel, p) {
    var l = look(panel.service), g = c.svg.append('g').attr('transform', 'translate(0,' + p * panelHeight + ')');
    var top = c.narrow ? 84 : 48, bottom = top + 146;
    var most = d3.max(panel.bars, function (b) { return Math.max(b.intended, b.open + b.held); }) || 1;
    var y = d3.scale.linear().domain([0, most]).nice(4).range([bottom, top]);
    g.append('text').attr('class', 'strong').attr('x', 0).attr('y', 14).text(l.title + (panel.minutes_per_bar > 1 ? ' in ' + panel.minutes_per_bar + ' minutes' : ' a minute'));
    var kx = 0, ky = 33;
    l.parts.concat([{ name: 'planned, were nothing done', look: null }]).forEach(function (part) {
      var key = g.append('g'), text;
      if (part.look) key.append('rect').attr('class', part.look).attr('width', 11).attr('height', 11).attr('y', -9);
      else key.append('line').attr('class', 'intended').attr('x2', 20).attr('y1', -4).attr('y2', -4);
      text = key.append('text').attr('class', 'soft').attr('x', part.look ? 16 : 26).text(part.name);
      var w = (part.look ? 16 : 26) + text.node().getComputedTextLength() + 18;
      if (kx + w - 18 > c.width) { kx = 0; ky += 17; }
      key.attr('transform', 'translate(' + kx + ',' + ky + ')');
      kx += w;
    });
    L.timeAxis(g.append('g'), x, L.timeTicks(end, c.narrow ? 4 : 8), top, bottom);
    y.ticks(4).forEach(function (t) {
      g.append('line').attr('class', t === 0 ? 'base' : 'grid').attr('x1', left).attr('x2', x(end)).attr('y1', y(t)).attr('y2', y(t));
      g.append('text').attr('class', 'soft').attr('x', left - 8).attr('y', y(t) + 4).attr('text-anchor', 'end').text(t);
    });
    var bar = g.selectAll('g.bar').data(panel.bars).enter().append('g').attr('class', 'bar');
    bar.each(function (b) {
      var at = 0, self = d3.select(this);
      l.parts.forEach(function (part) {
        var n = part.of(b);
        if (n > 0) self.append('rect').attr('class', part.look).attr('x', x(b.from) + 0.5).attr('width', Math.max(0.8, x(b.to) - x(b.from) - 1)).attr('y', y(at + n)).attr('height', y(at) - y(at + n));
        at += n;
      });
      self.append('rect').attr('x', x(b.from)).attr('width', x(b.to) - x(b.from)).attr('y', top).attr('height', bottom - top).style('fill', 'transparent');
    });
    L.hover(bar, function (b) {
      return L.clock(b.from) + ' to ' + L.clock(b.to) + '\n' + l.parts.map(function (part) { return part.of(b) + ' ' + part.name; }).join('\n') + '\n' + Math.round(b.intended) + ' planned';
    });
    g.append('path').attr('class', 'intended').style('pointer-events', 'none').attr('d', d3.svg.line().x(function (b) { return x((b.from + b.to) / 2); }).y(function (b) { return y(b.intended); })(panel.bars));
  });
});
