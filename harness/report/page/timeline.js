// What stays open, in two drawings: streams that were superseded, and connections that are idle for good.
const timelines = {
  orphans: {
    of: (v) => v.timeline, what: 'streams', open: 'the newest stream of its container', left: 'superseded, and still open',
    turned: 'superseded', count: (n) => n ? n + ' orphan' + (n === 1 ? '' : 's') : 'none', most: 'those with most orphans',
    title: 'Streams by container', request: 'Request', column: 'Superseded and still open',
  },
  idle: {
    of: (v) => v.idle, what: 'connections', open: 'carrying its requests', left: 'idle, and never used again',
    turned: 'idle since', count: (n) => n + ' idle', most: 'those with most of them',
    title: 'Idle connections by container', request: 'Each carried', column: 'Idle at the end',
  },
};
function drawTimelines(fixedWidth) {
  for (const id of Object.keys(timelines)) drawTimeline(id, fixedWidth);
}
// A lane a container, a line a stream or connection: blue while it does its work, red from when it is only left open.
function drawTimeline(id, fixedWidth) {
  const words = timelines[id];
  const variant = pickVariant($(id + '-variant'), (v) => words.of(v).lanes.length, ui[id], (name) => { ui[id] = name; drawTimeline(id); });
  $(id).hidden = !variant;
  if (!variant) return;
  const { start, end, containers, spans, lanes } = words.of(variant);
  const target = $(id + '-chart');
  const width = Math.max(320, Math.floor(fixedWidth || target.clientWidth || 900));
  const label = width < 560 ? 96 : 190, right = 84, plot = width - label - right, axis = 22;
  const x = (s) => label + plot * (s - start) / Math.max(end - start, 1e-9);
  const drawing = svg('svg', { class: 'lanes', width, role: 'img', 'aria-label': words.title + ': ' + lanes.length + '; as a table below' });
  const step = [15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400].find((s) => (end - start) / s <= plot / 70) || 604800;
  let y = axis;
  const grid = svg('g');
  drawing.append(grid);
  for (const lane of lanes) {
    const rowEnds = [];
    const placed = lane.spans.map(([opened, superseded, closed]) => {
      const until = closed ?? end;
      let row = rowEnds.findIndex((free) => free <= opened);
      if (row < 0) row = rowEnds.length;
      rowEnds[row] = until;
      return { opened, superseded, closed, until, row };
    });
    const each = Math.min(7, Math.max(1.5, 66 / Math.max(rowEnds.length, 1)));
    const height = Math.max(20, each * rowEnds.length + 8);
    drawing.append(svg('rect', { class: 'lane', x: label, y, width: plot, height, rx: 3 }));
    const name = lane.container.length > label / 7.2 ? lane.container.slice(0, Math.floor(label / 7.2) - 1) + '…' : lane.container;
    drawing.append(svg('text', { x: label - 8, y: y + height / 2 + 4, 'text-anchor': 'end' }, svg('title', {}, lane.container + '\n' + lane.request), name));
    drawing.append(svg('text', { x: width - right + 8, y: y + height / 2 + 4 }, words.count(lane.orphans)));
    for (const span of placed) {
      const top = y + 4 + span.row * each, thick = Math.max(1, each - 1);
      const life = 'opened ' + clock(span.opened) + (span.superseded == null ? '' : ', ' + words.turned + ' ' + clock(span.superseded)) + (span.closed == null ? ', still open at the end' : ', closed ' + clock(span.closed));
      const turns = span.superseded == null ? span.until : Math.min(span.superseded, span.until);
      drawing.append(svg('rect', { class: 'open', x: x(span.opened), y: top, width: Math.max(1, x(turns) - x(span.opened)), height: thick }, svg('title', {}, life)));
      if (turns < span.until)
        drawing.append(svg('rect', { class: 'orphan', x: x(turns), y: top, width: Math.max(1, x(span.until) - x(turns)), height: thick }, svg('title', {}, life)));
    }
    y += height + 5;
  }
  for (let s = Math.ceil(start / step) * step; s <= end; s += step) {
    grid.append(svg('text', { x: x(s), y: 14, 'text-anchor': 'middle' }, clock(s)));
    drawing.append(svg('line', { class: s === 0 ? 'zero' : 'grid', x1: x(s), x2: x(s), y1: axis - 4, y2: y, 'pointer-events': 'none', opacity: .55 }));
  }
  drawing.setAttribute('height', y);
  drawing.setAttribute('viewBox', '0 0 ' + width + ' ' + y);
  const drawn = lanes.reduce((sum, lane) => sum + lane.spans.length, 0);
  const left = [lanes.length < containers ? lanes.length + ' of ' + containers + ' containers, ' + words.most : null,
    drawn < spans ? number(drawn, 0) + ' of ' + number(spans, 0) + ' ' + words.what : null].filter(Boolean).join('; ');
  target.replaceChildren(el('p', { class: 'legend' }, el('span', {}, el('i', { class: 'open' }), words.open),
    el('span', {}, el('i', { class: 'orphan' }), words.left), left ? el('span', {}, 'Shown: ' + left) : null), drawing);
  table($(id + '-table'), words.title, [
    { title: 'Container', long: true, value: (l) => l.container, cell: (l) => el('span', { class: 'name' }, l.container) },
    { title: words.request, long: true, value: (l) => l.request, cell: (l) => el('code', {}, l.request) },
    { title: 'Opened', number: true, value: (l) => l.opened, cell: (l) => number(l.opened, 0) },
    { title: words.column, number: true, value: (l) => l.orphans, cell: (l) => number(l.orphans, 0) },
  ], lanes, ui.sort[id]);
}
