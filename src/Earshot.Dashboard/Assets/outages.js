// Figures, and the table of outages. Selecting one shows its time in the picture and its events in the list.
function drawFigures() {
  const down = outages.reduce((sum, o) => sum + (o.duration ?? 0), 0);
  const longest = outages.reduce((most, o) => Math.max(most, o.duration ?? 0), 0);
  const sum = name => outages.reduce((total, o) => total + o[name], 0);
  const figures = [
    ['Connections', number(tracks.length)], ['Events', number(events.length)], ['Outages', number(outages.length)],
    ['Time without a session', duration(down)], ['Longest outage', duration(longest)], ['Messages replayed', number(sum('replayed'))],
    ['Messages lost', number(sum('lost')), sum('lost')], ['Requests failed', number(sum('requests')), sum('requests')],
  ];
  byId('figures').replaceChildren(...figures.map(([name, value, bad]) => element('div', {}, element('dt', {}, name), element('dd', { class: bad > 0 ? 'bad' : null }, value))));
  showAxis();
}

function outageCells(outage) {
  const connection = tracks[outage.track].name;
  const ended = outage.to === undefined ? 'not before the journal ends' : duration(outage.duration);
  const to = outage.closeReason ? `closed (${outage.closeReason})` : outage.nextServer ?? 'none';
  const requests = outage.requests > 0 && outage.requestMode === 'WaitForTimeout' ? `${number(outage.requests)} left to time out` : number(outage.requests);
  const cells = [
    ['No.', null, ''],
    ['Connection', connection, 'wrap'],
    ['Began', clock(outage.from), 'nowrap'],
    ['Duration', ended, 'nowrap'],
    ['Cause', `${outage.cause}${outage.planned ? ' (planned)' : ''}`, 'wrap'],
    ['From → to', `${outage.lostServer} → ${to}`, outage.lostServer.length + to.length < 24 ? 'nowrap' : 'wrap'],
    ['Failed attempts', outage.failedAttempts, 'number'],
    ['Buffered', outage.buffered, 'number'],
    ['Replayed', outage.replayed, 'number'],
    ['Lost', outage.lost, 'number bad'],
    ['Unconfirmed', outage.unconfirmed, 'number'],
    ['Requests failed', requests, 'number bad', outage.requests],
    ['Loss window', outage.lossWindow === undefined ? 'not known' : duration(outage.lossWindow), 'number'],
  ];
  return tracks.length > 1 ? cells : cells.filter(([name]) => name !== 'Connection');
}

const mostOutages = 300;
const columnHelp = {
  'Buffered': 'The highest number of messages that waited to be written, as far as events show it',
  'Replayed': 'Buffered messages that were written after the reconnect',
  'Lost': 'Messages that were accepted and will never be sent',
  'Unconfirmed': 'Messages written before, whose arrival no PONG has confirmed',
  'Requests failed': 'Requests in flight when the session ended',
  'Loss window': 'The time in which inbound messages may have been missed, from the last byte received to the confirmation of all subscriptions',
};

function drawOutages() {
  const place = byId('outages');
  place.replaceChildren();
  byId('outages-note').textContent = '';
  if (outages.length === 0) {
    place.append(element('p', { class: 'notice' }, 'No outage in this time.'));
    return;
  }
  const names = outageCells(outages[0]);
  const head = element('tr', {}, ...names.map(([name, , kind]) =>
    element('th', { scope: 'col', class: kind.startsWith('number') ? 'number' : null, title: columnHelp[name] ?? null }, name)));
  // Those of a live page begin with the newest; the picture and the events have all of them.
  const listed = (isLive ? outages.toReversed() : outages).slice(0, mostOutages);
  const body = element('tbody', {}, ...listed.map(outageRow));
  place.append(element('table', {}, element('thead', {}, head), body));
  const rest = outages.length - listed.length;
  byId('outages-note').textContent = `Select one to see its time and its events.${rest > 0 ? ` The ${isLive ? 'newest' : 'first'} ${number(mostOutages)} of ${number(outages.length)} are listed.` : ''}`;
  body.addEventListener('click', event => {
    const row = event.target.closest('tr');
    if (row) toggleOutage(outages[Number(row.dataset.outage) - 1]);
  });
}

function outageRow(outage) {
  const isChosen = chosen.outage === outage;
  const row = element('tr', { 'data-outage': outage.number, class: isChosen ? 'selected' : null });
  for (const [name, value, kind, count] of outageCells(outage)) {
    const isZero = (count ?? value) === 0;
    const cell = element('td', { 'data-name': name, class: kind.replace('bad', isZero ? '' : 'some').trim() + (isZero ? ' empty' : '') });
    if (name === 'No.') {
      cell.append(element('button', { type: 'button', class: 'pick', 'aria-pressed': String(isChosen), 'aria-label': `Select outage ${outage.number}` }, String(outage.number)));
    } else {
      cell.append(element('span', {}, typeof value === 'number' ? number(value) : value));
    }
    row.append(cell);
  }
  return row;
}

function toggleOutage(outage) {
  chosen.outage = chosen.outage === outage ? null : outage;
  for (const row of document.querySelectorAll('#outages tbody tr')) {
    const isChosen = chosen.outage !== null && Number(row.dataset.outage) === chosen.outage.number;
    row.classList.toggle('selected', isChosen);
    row.querySelector('button').setAttribute('aria-pressed', String(isChosen));
  }
  const filter = byId('outage-filter');
  filter.hidden = chosen.outage === null;
  if (chosen.outage) {
    const end = outage.to ?? axisLength;
    const room = Math.max((end - outage.from) * 0.6, 0.15);
    filter.textContent = `Outage ${outage.number} ×`;
    filter.title = 'Show the events of all times';
    chosen.track = outage.track;
    chosen.time = outage.from;
    setView(outage.from - room, end + room);
    showMoment();
  } else {
    setView(whole.from, whole.to);
  }
  applyFilters();
}
