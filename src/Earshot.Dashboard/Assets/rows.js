// Which connections have a row of the picture. Of many, only those with an incident in the visible time, until one asks for the others.
const foldFrom = 48, mostRows = 120;
const folding = { isOpen: false, text: '' };

const overlaps = span => span.from <= view.to && span.to >= view.from;

function hasIncident(track) {
  return track.periods.some(p => (p.state === 'Reconnecting' || p.state === 'Failed') && overlaps(p))
    || track.lameDucks.some(overlaps) || track.slowConsumers.some(overlaps) || track.attempts.some(a => a.error && isVisible(a.time));
}

function rowsToShow() {
  const all = tracks.map((_, index) => index);
  const isMany = all.length > foldFrom;
  byId('rows-tools').hidden = !isMany;
  byId('rows-note').hidden = !isMany;
  if (!isMany) return all;
  const named = folding.text === '' ? all : all.filter(index => tracks[index].name.toLowerCase().includes(folding.text));
  const wanted = folding.isOpen || folding.text !== '' ? named : named.filter(index => hasIncident(tracks[index]));
  const shown = wanted.slice(0, mostRows);
  // The chosen connection has a row in any case.
  if (chosen.time !== null && !shown.includes(chosen.track) && named.includes(chosen.track)) shown.push(chosen.track);
  const kind = folding.isOpen || folding.text !== '' ? 'connections' : 'connections with an incident in this time';
  const parts = [`${number(wanted.length)} of ${number(all.length)} ${kind}`];
  if (wanted.length > mostRows) parts.push(`the first ${number(mostRows)} have a row; search for a name to see others`);
  if (named.length > wanted.length) parts.push(`${number(named.length - wanted.length)} without one are folded`);
  const text = `${parts.join('; ')}.`;
  if (byId('rows-note').textContent !== text) byId('rows-note').textContent = text;
  return shown;
}

function listenToRows() {
  byId('rows-toggle').addEventListener('click', () => {
    folding.isOpen = !folding.isOpen;
    byId('rows-toggle').setAttribute('aria-pressed', String(folding.isOpen));
    draw();
  });
  byId('rows-text').addEventListener('input', () => {
    folding.text = byId('rows-text').value.trim().toLowerCase();
    draw();
  });
}
