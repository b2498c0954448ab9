// The tables below the chart, each from the page's data.
const comparisonOf = (variant) => page.comparisons.find((c) => c.variant === variant.name && c.metric === ui.metric);

// The rate's interval on the axis that all rows share, with zero and the tolerance marked.
function intervalStrip(of, scale, color) {
  const width = 190, height = 22, middle = height / 2;
  const x = (value) => 8 + (width - 16) * (value - scale.low) / (scale.high - scale.low);
  const metric = page.metrics[ui.metric];
  const strip = svg('svg', { class: 'interval', width, height, role: 'img', 'aria-label': 'interval ' + rate(metric, of.low) + ' to ' + rate(metric, of.high) });
  strip.append(svg('line', { class: 'zero', x1: x(0), x2: x(0), y1: 2, y2: height - 2 }));
  if (metric.tolerance > scale.low && metric.tolerance < scale.high)
    strip.append(svg('line', { class: 'tolerance', x1: x(metric.tolerance), x2: x(metric.tolerance), y1: 2, y2: height - 2 }));
  const left = x(of.low), right = Math.max(x(of.high), x(of.low) + 1);
  strip.append(svg('line', { x1: left, x2: right, y1: middle, y2: middle, stroke: color, 'stroke-width': 3 }));
  for (const end of [left, right]) strip.append(svg('line', { x1: end, x2: end, y1: middle - 5, y2: middle + 5, stroke: color, 'stroke-width': 2 }));
  strip.append(svg('circle', { cx: x(of.rate), cy: middle, r: 4, fill: color }));
  strip.append(svg('title', {}, rate(metric, of.rate) + ', ' + Math.round(page.confidence * 100) + ' % interval ' + rate(metric, of.low) + ' to ' + rate(metric, of.high)));
  return strip;
}

function drawVariants() {
  const metric = page.metrics[ui.metric];
  const rows = page.variants.map((variant, index) => ({ variant, index, of: variant.metrics[ui.metric], comparison: comparisonOf(variant) }));
  rows.sort((a, b) => a.variant.passed - b.variant.passed); // what failed first, else as they stand
  const known = rows.filter((r) => r.of);
  const scale = { low: Math.min(0, ...known.map((r) => r.of.low)), high: Math.max(metric ? metric.tolerance * 1.5 : 1, ...known.map((r) => r.of.high)) };
  if (scale.high <= scale.low) scale.high = scale.low + 1;
  const columns = [
    { title: 'Variant', value: (r) => r.index, cell: (r) => el('label', { class: 'variant-switch' },
      el('input', { type: 'checkbox', 'data-key': 'show-' + r.index, checked: !ui.hidden.has(r.variant.name), 'aria-label': 'Show ' + r.variant.name + ' in the chart', onchange: (e) => show(r.variant.name, e.target.checked) }),
      swatch(r.index), el('span', { class: 'name' }, r.variant.name), r.variant.name === page.reference && page.variants.length > 1 ? el('span', { class: 'pill base' }, 'reference') : null) },
    { title: 'Verdict', value: (r) => r.of?.verdict, cell: (r) => r.of ? pill(r.of.verdict) : pill(r.variant.outcome) },
    { title: metric ? metric.title : 'Count', number: true, value: (r) => r.of && r.of.final - r.of.start, cell: (r) => r.of ? amount(metric, r.of.start) + ' → ' + amount(metric, r.of.final) : '-' },
    { title: 'Rate', number: true, value: (r) => r.of?.rate, cell: (r) => r.of ? rate(metric, r.of.rate) : '-' },
    { title: 'Interval, tolerance dashed', value: (r) => r.of?.low, cell: (r) => r.of ? intervalStrip(r.of, scale, variantColor(r.index)) : '-' },
  ];
  if (page.comparisons.length) {
    columns.push({ title: 'Against the reference', value: (r) => r.comparison?.difference, cell: (r) => r.comparison ? [pill(r.comparison.verdict), ' ',
      el('span', { class: 'where' }, (r.comparison.difference < 0 ? '' : '+') + rate(metric, r.comparison.difference))] : '-' });
  }
  columns.push({ title: 'Ended', value: (r) => r.variant.outcome, cell: (r) => r.variant.detail ? [r.variant.outcome, el('span', { class: 'where' }, r.variant.detail)] : r.variant.outcome });
  table($('variants-table'), 'Variants', columns, rows, ui.sort.variants, (r) => ({
    class: ui.hidden.has(r.variant.name) ? 'off' : '', onmouseenter: () => highlight(r.variant.name), onmouseleave: () => highlight(null) }));
}

function drawGrowthTable() {
  const metric = page.metrics[ui.metric];
  const shown = page.variants.filter((v) => v.metrics[ui.metric] && !ui.hidden.has(v.name));
  const times = [...new Set(shown.flatMap((v) => v.metrics[ui.metric].rows.map(([m]) => m)))].sort((a, b) => a - b);
  const at = (variant, time) => variant.metrics[ui.metric].rows.find(([m]) => m === time);
  table($('growth-table'), 'Growth table', [
    { title: 'Time', cell: (time) => minute(time) },
    ...shown.map((variant) => ({ title: variant.name, number: true, cell: (time) => {
      const row = at(variant, time);
      if (!row) return '-';
      return [amount(metric, row[1]), el('span', { class: 'where' }, signed(metric, row[2]) + (row[3] == null ? '' : ', ' + (metric.unit === 'bytes' ? bytes(row[3]) : row[3]) + '/min'))];
    } })),
  ], times, {});
}

function pickVariant(select, worthShowing, chosen, onchange) {
  const names = page.variants.filter(worthShowing).map((v) => v.name);
  const value = names.includes(chosen) ? chosen : names[0];
  select.replaceChildren(...names.map((name) => el('option', { value: name, selected: name === value }, name)));
  select.onchange = () => onchange(select.value);
  return page.variants.find((v) => v.name === value);
}

function drawGrowing() {
  const variant = pickVariant($('growing-variant'), (v) => v.attribution.length, ui.growing, (name) => { ui.growing = name; drawGrowing(); });
  $('growing').hidden = !variant;
  if (!variant) return;
  const most = Math.max(...variant.attribution.map((r) => r.share), 0.0001);
  table($('growing-table'), 'What is growing in ' + variant.name, [
    { title: 'Group', long: true, value: (r) => r.name, cell: (r) => [el('span', { class: 'name' }, r.function || r.name), r.where ? el('span', { class: 'where' }, r.where) : null] },
    { title: 'Kind', value: (r) => r.kind, cell: (r) => r.kind },
    { title: 'Growth', number: true, value: (r) => r.growth, cell: (r) => (r.growth > 0 ? '+' : '') + number(r.growth, 0) },
    { title: 'Rate', number: true, value: (r) => r.rate, cell: (r) => (r.rate > 0 ? '+' : '') + number(r.rate, 1) + '/min' + (r.low == null ? '' : ' (' + number(r.low, 1) + ' to ' + number(r.high, 1) + ')') },
    { title: 'Share', value: (r) => r.share, cell: (r) => {
      const bar = el('span', { class: 'bar-cell' });
      bar.style.width = Math.max(0, Math.min(1, r.share / most)) * 60 + 'px';
      return [el('span', { class: 'bar-room' }, bar), r.share === 0 ? '-' : number(r.share * 100, 0) + ' %'];
    } },
  ], variant.attribution, ui.sort.growing);
}

function drawCosts() {
  const used = page.costs.map((cost, i) => ({ ...cost, i })).filter(({ i }) => page.variants.some((v) => v.costs[i] != null));
  $('costs').hidden = !used.length;
  table($('costs-table'), 'What each variant costs', [
    { title: 'Variant', value: (v) => v.name, cell: (v) => el('span', { class: 'name' }, v.name) },
    ...used.map(({ title, unit, digits, i }) => ({ title, number: true, value: (v) => v.costs[i], cell: (v) => v.costs[i] == null ? '-' : number(v.costs[i], digits) + (unit ? ' ' + unit : '') })),
  ], page.variants, ui.sort.costs);
}

// A list of sentences: the first of them, and the rest to unfold.
function sentences(items, most = 8) {
  const list = (part) => el('ul', {}, part.map((text) => el('li', {}, sentence(text))));
  if (items.length <= most + 2) return [list(items)];
  return [list(items.slice(0, most)), el('details', {}, el('summary', {}, items.length - most + ' more'), list(items.slice(most)))];
}

// "12 leak, 3 stable": of more variants than one sees at a glance.
function tally() {
  const counts = {};
  for (const variant of page.variants) counts[variant.verdict] = (counts[variant.verdict] || 0) + 1;
  return page.variants.length < 3 ? [] : ['leak', 'capped', 'inconclusive', 'stable'].filter((v) => counts[v]).map((v) => el('span', { class: 'pill ' + v }, counts[v] + ' ' + v));
}

// What the terminal shows first: the verdict with what leaks and where, its interval, what evidence is missing.
function firstLines() {
  if (!page.first_lines.length) return null;
  // The summary below has a line for each variant and what did not hold.
  const [first, ...others] = page.first_lines;
  const rest = others.filter((line, i) => i === 0 || line.startsWith('!'));
  return el('div', { class: 'first-lines' }, el('p', { class: 'headline' }, first),
    rest.map((line) => el('p', { class: line.startsWith('!') ? 'missing' : '' }, line.trim())));
}

function drawFindings() {
  const kind = page.status.code === 0 ? 'good' : page.status.code === 4 || page.status.code === 130 ? 'warn' : 'bad';
  const failed = page.variants.flatMap((v) => v.expectations.filter((e) => !e.held).map((e) => '`' + v.name.replaceAll('`', "'") + '` ' + e.what + ': expected ' + e.expected + ', measured ' + e.actual));
  $('verdict').replaceChildren(el('div', { class: 'banner ' + (page.status.code < 0 ? '' : kind) },
    firstLines(),
    el('p', { class: 'state-line' }, el('strong', { class: 'state' }, page.status.text), tally()),
    page.status.code > 0 && failed.length ? [el('h3', {}, 'Did not hold'), sentences(failed)] : null,
    page.status.code > 0 && failed.length ? el('h3', {}, 'Summary') : null,
    sentences(page.findings.summary)));
  const lists = [['Confirmed', page.findings.confirmed], ['Ruled out', page.findings.ruled_out], ['Not decided', page.findings.open], ['Recommendation', page.findings.recommendations]];
  $('analysis-lists').replaceChildren(...lists.filter(([, items]) => items.length).map(([title, items]) =>
    el('div', { class: 'card' }, el('h3', {}, title), sentences(items))));
  $('analysis').hidden = !$('analysis-lists').childElementCount;
}

function drawFacts() {
  const rows = page.variants.flatMap((v) => v.expectations.map((e) => ({ ...e, who: v.name })))
    .concat(page.controls.map((c) => ({ who: c.name, what: c.metric, expected: c.expected, actual: c.actual, held: c.held })))
    .concat(page.against.map((a) => ({ who: a.variant, what: 'recorded baseline: ' + a.what, expected: a.before, actual: a.now, held: a.held })));
  $('expectations').hidden = !rows.length;
  table($('expectations-table'), 'Expectations and controls', [
    { title: 'Of', value: (r) => r.who, cell: (r) => el('span', { class: 'name' }, r.who) },
    { title: 'What', value: (r) => r.what, cell: (r) => r.what },
    { title: 'Expected', value: (r) => r.expected, cell: (r) => r.expected },
    { title: 'Measured', value: (r) => r.actual, cell: (r) => r.actual },
    { title: 'Held', value: (r) => r.held ? 1 : 0, cell: (r) => pill(r.held ? 'held' : 'failed') },
  ], rows, ui.sort.expectations);
  const changes = page.variants.flatMap((v) => v.changes.map(([option, before, after]) => ({ name: v.name, option, before, after })));
  $('configuration').hidden = !changes.length;
  table($('configuration-table'), 'What each variant changes', [
    { title: 'Variant', value: (r) => r.name, cell: (r) => el('span', { class: 'name' }, r.name) },
    { title: 'Option', long: true, value: (r) => r.option, cell: (r) => el('code', {}, r.option) },
    { title: 'Before', long: true, cell: (r) => el('code', {}, r.before) },
    { title: 'After', long: true, cell: (r) => el('code', {}, r.after) },
  ], changes, ui.sort.configuration);
  table($('conditions-table'), 'Conditions', [{ title: 'Condition', cell: ([key]) => key }, { title: 'Value', cell: ([, value]) => value }], page.conditions, {});
}
