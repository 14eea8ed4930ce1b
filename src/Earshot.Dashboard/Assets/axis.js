// The visible time and the ticks of the axis.
const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
const view = { from: 0, to: 0 }, whole = { from: 0, to: 0 };
let shortest = 0;

function measureAxis() {
  shortest = Math.min(axisLength, 0.02);
  // A little room at both ends, so that what begins and ends there can be seen.
  const margin = axisLength * 0.01;
  whole.from = -margin;
  whole.to = axisLength + margin;
}

measureAxis();
Object.assign(view, whole);

// The axis grows; a view that shows its end continues to show it.
function growAxis(length) {
  const wasWhole = isWhole(), isAtEnd = view.to >= whole.to - 1e-6, width = view.to - view.from;
  axisLength = Math.max(length, axisLength);
  measureAxis();
  if (wasWhole) Object.assign(view, whole);
  else if (isAtEnd) Object.assign(view, { from: whole.to - width, to: whole.to });
}

function setView(from, to) {
  const length = Math.min(Math.max(to - from, shortest), whole.to - whole.from);
  const middle = (from + to) / 2;
  view.from = Math.min(Math.max(middle - length / 2, whole.from), whole.to - length);
  view.to = view.from + length;
  redraw();
}

const zoom = (factor, at = (view.from + view.to) / 2) => setView(at - (at - view.from) * factor, at + (view.to - at) * factor);
const move = share => setView(view.from + (view.to - view.from) * share, view.to + (view.to - view.from) * share);
const isWhole = () => view.to - view.from > (whole.to - whole.from) * 0.999;
const isVisible = time => time >= view.from && time <= view.to;

function ticks(width) {
  const span = view.to - view.from;
  let step = steps.find(value => value / span * width >= 84);
  step ??= Math.ceil(span / width * 84 / 86400) * 86400;
  // Aligned with the clock and not with the first event.
  const offset = (data.start / 1000) % 86400;
  const found = [];
  for (let i = Math.ceil((view.from + offset) / step - 1e-9); i * step - offset <= view.to; i++) found.push(i * step - offset);
  return { step, times: found };
}

function tickText(time, step, isFirst) {
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3;
  const at = time + 1e-7;
  const text = step >= 86400 ? day(at, false) : step >= 60 ? clock(at, 0).slice(0, 5) : clock(at, digits);
  const isMidnight = step < 86400 && clock(at, 0) === '00:00:00';
  return { text, date: isMidnight || (isFirst && step < 86400) ? day(at, false) : null };
}

// The second of the clock in which a time lies.
function secondOf(time) {
  const offset = (data.start / 1000) % 1;
  const from = Math.floor(time + offset + 1e-9) - offset;
  return [from, from + 1];
}
