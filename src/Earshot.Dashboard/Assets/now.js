// The table of connections at this moment, and the servers of the chosen one.
const mostNow = 100;
const now = new Map();
const nowRows = new Map();
const stateOrder = ['Failed', 'Reconnecting', 'Connecting', 'DrainingSubscriptions', 'DrainingPublishers', 'Open', 'Closed'];

const rate = value => value >= 100 ? number(Math.round(value)) : number(Number(value.toFixed(1)));
function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB'];
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value >= 100 || unit === 0 ? number(Math.round(value)) : value.toFixed(1)} ${units[unit]}`;
}
const roundTrip = value => value === undefined ? '' : `${Number((value * 1000).toPrecision(3))} ms`;

const nowColumns = [
  ['Connection', null, 'wrap'], ['State', r => stateName(r.state), 'nowrap'], ['Server', r => r.server ?? '', 'wrap'],
  ['Round trip', r => roundTrip(r.rtt), 'number'], ['In', r => `${rate(r.msgsIn)} msgs/s`, 'number'], ['Out', r => `${rate(r.msgsOut)} msgs/s`, 'number'],
  ['Read', r => `${bytes(r.bytesIn)}/s`, 'number'], ['Written', r => `${bytes(r.bytesOut)}/s`, 'number'],
  ['Pending', r => r.pending === 0 ? '0' : `${number(r.pending)} (${bytes(r.pendingBytes)})`, 'number'], ['Requests', r => number(r.requests), 'number'],
  ['Subscriptions', r => number(r.subscriptions), 'number'], ['Reconnects', r => number(r.reconnects), 'number'],
];

function nowRow(index) {
  let row = nowRows.get(index);
  if (!row) {
    const choose = element('button', { type: 'button', class: 'pick', 'data-track': index, 'aria-pressed': 'false' });
    const cells = nowColumns.map(([name, , kind]) => element('td', { 'data-name': name, class: kind }));
    cells[0].append(choose);
    row = { node: element('tr', {}, ...cells), choose, cells };
    nowRows.set(index, row);
  }
  return row;
}

function drawNow() {
  const order = tracks.map((_, index) => index).sort((a, b) => stateOrder.indexOf(now.get(a)?.state) - stateOrder.indexOf(now.get(b)?.state) || a - b);
  const listed = order.slice(0, mostNow);
  for (const index of listed) {
    const { node, choose, cells } = nowRow(index), values = now.get(index);
    if (choose.textContent !== tracks[index].name) {
      choose.textContent = tracks[index].name;
      choose.title = tracks[index].name;
    }
    choose.setAttribute('aria-pressed', String(index === chosen.track));
    node.className = `now-${values?.state ?? 'Closed'}`;
    for (let i = 1; i < cells.length; i++) {
      const text = values ? nowColumns[i][1](values) : '';
      if (cells[i].textContent !== text) cells[i].textContent = text;
    }
  }
  const body = document.querySelector('#now tbody');
  const isSame = body.children.length === listed.length && listed.every((index, at) => body.children[at] === nowRows.get(index).node);
  // Rows do not move under the focus.
  if (!isSame && (!body.contains(document.activeElement) || body.children.length !== listed.length)) body.replaceChildren(...listed.map(index => nowRows.get(index).node));
  const rest = order.length - listed.length;
  const open = [...now.values()].filter(r => r.state === 'Open').length;
  byId('now-note').textContent = `${number(open)} of ${plural(order.length, 'connection')} open${rest > 0 ? `; the first ${number(mostNow)} are listed, those that are not open first` : ''}${data.notShown > 0 ? `; ${plural(data.notShown, 'more connection')} above the limit are not followed` : ''}`;
}

const serverColumns = [
  ['Server', s => s.name ? `${s.name} (${s.url})` : s.url], ['State', serverState], ['Cluster', s => s.cluster ?? ''], ['Version', s => s.version ?? ''],
  ['Address', s => s.address ?? ''], ['Failed attempts', s => number(s.attempts)], ['Last error', s => s.lastError ?? ''],
  ['Last connected', s => s.lastConnected === undefined ? 'never' : clock((s.lastConnected - data.start) / 1000, 0)],
];

function serverState(s) {
  const words = [s.connected ? 'connected' : s.parked ? 'parked: tried after all others' : s.attempts > 0 ? 'failing' : 'available'];
  if (s.lameDuck) words.push('lame duck mode');
  words.push(s.discovered ? 'discovered' : 'configured');
  return words.join(', ');
}

let poolOf = null;
async function loadServers() {
  if (tracks.length === 0) return;
  const index = chosen.track;
  try {
    const answer = await fetch(`${data.path}/servers/${index}`, { cache: 'no-store' });
    if (!answer.ok || index !== chosen.track) return;
    drawServers(index, await answer.json());
  } catch {
    byId('servers-note').textContent = 'not available at the moment';
  }
}

function drawServers(index, servers) {
  poolOf = index;
  byId('servers-title').textContent = `Servers of ${tracks[index].name}`;
  byId('servers-title').title = tracks[index].name;
  byId('servers-note').textContent = `${plural(servers.length, 'server')} in the pool`;
  document.querySelector('#servers tbody').replaceChildren(...servers.map(server =>
    element('tr', {}, ...serverColumns.map(([name, value]) => element('td', { 'data-name': name, class: name === 'Failed attempts' ? 'number' : 'wrap' }, value(server))))));
}

function startNow() {
  for (const [id, columns] of [['now', nowColumns], ['servers', serverColumns]]) {
    document.querySelector(`#${id} thead`).append(element('tr', {}, ...columns.map(([name, , kind]) => element('th', { scope: 'col', class: kind === 'number' || name === 'Failed attempts' ? 'number' : null }, name))));
  }
  document.querySelector('#now tbody').addEventListener('click', event => {
    const button = event.target.closest('button[data-track]');
    if (!button) return;
    setMoment(Number(button.dataset.track), chosen.time ?? axisLength);
    drawNow();
    loadServers();
  });
}
