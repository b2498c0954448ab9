// Growth a minute against the swept value: a dot a value, red where it leaks.
function drawSweep(fixedWidth) {
  const sweep = page.sweep;
  $('sweep').hidden = !sweep || !sweep.points.length;
  if ($('sweep').hidden) return;
  $('sweep-title').textContent = 'Growth against ' + sweep.name;
  const points = sweep.points.filter((p) => p.rate != null);
  const target = $('sweep-chart');
  const width = Math.max(320, Math.floor(fixedWidth || target.clientWidth || 900)), height = 300;
  const left = 64, right = 24, top = 16, bottom = 44;
  const numeric = points.every((p) => p.value != null);
  const at = (p, i) => numeric ? p.value : i;
  const most = Math.max(1e-9, ...points.map((p) => p.rate)), least = Math.min(0, ...points.map((p) => p.rate));
  const from = numeric ? Math.min(0, ...points.map(at)) : 0, to = Math.max(1e-9, ...points.map(at));
  const x = (value) => left + (width - left - right) * (value - from) / (to - from);
  const y = (rate) => top + (height - top - bottom) * (most - rate) / (most - least);
  const drawing = svg('svg', { class: 'lanes', width, height, viewBox: '0 0 ' + width + ' ' + height, role: 'img', 'aria-label': sweep.metric + ' a minute against ' + sweep.pointer + '; as a table above' });
  for (let i = 0; i <= 4; ++i) {
    const rate = least + (most - least) * i / 4;
    drawing.append(svg('line', { class: 'grid', x1: left, x2: width - right, y1: y(rate), y2: y(rate), opacity: .55 }));
    drawing.append(svg('text', { x: left - 8, y: y(rate) + 4, 'text-anchor': 'end' }, number(rate, most < 10 ? 1 : 0)));
  }
  drawing.append(svg('polyline', { class: 'sweep', fill: 'none', points: points.map((p, i) => x(at(p, i)) + ',' + y(p.rate)).join(' ') }));
  points.forEach((p, i) => {
    drawing.append(svg('circle', { class: p.verdict === 'leak' ? 'orphan' : 'open', cx: x(at(p, i)), cy: y(p.rate), r: 5 }, svg('title', {}, p.text + ': ' + number(p.rate, 1) + '/min, ' + p.verdict)));
    drawing.append(svg('text', { x: x(at(p, i)), y: height - bottom + 20, 'text-anchor': 'middle' }, p.text));
  });
  drawing.append(svg('text', { x: left, y: height - 6 }, sweep.name + '; ' + sweep.metric.toLowerCase() + ' a minute'));
  target.replaceChildren(el('p', {}, sentence(sweep.sentence)), drawing);
}
