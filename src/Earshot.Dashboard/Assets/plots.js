// Rates of the last five minutes since the page was opened, of all connections together or of the chosen one.
const plotLength = 300, mostHistories = 200;
const plotted = [
  ['Messages per second', [['in', r => r.msgsIn], ['out', r => r.msgsOut]], rate, 'sum'],
  ['Bytes per second', [['read', r => r.bytesIn], ['written', r => r.bytesOut]], value => bytes(value), 'sum'],
  ['Round trip', [['last', r => r.rtt ?? 0]], value => roundTrip(value), 'max'],
  ['Pending messages', [['waiting', r => r.pending]], value => number(value), 'sum'],
];
const histories = new Map();

function note(key, rows) {
  if (!histories.has(key)) histories.set(key, plotted.map(([, series]) => series.map(() => [])));
  const history = histories.get(key);
  plotted.forEach(([, series, , how], p) => series.forEach(([, value], s) => {
    const values = rows.map(value);
    history[p][s].push(how === 'max' ? Math.max(0, ...values) : values.reduce((sum, v) => sum + v, 0));
    if (history[p][s].length > plotLength) history[p][s].shift();
  }));
}

function notePlots() {
  note('all', [...now.values()]);
  if (tracks.length <= mostHistories) for (const [index, row] of now) note(index, [row]);
}

function drawPlots() {
  const key = byId('plot-of').value === 'chosen' && histories.has(chosen.track) ? chosen.track : 'all';
  const history = histories.get(key);
  if (!history) return;
  plotted.forEach(([name, series, show], p) => {
    const most = Math.max(...history[p].map(values => Math.max(0, ...values)));
    const { svg, text } = plotNodes[p];
    const last = series.map(([label], s) => `${show(history[p][s].at(-1) ?? 0)}${series.length > 1 ? ` ${label}` : ''}`).join(', ');
    text.textContent = `${last}; highest ${show(most)}`;
    svg.setAttribute('aria-label', `${name}: ${last}; highest ${show(most)} in the last ${duration(history[p][0].length)}`);
    svg.replaceChildren(...series.map((_, s) => shape('polyline', {
      class: `series s${s}`,
      points: history[p][s].map((value, i) => `${(plotLength - history[p][s].length + i) * (300 / (plotLength - 1))},${most > 0 ? 46 - value / most * 42 : 46}`).join(' '),
    })));
  });
}

const plotNodes = [];
function startPlots() {
  const choice = element('select', { id: 'plot-of' }, element('option', { value: 'all' }, 'all connections'), element('option', { value: 'chosen' }, 'the chosen connection'));
  choice.addEventListener('change', drawPlots);
  const nodes = plotted.map(([name, series]) => {
    const svg = shape('svg', { viewBox: '0 0 300 48', preserveAspectRatio: 'none', role: 'img', 'aria-label': name });
    const text = element('p', { class: 'plot-now' });
    plotNodes.push({ svg, text });
    const keys = series.length > 1 ? series.map(([label], s) => element('span', { class: `key s${s}` }, label)) : [];
    return element('figure', {}, element('figcaption', {}, name, ...keys), svg, text);
  });
  byId('plots').replaceChildren(element('label', { class: 'plot-choice' }, 'Rates of ', choice), ...nodes);
}
