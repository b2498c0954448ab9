// The history page: one series at a time, its rate by commit.
const data = JSON.parse($('page-data').textContent);
let chosen = 0;
const order = {};
let chart = null;
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const commit = (point) => (point.commit ? point.commit.slice(0, 7) : '-') + (point.dirty ? '+' : '');
const nameOf = (series) => series.variant + ' ' + series.metric;

const bars = {
  id: 'bars',
  beforeDatasetsDraw({ ctx, chartArea: area, scales: { x, y } }) {
    const series = data.series[chosen];
    ctx.save();
    const horizontal = (value, color, dash) => {
      ctx.strokeStyle = color; ctx.setLineDash(dash); ctx.beginPath();
      ctx.moveTo(area.left, y.getPixelForValue(value)); ctx.lineTo(area.right, y.getPixelForValue(value)); ctx.stroke();
    };
    horizontal(series.tolerance_per_min, css('--soft'), [3, 4]);
    ctx.setLineDash([]);
    ctx.strokeStyle = css('--accent');
    ctx.lineWidth = 2;
    series.points.forEach((point, i) => {
      const at = x.getPixelForValue(i);
      ctx.beginPath(); ctx.moveTo(at, y.getPixelForValue(point.ci[0])); ctx.lineTo(at, y.getPixelForValue(point.ci[1])); ctx.stroke();
    });
    ctx.fillStyle = ctx.strokeStyle = css('--bad');
    ctx.font = '12px system-ui, sans-serif';
    for (const change of series.changes) {
      const at = (x.getPixelForValue(change.at) + x.getPixelForValue(change.at - 1)) / 2;
      ctx.beginPath(); ctx.moveTo(at, area.top); ctx.lineTo(at, area.bottom); ctx.stroke();
      ctx.fillText(commit(series.points[change.at]), at + 4, area.top + 12);
    }
    ctx.restore();
  },
};

function draw() {
  document.documentElement.dataset.theme = dark.matches ? 'dark' : 'light';
  const series = data.series[chosen];
  const metric = { unit: series.unit };
  const colors = { leak: css('--bad'), stable: css('--good') };
  const grid = { color: css('--line'), borderColor: css('--line') };
  const ticks = { color: css('--soft') };
  const lows = series.points.map((p) => p.ci[0]), highs = series.points.map((p) => p.ci[1]);
  chart?.destroy();
  chart = new Chart($('chart'), {
    type: 'line',
    data: { labels: series.points.map(commit), datasets: [{
      data: series.points.map((p) => p.rate_per_min), borderColor: css('--line'), borderWidth: 1.5, pointRadius: 4.5, pointHoverRadius: 6,
      pointBackgroundColor: series.points.map((p) => colors[p.verdict] || css('--warn')), pointBorderColor: css('--card') }] },
    options: {
      responsive: true, maintainAspectRatio: false, animation: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: { grid, ticks: { ...ticks, autoSkipPadding: 12 } },
        y: { grid, ticks: { ...ticks, callback: (v) => amount(metric, v) }, suggestedMin: Math.min(0, ...lows), suggestedMax: Math.max(series.tolerance_per_min, ...highs),
          title: { display: true, text: 'growth of ' + series.metric + ' a minute', color: css('--soft') } },
      },
      plugins: { legend: { display: false }, tooltip: {
        backgroundColor: css('--text'), titleColor: css('--card'), bodyColor: css('--card'), displayColors: false, padding: 10,
        callbacks: {
          title: (items) => { const p = series.points[items[0].dataIndex]; return commit(p) + ' ' + p.branch + ' ' + p.date; },
          label: (item) => { const p = series.points[item.dataIndex]; return [p.verdict + ' ' + rate(metric, p.rate_per_min), rate(metric, p.ci[0]) + ' to ' + rate(metric, p.ci[1])]; },
        } } },
    },
    plugins: [bars],
  });
  $('chart').setAttribute('aria-label', 'Rate of ' + nameOf(series) + ' over ' + series.points.length + ' results. ' + (series.changes.map((c) => c.text).join('; ') || 'No change was found.'));
  table($('results'), 'Results of ' + nameOf(series), [
    { title: 'Commit', value: (p) => p.i, cell: (p) => el('span', { class: 'name' }, commit(p)) },
    { title: 'Branch', value: (p) => p.branch, cell: (p) => p.branch },
    { title: 'Date', value: (p) => p.date, cell: (p) => p.date },
    { title: 'Recorded', value: (p) => p.recorded_at, cell: (p) => p.recorded_at },
    { title: 'Rate', number: true, value: (p) => p.rate_per_min, cell: (p) => rate(metric, p.rate_per_min) },
    { title: 'Interval', number: true, value: (p) => p.ci[0], cell: (p) => rate(metric, p.ci[0]) + ' to ' + rate(metric, p.ci[1]) },
    { title: 'Verdict', value: (p) => p.verdict, cell: (p) => pill(p.verdict) },
  ], series.points.map((point, i) => ({ ...point, i })), order);
}

$('series').replaceChildren(...data.series.map((series, i) => el('option', { value: i }, nameOf(series))));
$('series').onchange = (event) => { chosen = Number(event.target.value); draw(); };
const changes = data.series.flatMap((series) => series.changes.map((change) => nameOf(series) + ' ' + change.text));
$('changes').replaceChildren(el('div', { class: 'banner ' + (changes.length ? 'warn' : 'good') },
  el('strong', { class: 'state' }, changes.length ? 'The rate changed' : 'No change of a rate was found'), el('ul', {}, changes.map((text) => el('li', {}, text)))));
dark.addEventListener('change', draw);
draw();
document.documentElement.dataset.ready = String(Math.round(performance.now()));
