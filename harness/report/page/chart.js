// The growth chart: a line a variant, dots at table rows, the warm-up shaded, a crosshair, keys for those without a mouse.
const palette = {
  light: ['#1f5fbf', '#c4451c', '#1a7f4b', '#7b3fa0', '#a86a00', '#0f7c8c', '#b3266e', '#5a6b00', '#5b52d6', '#7a4a32'],
  dark: ['#7db2ff', '#ff9a72', '#6fd79a', '#cf9bf2', '#f2bd5a', '#5fd0e0', '#ff8cc0', '#c3d45a', '#a9a3ff', '#d9a98c'],
};
const dashes = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const marks = ['circle', 'rect', 'triangle', 'rectRot'];
const variantColor = (i) => palette[theme()][i % 10];
const variantDash = (i) => dashes[Math.floor(i / 10) % dashes.length];

let chart = null;

function swatch(i) {
  return svg('svg', { class: 'swatch', width: 26, height: 10, 'aria-hidden': 'true' },
    svg('line', { x1: 0, x2: 26, y1: 5, y2: 5, stroke: variantColor(i), 'stroke-width': 2.5, 'stroke-dasharray': variantDash(i).join(' ') }),
    svg('circle', { cx: 13, cy: 5, r: 3.4, fill: variantColor(i) }));
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// The nearest point of each line, by time: lines are read at different moments.
Chart.Interaction.modes.eachLine = (target, event) => {
  const at = target.scales.x.getValueForPixel(event.x);
  const found = [];
  target.data.datasets.forEach((set, datasetIndex) => {
    if (!set.variant || set.rows || !set.data.length || !target.isDatasetVisible(datasetIndex)) return;
    const data = set.data;
    let low = 0, high = data.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (data[middle].x < at) low = middle; else high = middle; }
    const index = Math.abs(data[low].x - at) <= Math.abs(data[high].x - at) ? low : high;
    const element = target.getDatasetMeta(datasetIndex).data[index];
    if (element) found.push({ element, datasetIndex, index });
  });
  return found.sort((a, b) => Math.abs(a.element.y - event.y) - Math.abs(b.element.y - event.y)).slice(0, 12)
    .sort((a, b) => a.element.y - b.element.y);
};

const backdrop = {
  id: 'backdrop',
  beforeDatasetsDraw(target) {
    const { ctx, chartArea: area, scales: { x } } = target;
    const zero = Math.min(Math.max(x.getPixelForValue(0), area.left), area.right);
    if (zero > area.left + 1) {
      ctx.save();
      ctx.fillStyle = css('--faint');
      ctx.fillRect(area.left, area.top, zero - area.left, area.bottom - area.top);
      ctx.fillStyle = css('--soft');
      ctx.font = '12px system-ui, sans-serif';
      if (zero - area.left > 60) ctx.fillText('warm-up', area.left + 6, area.bottom - 8);
      ctx.restore();
    }
    const active = target.tooltip?.getActiveElements?.() ?? [];
    if (active.length) {
      ctx.save();
      ctx.strokeStyle = css('--soft');
      ctx.setLineDash([4, 4]);
      ctx.beginPath();
      ctx.moveTo(active[0].element.x, area.top);
      ctx.lineTo(active[0].element.x, area.bottom);
      ctx.stroke();
      ctx.restore();
    }
  },
};

function datasets() {
  const m = ui.metric;
  const metric = page.metrics[m];
  const sets = [];
  let last = 0;
  page.variants.forEach((variant, i) => {
    const of = variant.metrics[m];
    if (!of) return;
    const from = ui.view === 'growth' ? of.start : 0;
    const points = of.points.map(([x, y]) => ({ x, y: y - from }));
    const rows = of.rows.map(([x, y]) => ({ x, y: y - from }));
    if (points.length) last = Math.max(last, points[points.length - 1].x);
    const color = variantColor(i);
    const faded = ui.hot != null && ui.hot !== variant.name;
    const common = { variant: variant.name, hidden: ui.hidden.has(variant.name), borderColor: faded ? color + '30' : color, backgroundColor: faded ? color + '30' : color };
    sets.push({ ...common, label: variant.name, data: points, borderWidth: ui.hot === variant.name ? 3 : page.variants.length > 10 ? 1.4 : 2, borderDash: variantDash(i),
      pointRadius: 0, pointHoverRadius: 4, order: ui.hot === variant.name ? 0 : 1 });
    sets.push({ ...common, rows: true, label: variant.name + ' rows', data: rows, showLine: false, pointStyle: marks[i % marks.length],
      pointRadius: page.variants.length > 10 ? 2 : 3.5, pointHoverRadius: 0, order: ui.hot === variant.name ? 0 : 1 });
  });
  if (ui.view === 'growth' && metric && metric.tolerance > 0 && last > 0) {
    sets.push({ label: 'tolerance', data: [{ x: 0, y: 0 }, { x: last, y: metric.tolerance * last }], borderColor: css('--soft'), borderWidth: 1.5, borderDash: [3, 4], pointRadius: 0, order: 2 });
  }
  return sets;
}

// Of a short span the library's round ticks lie outside it, and their lines beside the chart.
function withinTheAxis(axis) {
  axis.ticks = axis.ticks.filter((tick) => tick.value >= axis.min && tick.value <= axis.max);
}

function chartOptions() {
  const metric = page.metrics[ui.metric] || { title: '', unit: '' };
  const tick = (value) => metric.unit === 'bytes' ? bytes(value) : value.toLocaleString('en-US');
  const grid = { color: css('--line'), borderColor: css('--line') };
  const ticks = { color: css('--soft') };
  return {
    responsive: true, maintainAspectRatio: false, animation: false, parsing: false, normalized: true,
    interaction: { mode: 'eachLine', intersect: false },
    scales: {
      x: { type: 'linear', bounds: 'data', grid, afterBuildTicks: withinTheAxis, ticks: { ...ticks, precision: 2, callback: (v) => minute(v) }, title: { display: true, text: 'minutes of scenario time from T+0', color: css('--soft') } },
      y: { grid, ticks: { ...ticks, callback: tick }, beginAtZero: ui.view === 'growth', title: { display: true, text: ui.view === 'growth' ? metric.title + ': growth since T+0' : metric.title, color: css('--soft') } },
    },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: css('--text'), titleColor: css('--card'), bodyColor: css('--card'), footerColor: css('--card'), padding: 10,
        callbacks: {
          title: (items) => items.length ? minute(Math.round(items[0].parsed.x * 100) / 100) : '',
          label: (item) => ' ' + item.dataset.variant + ': ' + (ui.view === 'growth' ? signed(metric, item.parsed.y) : amount(metric, item.parsed.y)),
        },
      },
    },
  };
}

function drawChart() {
  const canvas = $('chart');
  if (chart) {
    chart.data.datasets = datasets();
    chart.options = chartOptions();
    chart.update('none');
  } else {
    chart = new Chart(canvas, { type: 'line', data: { datasets: datasets() }, options: chartOptions(), plugins: [backdrop] });
    canvas.addEventListener('keydown', onChartKey);
  }
  const metric = page.metrics[ui.metric];
  canvas.setAttribute('aria-label', metric ? metric.title + ' over time. ' + page.variants.filter((v) => v.metrics[ui.metric]).map((v) => {
    const of = v.metrics[ui.metric];
    return v.name + ' from ' + amount(metric, of.start) + ' to ' + amount(metric, of.final) + ', ' + of.verdict;
  }).join('; ') + '.' : 'No readings');
}

function onChartKey(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
  if (event.key === 'Escape') { chart.setActiveElements([]); chart.tooltip.setActiveElements([], { x: 0, y: 0 }); chart.update('none'); return; }
  if (!(event.key in steps)) return;
  event.preventDefault();
  const times = [...new Set(page.variants.filter((v) => !ui.hidden.has(v.name)).flatMap((v) => v.metrics[ui.metric]?.rows.map(([m]) => m) ?? []))].sort((a, b) => a - b);
  if (!times.length) return;
  ui.key = Math.min(times.length - 1, Math.max(0, (ui.key ?? -1) + steps[event.key]));
  const x = chart.scales.x.getPixelForValue(times[ui.key]);
  const y = (chart.chartArea.top + chart.chartArea.bottom) / 2;
  const active = Chart.Interaction.modes.eachLine(chart, { x, y });
  chart.setActiveElements(active);
  chart.tooltip.setActiveElements(active, { x, y });
  chart.update('none');
  const metric = page.metrics[ui.metric];
  $('chart-says').textContent = minute(times[ui.key]) + ': ' + active.map((a) => {
    const set = chart.data.datasets[a.datasetIndex];
    return set.variant + ' ' + (ui.view === 'growth' ? signed : amount)(metric, set.data[a.index].y);
  }).join(', ');
}
