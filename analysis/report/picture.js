// What all pictures share: the drawing area, the axis of time, the hover note.
'use strict';
var Lazaret = (function () {
  var data = JSON.parse(document.getElementById('data').textContent);
  var tip = document.getElementById('tip');

  function clock(s) {
    s = Math.max(0, Math.floor(s));
    function two(n) { return (n < 10 ? '0' : '') + n; }
    var h = Math.floor(s / 3600), m = Math.floor(s % 3600 / 60);
    return h > 0 ? h + ':' + two(m) + ':' + two(s % 60) : two(m) + ':' + two(s % 60);
  }
  function span(s) {
    if (s < 10) return (Math.round(s * 10) / 10) + ' s';
    if (s < 60) return Math.round(s) + ' s';
    if (s < 3600) return Math.floor(s / 60) + ' min' + (Math.round(s % 60) ? ' ' + Math.round(s % 60) + ' s' : '');
    return Math.floor(s / 3600) + ' h' + (Math.round(s % 3600 / 60) ? ' ' + Math.round(s % 3600 / 60) + ' min' : '');
  }
  function percent(x) { return (Math.round(x * 1000) / 10) + ' %'; }

  // Steps of time that people count in, so that an axis never shows 17-minute steps.
  var steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];
  function timeTicks(end, wanted) {
    var step = steps[steps.length - 1];
    for (var i = 0; i < steps.length; ++i) if (end / steps[i] <= wanted) { step = steps[i]; break; }
    return d3.range(0, end + step * 0.01, step);
  }
  function timeLabel(s) {
    if (s === 0) return '0';
    if (s % 3600 === 0) return s / 3600 + ' h';
    if (s % 60 === 0) return s / 60 + ' min';
    if (s > 60) return Math.floor(s / 60) + ':' + (s % 60 < 10 ? '0' : '') + s % 60 + ' min';
    return s + ' s';
  }

  // An svg of the element's width; text keeps its size at any width.
  function canvas(id, height) {
    var element = document.getElementById(id), width = Math.max(280, element.clientWidth);
    d3.select(element).selectAll('svg').remove();
    var svg = d3.select(element).append('svg').attr('viewBox', '0 0 ' + width + ' ' + height).attr('width', width).attr('height', height)
      .attr('role', 'img').attr('aria-labelledby', id + '-t ' + id + '-d');
    svg.append('title').attr('id', id + '-t').text(element.getAttribute('data-title'));
    svg.append('desc').attr('id', id + '-d').text(element.getAttribute('data-desc'));
    return { svg: svg, width: width, narrow: width < 560 };
  }
  function empty(id, words) {
    var c = canvas(id, 40);
    c.svg.append('text').attr('class', 'soft').attr('x', 0).attr('y', 24).text(words);
  }
  function timeAxis(g, x, ticks, top, bottom) {
    var range = x.range();
    ticks.forEach(function (t) {
      g.append('line').attr('class', 'grid').attr('x1', x(t)).attr('x2', x(t)).attr('y1', top).attr('y2', bottom);
      var last = x(t) > range[1] - 14;
      g.append('text').attr('class', 'soft').attr('x', x(t)).attr('y', bottom + 16).attr('text-anchor', last ? 'end' : t === 0 ? 'start' : 'middle').text(timeLabel(t));
    });
  }

  function hover(selection, words) {
    selection
      .on('mousemove', function (d) {
        tip.textContent = words(d);
        tip.style.opacity = 1;
        var e = d3.event, box = tip.getBoundingClientRect();
        tip.style.left = Math.max(4, Math.min(window.innerWidth - box.width - 8, e.clientX + 14)) + 'px';
        tip.style.top = (e.clientY + box.height + 24 > window.innerHeight ? e.clientY - box.height - 10 : e.clientY + 16) + 'px';
      })
      .on('mouseout', function () { tip.style.opacity = 0; });
    return selection;
  }
  return { data: data, clock: clock, span: span, percent: percent, timeTicks: timeTicks, timeLabel: timeLabel,
           canvas: canvas, empty: empty, timeAxis: timeAxis, hover: hover, pictures: [] };
})();
