// What is chosen: the moment of the cursor, and a loss with what both halves say of it.
function showMoment() {
  const box = byId('moment');
  const track = tracks[chosen.track];
  box.hidden = !track || chosen.time === null;
  if (box.hidden) return;
  const facts = [element('strong', {}, clock(chosen.time)), element('span', {}, track.name)];
  const period = periodAt(track, chosen.time);
  if (period && chosen.time >= period.from) {
    facts.push(element('span', {}, `${stateName(period.state)}${period.text ? ` on ${period.text}` : ''}`));
    if (chosen.time > period.to) facts.push(element('span', { class: 'quiet' }, `until ${clock(period.to)}; nothing is known of the time behind it`));
  }
  const out = outages.filter(o => o.from <= chosen.time && (o.to ?? (o.down ? axisLength : o.from)) >= chosen.time).length;
  if (out > 0) facts.push(element('span', { class: 'quiet' }, `${plural(out, 'connection')} of this picture lost at this time`));
  box.replaceChildren(element('div', { class: 'facts' }, ...facts));
}

// A half that is missing is named.
function saidRows(loss) {
  return [
    ['Client', loss.client ? `${loss.name} (${loss.client})` : loss.name],
    [loss.refused ? 'Refused by' : 'Lost', loss.server],
    ['When', `${day(loss.from)}, ${clock(loss.from)} UTC`],
    ['Client says', loss.clientSays ?? 'nothing: there is no journal of this client', loss.clientSays ? null : 'missing'],
    ['Server says', loss.serverSays ?? 'nothing: there is no report of the server', loss.serverSays ? null : 'missing'],
    ['Verdict', loss.cause, 'verdict'],
    ['Since then', loss.outcome],
  ];
}

function showSaid() {
  const loss = chosen.outage;
  byId('said').hidden = loss === null;
  if (loss === null) return;
  byId('said-rows').replaceChildren(...saidRows(loss).flatMap(([name, text, kind]) => [element('dt', {}, name), element('dd', { class: kind ?? null }, text)]));
}

function toggleOutage(loss) {
  chosen.outage = chosen.outage === loss ? null : loss;
  if (chosen.outage) {
    chosen.track = loss.track;
    chosen.time = loss.from;
  }
  redraw();
  showMoment();
  showSaid();
  if (!chosen.outage) return;
  byId('said').focus({ preventScroll: true });
  byId('said').scrollIntoView({ block: 'nearest' });
}

function drawFleetLegend() {
  showLegend([
    [stateSample('Up'), 'Server up'], [lameSample('Up'), 'Lame duck mode'], [stateSample('Silent'), 'Server silent'], [stateSample('Stopped'), 'Server stopped'],
    [stateSample('Open'), 'Connected'], [stateSample('Lost'), 'Connection lost (select it)'],
  ]);
}
