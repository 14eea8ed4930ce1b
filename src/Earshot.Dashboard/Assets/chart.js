// The picture: axis, rows, cursor. What a row contains is in bands.js.
const chart = byId('chart');
const chosen = { track: 0, time: null, outage: null };
let layout = null;

const measure = document.createElement('canvas').getContext('2d');
function textWidth(text, size = 12) {
  measure.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return measure.measureText(text).width;
}

// Keeps the beginning and the end, because names of connections often begin alike.
function fit(text, width, size = 12) {
  if (textWidth(text, size) <= width) return text;
  for (let keep = text.length - 1; keep > 1; keep--) {
    const short = `${text.slice(0, Math.ceil(keep / 2))}…${text.slice(text.length - Math.floor(keep / 2))}`;
    if (textWidth(short, size) <= width) return short;
  }
  return '…';
}

function place() {
  const width = Math.max(280, chart.clientWidth);
  const namesAbove = width < 640;
  const indexes = rowsToShow();
  const isDense = indexes.length > 12, isRoomy = indexes.length <= 3;
  const longest = indexes.reduce((most, index) => tracks[index].level > 0 ? most : Math.max(most, textWidth(tracks[index].name)), 0);
  const left = namesAbove ? 2 : Math.min(longest, width * 0.2, 220) + 16;
  const top = 36;
  let y = top;
  const rows = indexes.map(index => {
    const name = namesAbove ? 18 : 0;
    const row = { index, y, head: y + name + (isDense ? 3 : 6), band: isDense ? 14 : isRoomy ? 30 : 20 };
    row.bandY = row.head + 10;
    row.slowY = row.bandY + row.band + 3;
    row.height = tracks[index].level > 0 ? 26 : row.bandY + row.band + (tracks[index].slowConsumers.length > 0 ? 16 : 0) + (isDense ? 4 : isRoomy ? 14 : 9) - y;
    y += row.height;
    return row;
  });
  return { width, left, right: 10, top, rows, bottom: y, height: y + (isDense ? 26 : 4), namesAbove, plot: width - left - 10 };
}

const x = time => layout.left + (time - view.from) / (view.to - view.from) * layout.plot;
const timeAt = px => view.from + (px - layout.left) / layout.plot * (view.to - view.from);

function drawAxis(svg) {
  const { step, times } = ticks(layout.plot);
  times.forEach((time, index) => {
    const { text, date } = tickText(time, step, index === 0);
    const at = x(time);
    svg.append(shape('line', { class: 'grid', x1: at, x2: at, y1: layout.top - 4, y2: layout.bottom }));
    const half = textWidth(text, 11) / 2;
    const shown = Math.min(Math.max(at, half), layout.width - half);
    svg.append(label(text, { class: 'axis', x: shown, y: 26, 'text-anchor': 'middle' }));
    if (date !== null) svg.append(label(date, { class: 'axis', x: Math.min(Math.max(at, 20), layout.width - 20), y: 11, 'text-anchor': 'middle' }));
    if (layout.height > layout.bottom + 20) svg.append(label(text, { class: 'axis', x: shown, y: layout.bottom + 18, 'text-anchor': 'middle' }));
  });
}

function draw() {
  layout = place();
  const svg = shape('svg', { viewBox: `0 0 ${layout.width} ${layout.height}`, role: 'img', 'aria-labelledby': 'chart-title' });
  const defs = shape('defs');
  const pattern = shape('pattern', { id: 'hatch', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' });
  pattern.append(shape('line', { class: 'hatch-line', x1: 0, x2: 0, y1: 0, y2: 6 }));
  const clip = shape('clipPath', { id: 'plot' });
  clip.append(shape('rect', { x: layout.left - 1, y: 0, width: layout.plot + 2, height: layout.height }));
  defs.append(pattern, clip);
  svg.append(defs);
  const current = chosen.time !== null && tracks.length > 1 ? layout.rows.find(row => row.index === chosen.track) : undefined;
  if (current) {
    svg.append(shape('rect', { class: 'current-row', x: 0, y: current.y, width: layout.width, height: current.height }));
  }
  drawAxis(svg);
  const plot = shape('g', { 'clip-path': 'url(#plot)' });
  layout.rows.forEach(row => {
    const track = tracks[row.index];
    svg.append(shape('line', { class: 'rule', x1: 0, x2: layout.width, y1: row.y, y2: row.y }));
    const isHeading = track.level > 0;
    const room = isHeading || layout.namesAbove ? layout.width - 20 : layout.left - 14;
    const name = label(fit(track.name, room), {
      class: isHeading ? `row-heading level${track.level}` : 'row-name', x: track.level === 2 ? 14 : 2, y: isHeading ? row.y + 17 : layout.namesAbove ? row.y + 15 : row.bandY + row.band / 2 + 4,
    });
    name.append(shape('title', {}, null));
    name.lastChild.textContent = track.name;
    svg.append(name);
    if (!isHeading) drawTrack(plot, track, row.index, row);
  });
  svg.append(shape('line', { class: 'rule', x1: 0, x2: layout.width, y1: layout.bottom, y2: layout.bottom }));
  drawCursor(plot);
  svg.append(plot);
  chart.replaceChildren(svg);
}

// The cursor moves with each movement of the pointer, so it is changed without drawing the rest again.
function drawCursor(plot) {
  plot.querySelectorAll('.second, .cursor').forEach(old => old.remove());
  if (chosen.time === null) return;
  const [from, to] = secondOf(chosen.time);
  const start = x(from), end = x(to);
  if (end - start >= 2) plot.append(shape('rect', { class: 'second', x: start, y: layout.top - 4, width: end - start, height: layout.bottom - layout.top + 4, 'pointer-events': 'none' }));
  const at = x(chosen.time);
  plot.append(shape('line', { class: 'cursor', x1: at, x2: at, y1: layout.top - 4, y2: layout.bottom, 'pointer-events': 'none' }));
}

function redraw() {
  draw();
  showRange();
  if (byId('visible')?.checked) applyFilters();
}

const periodAt = (track, time) => track.periods[Math.max(0, lastUntil(track.periods, time, p => p.from))];

function setMoment(track, time) {
  const isOther = track !== chosen.track || chosen.time === null;
  chosen.track = track;
  chosen.time = time;
  if (isOther && tracks.length > 1) draw();
  else drawCursor(chart.querySelector('g'));
  showMoment();
}
