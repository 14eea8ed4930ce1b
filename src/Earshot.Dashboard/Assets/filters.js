// Which events the list shows.
const search = new WeakMap();

function textOf(e) {
  if (!search.has(e)) search.set(e, `${e.kind} ${e.message} ${tracks[e.track].name} ${e.details.map(pair => pair.join(' ')).join(' ')}`.toLowerCase());
  return search.get(e);
}

const isOfOutage = (e, outage) => e.track === outage.track && e.time >= outage.from - 1e-6 && e.time <= outage.until + 1e-6;

function applyFilters() {
  const text = byId('text').value.trim().toLowerCase();
  const severity = Number(byId('severity').value);
  const category = byId('category').value;
  const track = byId('track').value;
  const onlyVisible = byId('visible').checked;
  const passing = events.filter(e => e.severity >= severity
      && (category === '' || e.category === category)
      && (track === '' || e.track === Number(track))
      && (!onlyVisible || isVisible(e.time))
      && (chosen.outage === null || isOfOutage(e, chosen.outage))
      && (text === '' || textOf(e).includes(text)));
  showEvents(isLive ? passing.reverse() : passing);
  byId('count').textContent = passing.length === events.length ? plural(events.length, 'event') : `${number(passing.length)} of ${plural(events.length, 'event')}`;
  showNotShown();
  byId('none').hidden = passing.length > 0;
  list.hidden = passing.length === 0;
}

function showNotShown() {
  byId('not-shown').textContent = data.eventsNotShown > 0 ? `${plural(data.eventsNotShown, 'event')} could not be shown` : '';
}

// The categories and connections to choose from; a choice stays.
function drawChoices() {
  const [category, track] = [byId('category'), byId('track')];
  const names = [...new Set(events.map(e => e.category))].sort();
  // A list that is open would close.
  if (category.length === names.length + 1 && track.length === tracks.length + 1) return;
  const chosenBefore = [category.value, track.value];
  category.replaceChildren(category.firstElementChild, ...names.map(name => element('option', { value: name }, name)));
  track.replaceChildren(track.firstElementChild, ...tracks.map((t, index) => element('option', { value: index }, t.name)));
  [category.value, track.value] = chosenBefore;
  byId('track-filter').hidden = tracks.length <= 1;
}

function drawFilters() {
  drawChoices();
  let waiting = 0;
  byId('text').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(applyFilters, 120);
  });
  for (const name of ['severity', 'category', 'track', 'visible']) byId(name).addEventListener('change', applyFilters);
  byId('filters').addEventListener('submit', event => {
    event.preventDefault();
    applyFilters();
  });
  byId('filters').addEventListener('reset', () => setTimeout(clearSelection));
  byId('outage-filter').addEventListener('click', clearSelection);
}

function clearSelection() {
  if (chosen.outage) toggleOutage(chosen.outage);
  else applyFilters();
}
