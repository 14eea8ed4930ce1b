// Data, and how times, numbers and elements are written. Text only becomes text: nothing here or elsewhere parses HTML.
const data = JSON.parse(document.getElementById('data').textContent);
const isLive = data.path !== undefined;
const tracks = [], outages = [], events = [], eventsOf = [];
let axisLength = 0.001;
const severities = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];
const byId = id => document.getElementById(id);

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter(child => child !== null));
  return made;
}

function shape(name, attributes = {}, title = null) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (title !== null) {
    const note = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    note.textContent = title;
    made.append(note);
  }
  return made;
}

function label(text, attributes) {
  const made = shape('text', attributes);
  made.append(text);
  return made;
}

const number = value => value.toLocaleString('en-US');
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
const pad = (value, digits = 2) => String(value).padStart(digits, '0');

function duration(seconds) {
  if (seconds === null || seconds === undefined) return 'unknown';
  if (seconds < 0.0005) return seconds > 0 ? '< 1 ms' : '0 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.995) return `${Number(seconds.toFixed(2))} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole % 3600 / 60))} min`;
  return `${Math.floor(whole / 86400)} d ${pad(Math.floor(whole % 86400 / 3600))} h`;
}

// The clock at a place on the axis; digits are those of the second's fraction.
function clock(time, digits = 3) {
  const at = new Date(Math.floor(data.start + time * 1000 + 0.0005));
  if (digits > 3) return `${clock(time)}${pad(Math.floor((data.start + time * 1000 + 0.0005) * 1000 % 1000), 3)}`;
  const fraction = digits > 0 ? '.' + pad(at.getUTCMilliseconds(), 3).slice(0, digits) : '';
  return `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}${fraction}`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
function day(time, withYear = true) {
  const at = new Date(data.start + time * 1000);
  return `${at.getUTCDate()} ${months[at.getUTCMonth()]}${withYear ? ' ' + at.getUTCFullYear() : ''}`;
}

const stateNames = { DrainingSubscriptions: 'Draining', DrainingPublishers: 'Draining' };
const stateName = state => stateNames[state] ?? state;
const severityMark = e => element('span', { class: `severity v${e.severity}` }, severities[e.severity]);
const repeated = e => e.repeat > 1 ? `${e.message} (${number(e.repeat)} times)` : e.message;

// The index of the last item whose time is not after the given one; -1 for none.
function lastUntil(items, time, timeOf) {
  let low = 0, high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timeOf(items[middle]) <= time) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// The two states of a drain are one in the picture.
function prepare(track) {
  track.periods = track.periods.reduce((all, period) => {
    const before = all[all.length - 1];
    if (before && stateName(before.state) === 'Draining' && stateName(period.state) === 'Draining') {
      before.to = period.to;
      before.open = period.open;
    } else {
      all.push(period);
    }
    return all;
  }, []);
  return track;
}

const numberOutages = () => outages.forEach((outage, index) => { outage.number = index + 1; });

// Takes over a content, in place of the one before.
function load(content) {
  data.start = content.start;
  data.length = content.length;
  axisLength = Math.max(content.length, 0.001);
  for (const list of [tracks, outages, events, eventsOf]) list.length = 0;
  tracks.push(...content.tracks.map(prepare));
  outages.push(...content.outages);
  numberOutages();
  eventsOf.push(...tracks.map(() => []));
  for (const e of content.events) {
    events.push(e);
    eventsOf[e.track].push(e);
  }
}

load(data);
