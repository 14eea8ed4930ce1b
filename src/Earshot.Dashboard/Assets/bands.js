// What a row of the picture contains: states, lame duck mode, slow consumers, attempts, errors.
// A fleet knows only that a connection was lost, and not what its client does.
const outStates = new Set(['Reconnecting', 'Lost']);
const kindsDrawn = new Set(['ConnectAttemptFailed', 'Disconnected', 'Reconnecting', 'SlowConsumer', 'MessageDropped', 'LameDuckMode']);

function drawTrack(plot, track, index, row) {
  // Outages are drawn last, so that a short one is not hidden by what surrounds it.
  const isOut = period => outStates.has(period.state);
  const texts = shape('g');
  for (const period of [...track.periods.filter(p => !isOut(p)), ...track.periods.filter(isOut)]) drawPeriod(plot, texts, index, row, period);
  for (const lame of track.lameDucks) {
    if (lame.to < view.from || lame.from > view.to) continue;
    const start = x(lame.from), width = Math.max(x(lame.to) - start, 3);
    plot.append(shape('rect', { class: 'lame', x: start, y: row.bandY, width, height: row.band },
      `Lame duck mode of ${lame.text}, ${clock(lame.from)} to ${clock(lame.to)} (${duration(lame.to - lame.from)})`));
  }
  plot.append(texts);
  for (const slow of track.slowConsumers) drawSlow(plot, row, slow);
  drawAttempts(plot, track, row);
  drawErrors(plot, index, row);
}

function periodTitle(period) {
  const server = period.text ? ` on ${period.text}` : '';
  return `${stateName(period.state)}${server}, ${clock(period.from)} to ${clock(period.to)} (${duration(period.to - period.from)})`;
}

function drawPeriod(plot, texts, track, row, period) {
  if (period.to < view.from || period.from > view.to) return;
  const name = stateName(period.state);
  const start = Math.max(x(period.from), layout.left - 20), end = Math.min(x(period.to), layout.left + layout.plot + 20);
  const width = Math.max(end - start, 3);
  const isThin = name === 'Closed' && width > 6;
  const height = isThin ? row.band / 2 : row.band;
  const box = { class: `state ${name}`, x: start, y: row.bandY + (row.band - height) / 2, width, height, rx: 2 };
  const outage = outStates.has(name) ? outages.find(o => o.track === track && Math.abs(o.from - period.from) < 0.000002) : undefined;
  if (outage) {
    box.class += ` outage${chosen.outage === outage ? ' selected' : ''}`;
    box['data-outage'] = outage.number;
  }
  plot.append(shape('rect', box, `${periodTitle(period)}${outage ? `: outage ${outage.number}, ${outage.cause}` : ''}`));
  // Hatching would make text hard to read, so text stays in front of it.
  const lame = tracks[track].lameDucks.find(l => l.from >= period.from && l.from < period.to);
  const from = Math.max(start, layout.left), to = Math.min(end, layout.left + layout.plot, lame ? x(lame.from) : Infinity);
  const room = to - from - 10;
  const full = period.text ? `${name} · ${period.text}` : outage ? `${name} · ${name === 'Lost' ? outage.cause : `outage ${outage.number}`}` : name;
  const text = [full, name, outage ? `${name[0]}${outage.number}` : name[0], name[0]].find(t => textWidth(t, 11) <= room + (t.length < 4 ? 6 : 0));
  if (text && name !== 'Closed') texts.append(label(text, { class: `inside ${name}-text`, x: (from + to) / 2, y: row.bandY + row.band / 2 + 4, 'text-anchor': 'middle' }));
}

function drawSlow(plot, row, slow) {
  if (slow.to < view.from || slow.from > view.to) return;
  const start = Math.max(x(slow.from), layout.left - 20), end = Math.min(x(slow.to), layout.left + layout.plot + 20);
  const width = Math.max(end - start, 10); // as wide as its letter
  plot.append(shape('rect', { class: 'slow', x: start, y: row.slowY, width, height: 12, rx: 2 },
    `Slow consumer ${slow.text}, ${clock(slow.from)} to ${clock(slow.to)} (${duration(slow.to - slow.from)}), ${plural(slow.dropped, 'message')} dropped`));
  const text = [`slow consumer · ${slow.text}`, 'slow consumer', 'slow', 'S'].find(t => textWidth(t, 10) <= width - 2);
  if (text) plot.append(label(text, { class: 'inside slow-text', x: start + width / 2, y: row.slowY + 9.5, 'text-anchor': 'middle' }));
}

// Marks at the same place become one that lists them.
function drawMarks(plot, items, gap, drawMark) {
  let group = [];
  for (const item of items) {
    if (group.length > 0 && x(item.time) - x(group[0].time) >= gap) {
      drawMark(group);
      group = [];
    }
    group.push(item);
  }
  if (group.length > 0) drawMark(group);
}

const attemptTitle = a => a.error
  ? `${clock(a.time)} attempt on ${a.server} failed in ${a.error}${a.count > 1 ? ` (${number(a.count)} attempts)` : ''}`
  : `${clock(a.time)} session opened on ${a.server}`;
const someTitles = (items, title) => items.slice(0, 8).map(title).join('\n') + (items.length > 8 ? `\nand ${items.length - 8} more` : '');

function drawAttempts(plot, track, row) {
  const seen = track.attempts.filter(a => isVisible(a.time));
  drawMarks(plot, seen.filter(a => a.error), 6, group => {
    const at = x(group[0].time), y = row.head + 4;
    plot.append(shape('path', { class: 'attempt-failed', d: `M${at - 2.5} ${y - 2.5}l5 5m-5 0l5 -5M${at} ${y + 3.5}V${row.bandY}` }, someTitles(group, attemptTitle)));
  });
  drawMarks(plot, seen.filter(a => !a.error), 6, group => {
    const at = x(group[0].time), y = row.head + 9;
    plot.append(shape('path', { class: 'attempt-good', d: `M${at} ${y}l-4 -7h8z` }, someTitles(group, attemptTitle)));
  });
}

function drawErrors(plot, track, row) {
  const seen = eventsOf[track].filter(e => e.severity >= 4 && !kindsDrawn.has(e.kind) && isVisible(e.time));
  drawMarks(plot, seen, 6, group => {
    const at = x(group[0].time), y = row.head + 4.5;
    plot.append(shape('path', { class: 'error-mark', d: `M${at} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z` }, someTitles(group, e => `${clock(e.time)} ${e.kind}: ${repeated(e)}`)));
  });
}

function sample(...shapes) {
  const svg = shape('svg', { viewBox: '0 0 22 14', 'aria-hidden': 'true' });
  svg.append(...shapes);
  return svg;
}

const stateSample = (name, height = 12) => sample(shape('rect', { class: `state ${name}`, x: 1, y: 7 - height / 2, width: 20, height, rx: 2 }));
const lameSample = state => sample(shape('rect', { class: `state ${state}`, x: 1, y: 1, width: 20, height: 12 }), shape('rect', { class: 'lame', x: 1, y: 1, width: 20, height: 12 }));
const showLegend = entries => byId('legend').replaceChildren(...entries.map(([picture, text]) => element('li', {}, picture, text)));

function drawLegend() {
  const has = state => tracks.some(track => track.periods.some(p => stateName(p.state) === state));
  const entries = ['Open', 'Connecting', 'Reconnecting', 'Draining', 'Closed', 'Failed'].filter(has).map(name => [stateSample(name, name === 'Closed' ? 6 : 12), name]);
  entries.push([lameSample('Open'), 'Lame duck mode']);
  entries.push([sample(shape('rect', { class: 'slow', x: 1, y: 2, width: 20, height: 10, rx: 2 })), 'Slow consumer']);
  entries.push([sample(shape('path', { class: 'attempt-failed', d: 'M8 2l5 5m-5 0l5 -5M10.5 8V13' })), 'Failed attempt']);
  entries.push([sample(shape('path', { class: 'attempt-good', d: 'M11 11l-4 -7h8z' })), 'Session opened']);
  entries.push([sample(shape('path', { class: 'error-mark', d: 'M11 2.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z' })), 'Error']);
  showLegend(entries);
}
