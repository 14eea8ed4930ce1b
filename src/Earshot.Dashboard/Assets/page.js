// The visible range, keys and pointer of the page.
function showAxis() {
  const isOneDay = day(0) === day(axisLength);
  byId('range').textContent = `${day(0)}, ${clock(0)} to ${isOneDay ? '' : `${day(axisLength)}, `}${clock(axisLength)} UTC (${duration(axisLength)})`;
}

function showRange() {
  byId('chart-title').textContent = isWhole() ? 'Connections over time'
    : `Connections over time, ${clock(Math.max(view.from, 0))} to ${clock(Math.min(view.to, axisLength))}`;
  byId('whole').disabled = isWhole();
  byId('zoom-out').disabled = isWhole();
  byId('earlier').disabled = view.from <= whole.from + 1e-9;
  byId('later').disabled = view.to >= whole.to - 1e-9;
  byId('zoom-in').disabled = view.to - view.from <= shortest;
}

function trackAt(y) {
  const scale = layout.height / chart.querySelector('svg').getBoundingClientRect().height;
  const at = lastUntil(layout.rows, y * scale, row => row.y);
  return layout.rows[Math.max(0, at)]?.index ?? 0;
}

// Where the pointer was pressed in the chart, and the time that it has marked since. Both end wherever it is released.
const drag = { start: null, moved: null };

function endDrag() {
  drag.moved?.remove();
  drag.start = drag.moved = null;
}

function listenToPointer() {
  const at = event => {
    const box = chart.getBoundingClientRect();
    const px = Math.min(Math.max((event.clientX - box.left) * layout.width / box.width, layout.left), layout.left + layout.plot);
    return { px, time: timeAt(px), track: trackAt(event.clientY - box.top) };
  };
  chart.addEventListener('pointerdown', event => {
    if (event.button === 0) drag.start = at(event);
  });
  chart.addEventListener('pointermove', event => {
    const now = at(event);
    byId('moment').setAttribute('aria-live', 'off');
    setMoment(now.track, now.time);
    const { start, moved } = drag;
    if (start === null || Math.abs(now.px - start.px) < 6) return;
    if (moved === null) chart.setPointerCapture(event.pointerId);
    moved?.remove();
    drag.moved = shape('rect', { class: 'drag', x: Math.min(start.px, now.px), y: layout.top - 4, width: Math.abs(now.px - start.px), height: layout.bottom - layout.top + 4 });
    chart.querySelector('svg').append(drag.moved);
  });
  window.addEventListener('pointerup', event => {
    const { start, moved } = drag, now = at(event);
    endDrag();
    if (moved !== null) setView(Math.min(start.time, now.time), Math.max(start.time, now.time));
    else if (start !== null && chart.contains(event.target) && event.target.dataset.outage) toggleOutage(outages[Number(event.target.dataset.outage) - 1]);
  });
  // Nothing else follows a press that opens a menu.
  for (const end of ['pointercancel', 'contextmenu']) window.addEventListener(end, endDrag);
}

function step(direction, isLarge) {
  const span = view.to - view.from;
  const length = isLarge ? span / 10 : steps.find(value => value >= span / 100) ?? span / 100;
  const time = Math.min(Math.max((chosen.time ?? view.from) + direction * length, 0), axisLength);
  setMoment(chosen.track, time);
  if (!isVisible(time)) setView(time - span / 2, time + span / 2);
}

// Moves to the row above or below.
function chooseRow(step) {
  const rows = layout.rows.filter(row => !(tracks[row.index].level > 0));
  const at = rows.findIndex(row => row.index === chosen.track) + step;
  const row = rows[Math.min(Math.max(at, 0), rows.length - 1)];
  if (row) setMoment(row.index, chosen.time ?? Math.max(view.from, 0));
}

function outageAtCursor() {
  return outages.find(o => o.track === chosen.track && chosen.time !== null && chosen.time >= o.from - 1e-6 && chosen.time <= (o.to ?? axisLength) + 1e-6);
}

function listenToKeys() {
  const at = () => chosen.time ?? undefined;
  const keys = {
    ArrowLeft: event => step(-1, event.shiftKey), ArrowRight: event => step(1, event.shiftKey),
    ArrowUp: () => chooseRow(-1), ArrowDown: () => chooseRow(1),
    '+': () => zoom(0.5, at()), '=': () => zoom(0.5, at()), '-': () => zoom(2, at()), '0': () => setView(whole.from, whole.to),
    Home: () => step(-1e9, true), End: () => step(1e9, true),
    Enter: () => {
      const outage = outageAtCursor();
      if (outage) toggleOutage(outage);
    },
  };
  chart.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    byId('moment').setAttribute('aria-live', 'polite');
    keys[event.key](event);
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && chosen.outage) toggleOutage(chosen.outage);
  });
}

function listen() {
  const buttons = {
    'zoom-in': () => zoom(0.5, chosen.time !== null && isVisible(chosen.time) ? chosen.time : undefined), 'zoom-out': () => zoom(2),
    earlier: () => move(-0.5), later: () => move(0.5), whole: () => setView(whole.from, whole.to),
  };
  for (const [name, act] of Object.entries(buttons)) byId(name).addEventListener('click', act);
  listenToPointer();
  listenToKeys();
  listenToRows();
  let width = chart.clientWidth;
  new ResizeObserver(() => {
    if (chart.clientWidth !== width) {
      width = chart.clientWidth;
      draw();
    }
  }).observe(chart);
}
