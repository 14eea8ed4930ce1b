// Follows the connections: server-sent events change the content, and the page is drawn at most twice a second.
const mostEvents = 10000;
const live = { source: null, position: data.position, isPaused: false, isWaiting: false, changed: new Set(), newer: 0 };

function say(text, kind = '') {
  byId('status').textContent = text;
  byId('status').className = `status ${kind}`;
}

function connect() {
  live.source = new EventSource(`${data.path}/events?after=${encodeURIComponent(live.position ?? '')}`);
  live.source.addEventListener('open', () => say('Live', 'good'));
  live.source.addEventListener('changes', event => receive(event, applyChanges));
  live.source.addEventListener('content', event => receive(event, replaceContent));
  live.source.addEventListener('error', () => {
    if (live.isPaused) return;
    if (live.source.readyState !== EventSource.CLOSED) return say('Not connected to the application; trying again', 'bad');
    say('The application refuses this page: too many are open, or it was started again and has a new link; trying again', 'bad');
    setTimeout(() => live.isPaused || connect(), 10000);
  });
}

function receive(event, apply) {
  live.position = event.lastEventId;
  apply(JSON.parse(event.data));
  schedule();
}

function applyChanges(changes) {
  for (const { index, track, outages: own } of changes.tracks ?? []) {
    if (index === tracks.length) eventsOf.push([]);
    tracks[index] = prepare(track);
    replaceOutages(index, own);
    live.changed.add('tracks');
  }
  for (const row of changes.now ?? []) now.set(row.track, row);
  Object.assign(data, { notShown: changes.notShown, eventsNotShown: changes.eventsNotShown });
  for (const e of changes.events ?? []) addEvent(e);
  growAxis(changes.length);
  for (const track of tracks) for (const spans of [track.periods, track.lameDucks, track.slowConsumers]) {
    const last = spans.at(-1);
    if (last?.open) last.to = Math.max(last.to, axisLength);
  }
}

function addEvent(e) {
  events.push(e);
  eventsOf[e.track].push(e);
  live.changed.add('events');
  live.newer++;
  if (e.category === 'Lifecycle' && e.severity >= 3) byId('announcement').textContent = `${tracks[e.track].name}: ${repeated(e)}`;
  if (events.length <= mostEvents) return;
  const oldest = events.shift();
  const own = eventsOf[oldest.track];
  own.splice(own.indexOf(oldest), 1);
}

function replaceOutages(index, own) {
  const known = outages.filter(o => o.track === index);
  if (known.length === own.length && known.every((o, i) => JSON.stringify({ ...o, number: undefined }) === JSON.stringify(own[i]))) return;
  const selected = chosen.outage?.track === index ? chosen.outage.id : null;
  const merged = [...outages.filter(o => o.track !== index), ...own].sort((a, b) => a.from - b.from);
  outages.splice(0, outages.length, ...merged);
  numberOutages();
  if (selected !== null) chosen.outage = own.find(o => o.id === selected) ?? null;
  live.changed.add('outages');
}

function replaceContent(content) {
  load(content);
  Object.assign(data, { notShown: content.notShown, eventsNotShown: content.eventsNotShown });
  now.clear();
  for (const row of content.now) now.set(row.track, row);
  measureAxis();
  Object.assign(view, whole);
  chosen.outage = null;
  chosen.track = Math.min(chosen.track, Math.max(0, tracks.length - 1));
  for (const what of ['tracks', 'outages', 'events']) live.changed.add(what);
}

function schedule() {
  if (live.isWaiting || document.hidden) return;
  live.isWaiting = true;
  setTimeout(() => {
    live.isWaiting = false;
    if (drag.start === null) render();
  }, 500);
}

function render() {
  const changed = new Set(live.changed);
  live.changed.clear();
  byId('empty').hidden = tracks.length > 0;
  draw();
  showRange();
  drawFigures();
  showNotShown();
  drawNow();
  drawPlots();
  if (changed.has('tracks')) drawLegend();
  if (changed.has('tracks') || changed.has('events')) drawChoices();
  if (changed.has('outages') && !byId('outages').contains(document.activeElement)) drawOutages();
  else if (changed.has('outages')) live.changed.add('outages');
  if (changed.has('events')) renderEvents();
  if (poolOf !== chosen.track) loadServers();
}

// A list that is being read does not move; a button shows what is new.
function renderEvents() {
  const isRead = list.contains(document.activeElement) || list.scrollTop > 0 || list.querySelector('[aria-expanded=true]') !== null;
  const button = byId('newer');
  button.hidden = !isRead;
  button.textContent = `Show ${plural(live.newer, 'new event')}`;
  if (isRead) return;
  live.newer = 0;
  applyFilters();
}

function pause() {
  live.isPaused = !live.isPaused;
  byId('pause').setAttribute('aria-pressed', String(live.isPaused));
  byId('pause').textContent = live.isPaused ? 'Continue' : 'Pause';
  if (live.isPaused) {
    live.source.close();
    say('Paused');
  } else {
    say('Connecting');
    connect();
  }
}

function startLive() {
  for (const row of data.now) now.set(row.track, row);
  byId('count').removeAttribute('role'); // each event would be read out
  startNow();
  startPlots();
  byId('pause').addEventListener('click', pause);
  byId('newer').addEventListener('click', () => {
    list.querySelectorAll('[aria-expanded=true]').forEach(button => button.setAttribute('aria-expanded', 'false'));
    list.scrollTop = 0;
    byId('newer').hidden = true;
    live.newer = 0;
    applyFilters();
  });
  document.addEventListener('visibilitychange', schedule);
  setInterval(() => {
    if (live.isPaused) return;
    notePlots();
    if (!document.hidden) drawPlots();
  }, 1000);
  setInterval(() => live.isPaused || document.hidden || loadServers(), 5000);
  // Of a long time the last minutes come first; the button shows the whole.
  if (axisLength > 900) setView(axisLength - 600, whole.to);
  render();
  loadServers();
  connect();
}
