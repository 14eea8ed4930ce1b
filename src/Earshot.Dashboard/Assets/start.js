// Starts the page, when everything is there.
drawFigures();
drawLegend();
drawOutages();
listenToList();
drawFilters();
[chosen.track, chosen.time] = firstMoment();
draw();
showRange();
showMoment();
applyFilters();
listen();
if (isLive) startLive();
