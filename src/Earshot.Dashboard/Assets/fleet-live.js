// Follows the fleet: each server-sent event is the whole picture, which is small because connections without a loss are folded.
const live = { source: null, position: data.position, isPaused: false, waiting: null, known: new Set(data.incidents.map(i => i.id)) };

function say(text, kind = '') {
  byId('status').textContent = text;
  byId('status').className = `status ${kind}`;
}

function connect() {
  live.source = new EventSource(`${data.path}/fleet/events?after=${encodeURIComponent(live.position ?? '')}`);
  live.source.addEventListener('open', () => say('Live', 'good'));
  live.source.addEventListener('content', event => {
    live.position = event.lastEventId;
    receive(JSON.parse(event.data));
  });
  live.source.addEventListener('error', () => {
    if (live.isPaused) return;
    if (live.source.readyState !== EventSource.CLOSED) return say('Not connected to the application; trying again', 'bad');
    say('The application refuses this page: too many are open, or it was started again and has a new link; trying again', 'bad');
    setTimeout(() => live.isPaused || connect(), 10000);
  });
}

// The latest picture waits while one draws with the pointer or the page is hidden.
function receive(content) {
  live.waiting = content;
  if (drag.start === null && !document.hidden) show();
}

function show() {
  const content = live.waiting;
  if (content === null) return;
  live.waiting = null;
  for (const incident of content.incidents.filter(i => !live.known.has(i.id))) {
    live.known.add(incident.id);
    byId('announcement').textContent = incident.sentence;
  }
  if (searching.text !== '') {
    Object.assign(data, { ...content, start: data.start, length: data.length, tracks: undefined, outages: undefined });
    drawLists();
    return search();
  }
  replace(content);
}

// The cursor, the visible time and what is chosen stay what they were.
function replace(content) {
  const shift = (data.start - content.start) / 1000, wasWhole = isWhole(), isAtEnd = view.to >= whole.to - 1e-6;
  const name = tracks[chosen.track]?.name, selected = chosen.outage;
  Object.assign(data, content);
  load(content);
  measureAxis();
  const span = view.to - view.from;
  if (wasWhole) Object.assign(view, whole);
  else if (isAtEnd) Object.assign(view, { from: whole.to - span, to: whole.to });
  else Object.assign(view, { from: view.from + shift, to: view.to + shift });
  chosen.time = chosen.time === null ? null : Math.max(0, chosen.time + shift);
  chosen.track = Math.max(0, tracks.findIndex(track => track.name === name && !(track.level > 0)));
  chosen.outage = selected === null ? null : outages.find(o => o.name === selected.name && o.server === selected.server && Math.abs(o.from - selected.from - shift) < 0.001) ?? null;
  drawLists();
  redraw();
  showMoment();
  showSaid();
}

async function get(path) {
  const answer = await fetch(`${data.path}/${path}`, { cache: 'no-store' });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function lossesOf(id) {
  try {
    return await get(`fleet/losses/${encodeURIComponent(id)}`);
  } catch {
    return [];
  }
}

async function search() {
  const text = searching.text;
  try {
    const content = await get(`fleet/connections?text=${encodeURIComponent(text)}`);
    if (text === searching.text) replace({ ...content, path: data.path });
  } catch {
    byId('rows-note').textContent = 'The search is not available at the moment.';
  }
}

function listenToSearch() {
  let waiting = 0;
  byId('rows-text').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      searching.text = byId('rows-text').value.trim();
      search();
    }, 250);
  });
}

function startFleet() {
  byId('pause').addEventListener('click', () => {
    live.isPaused = !live.isPaused;
    byId('pause').setAttribute('aria-pressed', String(live.isPaused));
    byId('pause').textContent = live.isPaused ? 'Continue' : 'Pause';
    if (live.isPaused) live.source.close();
    say(live.isPaused ? 'Paused' : 'Connecting');
    if (!live.isPaused) connect();
  });
  for (const end of ['pointerup', 'pointercancel', 'contextmenu']) window.addEventListener(end, () => document.hidden || show());
  document.addEventListener('visibilitychange', () => document.hidden || show());
  connect();
}
