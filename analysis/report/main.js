// Draws everything, again when the width changes, and opens what is folded before printing.
(function () {
  function draw() { Lazaret.pictures.forEach(function (picture) { picture(); }); }
  var drawn = window.innerWidth, waiting = null;
  draw();
  window.addEventListener('resize', function () {
    if (window.innerWidth === drawn) return;  // phones resize when their address bar hides
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { drawn = window.innerWidth; draw(); }, 120);
  });
  window.addEventListener('beforeprint', function () {
    [].forEach.call(document.querySelectorAll('details'), function (d) { d.open = true; });
  });
})();
