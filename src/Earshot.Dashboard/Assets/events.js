// The list of events: blocks of rows, of which those near the visible part are filled. So ten thousand events are as quick as ten.
const list = byId('events');
const blockSize = 40;
let shown = [];
let blocks = [];
let current = 0;

const near = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) fill(blocks[Number(entry.target.dataset.block)]);
}, { root: list, rootMargin: '800px' });

function eventRow(e, place) {
  return element('li', {}, element('button', { type: 'button', class: 'row', tabindex: place === current ? '0' : '-1', 'aria-expanded': 'false', 'data-place': place },
    element('span', { class: 'time' }, clock(e.time)),
    tracks.length > 1 ? element('span', { class: 'connection', title: tracks[e.track].name }, tracks[e.track].name) : null,
    severityMark(e),
    element('span', { class: 'kind', title: e.kind }, e.kind),
    element('span', { class: 'message' }, repeated(e))));
}

function fill(block) {
  if (block.isFilled) return;
  block.isFilled = true;
  near.unobserve(block.node);
  block.node.style.minHeight = '';
  block.node.append(...shown.slice(block.from, block.from + blockSize).map((e, at) => eventRow(e, block.from + at)));
}

// Shows these events.
function showEvents(wanted) {
  near.disconnect();
  shown = wanted;
  current = 0;
  blocks = [];
  for (let from = 0; from < shown.length; from += blockSize) {
    const node = element('div', { class: 'block', role: 'presentation', 'data-block': blocks.length });
    node.style.minHeight = `${Math.min(blockSize, shown.length - from) * 32}px`;
    blocks.push({ node, from, isFilled: false });
  }
  list.classList.toggle('many', tracks.length > 1);
  list.replaceChildren(...blocks.map(block => block.node));
  list.scrollTop = 0;
  if (blocks.length > 0) fill(blocks[0]);
  for (const block of blocks) near.observe(block.node);
}

function buttonAt(place) {
  const block = blocks[Math.floor(place / blockSize)];
  fill(block);
  return block.node.children[place - block.from].firstChild;
}

// One row is reached with the tab key; the arrow keys move from it.
function makeCurrent(place) {
  buttonAt(current).tabIndex = -1;
  current = place;
  const button = buttonAt(current);
  button.tabIndex = 0;
  return button;
}

function toggleDetails(place) {
  const button = buttonAt(place);
  const isOpen = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!isOpen));
  if (isOpen) {
    button.parentNode.lastChild.remove();
    return;
  }
  const e = shown[place];
  const facts = [['event', `#${e.sequence} ${e.kind}`], ['time', `${day(e.time)} ${clock(e.time, 6)} UTC`]];
  if (tracks.length > 1) facts.push(['connection', tracks[e.track].name]);
  facts.push(...e.details);
  button.parentNode.append(element('dl', { class: 'details' }, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)])));
}

function listenToList() {
  const moveCursor = place => setMoment(shown[place].track, shown[place].time);
  list.addEventListener('click', event => {
    const button = event.target.closest('.row');
    if (!button) return;
    const place = Number(button.dataset.place);
    makeCurrent(place);
    toggleDetails(place);
    moveCursor(place);
  });
  list.addEventListener('keydown', event => {
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, PageDown: current + 15, PageUp: current - 15, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined || !event.target.closest('.row')) return;
    event.preventDefault();
    makeCurrent(Math.min(Math.max(to, 0), shown.length - 1)).focus();
    moveCursor(current);
  });
  // A print has the rows that are not near the visible part too, up to five thousand.
  addEventListener('beforeprint', () => blocks.slice(0, 125).forEach(fill));
}
