// The rows of the fleet: the application has chosen them, servers first, then services, hosts and their connections with a loss. A search asks for others.
const searching = { text: '' };
stateNames.LameDuck = 'Lame duck';

function rowsToShow() {
  byId('rows-tools').hidden = !isLive;
  byId('rows-toggle').hidden = true;
  byId('rows-note').hidden = false;
  const parts = [`${plural(data.connections, 'connection')} seen, ${number(data.affected)} with a loss`];
  if (searching.text === '' && data.affected < data.connections) parts.push(`those without are folded`);
  if (data.notShown > 0) parts.push(`${number(data.notShown)} more with a loss have no row; search for a name, host or server`);
  const text = `${parts.join('; ')}.`;
  if (byId('rows-note').textContent !== text) byId('rows-note').textContent = text;
  return tracks.map((_, index) => index);
}

function listenToRows() {
  byId('rows-text').placeholder = 'name, host or server';
  if (isLive) listenToSearch();
}
