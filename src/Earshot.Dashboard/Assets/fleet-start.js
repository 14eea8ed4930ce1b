// Starts the page of the fleet, when everything is there.
drawFleetLegend();
drawLists();
listenToLists();
draw();
showRange();
showMoment();
showSaid();
listen();
if (isLive) startFleet();
