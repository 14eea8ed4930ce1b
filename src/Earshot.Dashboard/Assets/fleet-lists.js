// The lists next to the picture: figures, incidents as sentences, losses of the chosen incident, servers.
const chosenIncident = { id: null, version: 0 };

function drawFigures() {
  const down = data.down;
  const figures = [
    ['Servers up', `${number(data.servers.filter(s => s.state === 'Up').length)} of ${number(data.servers.filter(s => s.state !== 'Replaced').length)}`],
    ['Connections open', number(data.servers.reduce((sum, s) => sum + s.open, 0))], ['Incidents', number(data.incidents.length)], ['In progress', number(data.incidents.filter(i => !i.over).length), data.incidents.some(i => !i.over)],
    ['Losses', number(data.losses)], ['Not back', number(down), down > 0], ['Records', number(data.records)],
  ];
  byId('figures').replaceChildren(...figures.map(([name, value, bad]) => element('div', {}, element('dt', {}, name), element('dd', { class: bad ? 'bad' : null }, value))));
  byId('notes').hidden = data.notes.length === 0;
  const notes = data.notes.join('\n');
  if (byId('notes').textContent !== notes) byId('notes').textContent = notes;
  showAxis();
}

function incidentItem(incident) {
  const when = element('span', { class: 'when' }, `${day(incident.from, false)} ${clock(incident.from, 0)} `, incident.over ? 'over' : element('strong', {}, 'in progress'));
  const button = element('button', { type: 'button', class: `incident${incident.over ? '' : ' now'}`, 'data-incident': incident.id, 'aria-pressed': String(chosenIncident.id === incident.id) }, when, incident.sentence);
  const parts = incident.parts ? element('ol', {}, ...incident.parts.map(incidentItem)) : null;
  return element('li', {}, button, parts);
}

function drawIncidents() {
  const list = byId('incidents');
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.incident : null;
  list.replaceChildren(...data.incidents.map(incidentItem));
  if (focused) [...list.querySelectorAll('button')].find(button => button.dataset.incident === focused)?.focus({ preventScroll: true });
  byId('no-incident').hidden = data.incidents.length > 0;
  byId('findings').replaceChildren(...data.findings.map(text => element('li', {}, text)));
}

const allIncidents = () => data.incidents.flatMap(incident => [incident, ...incident.parts ?? []]);

async function chooseIncident(id) {
  chosenIncident.id = chosenIncident.id === id ? null : id;
  for (const button of byId('incidents').querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.incident === chosenIncident.id));
  const incident = allIncidents().find(one => one.id === chosenIncident.id);
  byId('losses').hidden = !incident;
  if (!incident) return setView(whole.from, whole.to);
  const room = Math.max((incident.to - incident.from) * 0.6, 5);
  setView(incident.from - room, incident.to + room);
  byId('losses-title').textContent = 'Losses of this incident';
  byId('losses-note').textContent = 'Loading';
  await showLosses(incident);
}

async function showLosses(incident) {
  chosenIncident.version = incident.version;
  const losses = incident.losses ?? await lossesOf(incident.id);
  if (chosenIncident.id === incident.id) drawLosses(losses, incident.count);
}

// What arrives later changes the losses of the chosen incident, too.
function refreshLosses() {
  const incident = allIncidents().find(one => one.id === chosenIncident.id);
  if (incident && incident.version !== chosenIncident.version) showLosses(incident);
}

const lossColumns = [
  ['Client', loss => loss.client ? `${loss.name} (${loss.client})` : loss.name, 'wrap'], ['Server', loss => loss.server, 'wrap'], ['Lost', loss => clock(loss.from), 'nowrap'],
  ['Client says', loss => loss.clientSays ?? 'nothing: no journal', 'wrap'], ['Server says', loss => loss.serverSays ?? 'nothing', 'wrap'],
  ['Verdict', loss => loss.cause, 'wrap'], ['Since then', loss => loss.outcome, 'wrap'],
];

function drawLosses(losses, count) {
  const table = document.querySelector('#losses table');
  table.querySelector('thead').replaceChildren(element('tr', {}, ...lossColumns.map(([name]) => element('th', { scope: 'col' }, name))));
  table.querySelector('tbody').replaceChildren(...losses.map(loss => element('tr', {}, ...lossColumns.map(([name, value, kind]) => element('td', { 'data-name': name, class: kind }, value(loss))))));
  byId('losses-note').textContent = losses.length < count ? `the first ${number(losses.length)} of ${number(count)}` : `${number(losses.length)} ${losses.length === 1 ? 'loss' : 'losses'}`;
}

const serverStates = { Up: 'up', LameDuck: 'lame duck mode', Stopped: 'stopped', Silent: 'silent: it does not answer', Replaced: 'restarted' };

function drawServers() {
  const columns = ['Server', 'State', 'Open connections', 'Clock', 'Id'];
  document.querySelector('#servers thead').replaceChildren(element('tr', {}, ...columns.map((name, i) => element('th', { scope: 'col', class: i === 2 ? 'number' : null }, name))));
  document.querySelector('#servers tbody').replaceChildren(...data.servers.map(server => element('tr', {},
    element('td', { 'data-name': 'Server', class: 'wrap' }, server.name), element('td', { 'data-name': 'State', class: `state-${server.state}` }, serverStates[server.state] ?? server.state),
    element('td', { 'data-name': 'Open connections', class: 'number' }, number(server.open)),
    element('td', { 'data-name': 'Clock' }, Math.abs(server.clock) < 0.1 ? 'right' : `${duration(Math.abs(server.clock))} ${server.clock > 0 ? 'ahead' : 'behind'}`),
    element('td', { 'data-name': 'Id', class: 'wrap quiet' }, server.id))));
  byId('servers-note').textContent = data.servers.length === 0 ? 'No server is known.' : '';
}

function drawLists() {
  drawFigures();
  drawIncidents();
  drawServers();
  refreshLosses();
}

function listenToLists() {
  byId('incidents').addEventListener('click', event => {
    const button = event.target.closest('button[data-incident]');
    if (button) chooseIncident(button.dataset.incident);
  });
  byId('said-close').addEventListener('click', () => chosen.outage && toggleOutage(chosen.outage));
}
