(function () {
  "use strict";
  var config = {
    responsive: true, displaylogo: false, scrollZoom: true,
    modeBarButtons: [["zoomIn2d", "zoomOut2d", "resetScale2d"]]
  };
  function figure(id) { return JSON.parse(document.getElementById(id + "-data").textContent); }
  var map = document.getElementById("map"), timeline = document.getElementById("timeline");
  var drawn = figure("map");
  Plotly.newPlot(map, drawn.data, drawn.layout, config);
  if (timeline) {  // a plan for a warning alone has none
    var rows = figure("timeline");
    Plotly.newPlot(timeline, rows.data, rows.layout, { responsive: true, displayModeBar: false });
  }
  // The wheel scrolls the page; with Ctrl or Cmd it zooms the map.
  map.addEventListener("wheel", function (event) {
    if (!event.ctrlKey && !event.metaKey) { event.stopPropagation(); }
  }, { capture: true });
  function resize() {
    Plotly.Plots.resize(map);
    if (timeline) { Plotly.Plots.resize(timeline); }
  }
  window.addEventListener("beforeprint", resize);
  window.addEventListener("afterprint", resize);
  document.documentElement.dataset.drawn = "yes";
})();
