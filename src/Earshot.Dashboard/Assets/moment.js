// What happened around the cursor: the connection's facts and the events of that second.
const mostInMoment = 60;

// A track that is followed lasts until now.
const endOf = index => isLive ? axisLength : eventsOf[index].at(-1).time;

function factsAt(index, time) {
  const track = tracks[index];
  const own = eventsOf[index];
  const facts = [element('strong', {}, clock(time)), element('span', {}, track.name)];
  const last = own[lastUntil(own, time, e => e.time)];
  const period = periodAt(track, time);
  if (!period || time < period.from) return [...facts, element('span', { class: 'quiet' }, 'before the first event')];
  if (time > endOf(index)) return [...facts, element('span', { class: 'quiet' }, 'after the last event')];
  facts.push(element('span', {}, `${stateName(period.state)}${period.text ? ` on ${period.text}` : ''} for ${duration(time - period.from)}`));
  const counts = [];
  if (!last) return facts;
  if (last.pending > 0) counts.push(`${plural(last.pending, 'message')} pending`);
  if (last.requests > 0) counts.push(`${plural(last.requests, 'request')} in flight`);
  if (last.rtt) counts.push(`round trip ${Number((last.rtt * 1000).toPrecision(3))} ms`);
  if (counts.length > 0) facts.push(element('span', { class: 'quiet' }, `${counts.join(', ')} (at the last event)`));
  return facts;
}

function othersAt(index, time) {
  const states = new Map();
  tracks.forEach((track, other) => {
    const period = periodAt(track, time);
    if (other === index || !period || time < period.from || time > endOf(other)) return;
    const state = stateName(period.state).toLowerCase();
    states.set(state, (states.get(state) ?? 0) + 1);
  });
  return [...states].map(([state, count]) => `${count} ${state}`).join(', ');
}

function momentLine(e) {
  return element('li', {}, element('span', { class: 'time' }, clock(e.time)), severityMark(e), element('span', {}, e.kind), element('span', { class: 'message' }, repeated(e)));
}

function showMoment() {
  const box = byId('moment');
  const { track, time } = chosen;
  box.hidden = tracks.length === 0;
  if (box.hidden) return;
  const [from, to] = secondOf(time);
  const own = eventsOf[track];
  const inSecond = own.slice(lastUntil(own, from - 1e-9, e => e.time) + 1, lastUntil(own, to - 1e-9, e => e.time) + 1);
  const facts = factsAt(track, time);
  const others = tracks.length > 1 ? othersAt(track, time) : '';
  if (others) facts.push(element('span', { class: 'quiet' }, `Others: ${others}`));
  const list = element('ul', {}, ...inSecond.slice(0, mostInMoment).map(momentLine));
  const rest = inSecond.length - mostInMoment;
  const note = inSecond.length === 0 ? `No event between ${clock(from, 0)} and ${clock(to, 0)}.` : rest > 0 ? `and ${plural(rest, 'more event')}` : null;
  box.replaceChildren(element('div', { class: 'facts' }, ...facts), list, note === null ? '' : element('p', { class: 'quiet' }, note));
}

// The page opens at what matters most: the longest outage, or else the first error or warning.
function firstMoment() {
  const longest = outages.reduce((most, o) => (o.duration ?? axisLength) > (most?.duration ?? -1) ? o : most, null);
  const e = events.find(e => e.severity >= 4) ?? events.find(e => e.severity >= 3) ?? events[0];
  return longest ? [longest.track, longest.from] : e ? [e.track, e.time] : [0, axisLength];
}
