// The page's state, what its controls do, and the live view's events.
let page = JSON.parse($('page-data').textContent);
const ui = {
  metric: page.lead, view: 'count', hidden: new Set(), hot: null, key: null, growing: null, orphans: null, idle: null, chosen: 'auto',
  sort: { variants: {}, growing: {}, costs: {}, orphans: {}, idle: {}, expectations: {}, configuration: {} },
};
const dark = window.matchMedia('(prefers-color-scheme: dark)');

function theme() { return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light'; }

function applyTheme(printing) {
  document.documentElement.dataset.theme = printing ? 'light' : ui.chosen === 'auto' ? (dark.matches ? 'dark' : 'light') : ui.chosen;
  $('theme').textContent = 'Theme: ' + ui.chosen;
}

function radios(target, name, items, chosen, onchoose) {
  target.replaceChildren(...items.map(([value, text]) => el('label', {},
    el('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => onchoose(value) }), el('span', {}, text))));
}

function show(name, visible) {
  if (visible) ui.hidden.delete(name); else ui.hidden.add(name);
  drawChart(); drawVariants(); drawGrowthTable();
}

function highlight(name) {
  if (ui.hot === name) return;
  ui.hot = name;
  drawChart();
}

function drawControls() {
  radios($('metric-tabs'), 'metric', page.metrics.map((m, i) => [i, m.title]), ui.metric, (i) => { ui.metric = i; ui.asked = true; ui.key = null; drawAboutMetric(); });
  radios($('view-tabs'), 'view', [['count', 'Count'], ['growth', 'Growth since T+0']], ui.view, (view) => { ui.view = view; drawChart(); });
  const several = page.variants.length > 1;
  $('switches').replaceChildren(...(several ? [
    ['All', () => false], ['None', () => true], ['Growing only', (v) => v.metrics[ui.metric]?.verdict !== 'leak'],
  ] : []).map(([text, hides]) => el('button', { type: 'button', onclick: () => {
    ui.hidden = new Set(page.variants.filter(hides).map((v) => v.name));
    drawAboutMetric();
  } }, text)));
}

function drawAboutMetric() { drawChart(); drawVariants(); drawGrowthTable(); }

function drawAll() {
  if (!ui.asked || ui.metric >= page.metrics.length) ui.metric = page.lead;
  document.title = page.title;
  $('title').textContent = page.title;
  $('meta').textContent = [page.scenario, page.date, page.host].filter(Boolean).join(' · ');
  for (const id of ['growth', 'variants']) $(id).hidden = !page.metrics.length && !page.variants.length;
  drawControls();
  drawFindings();
  drawAboutMetric();
  drawGrowing();
  drawTimelines();
  drawSweep();
  drawCosts();
  drawFacts();
}

$('theme').addEventListener('click', () => {
  ui.chosen = { auto: 'light', light: 'dark', dark: 'auto' }[ui.chosen];
  try { localStorage.setItem('leakrig-theme', ui.chosen); } catch (e) { /* a page from a file may not keep anything */ }
  applyTheme(); drawAll();
});
$('print').addEventListener('click', () => window.print());
dark.addEventListener('change', () => { applyTheme(); drawAll(); });
let opened = [];
window.addEventListener('beforeprint', () => {
  applyTheme(true);
  opened = [...document.querySelectorAll('details:not([open])')];
  opened.forEach((d) => { d.open = true; });
  drawAll();
  chart.resize(720, 300);
  drawTimelines(720);
  drawSweep(720);
});
window.addEventListener('afterprint', () => { opened.forEach((d) => { d.open = false; }); applyTheme(); drawAll(); chart.resize(); });
let resizing = 0;
window.addEventListener('resize', () => { cancelAnimationFrame(resizing); resizing = requestAnimationFrame(() => { drawTimelines(); drawSweep(); }); });

// The live view: "page" replaces everything, "samples" adds readings to the lines, "end" is the last.
function listen() {
  const state = $('live-state');
  const say = (kind, text) => { state.hidden = false; state.className = 'live ' + kind; state.textContent = text; };
  say('running', 'live');
  const source = new EventSource('events');
  source.addEventListener('page', (event) => { page = JSON.parse(event.data); drawAll(); say('running', 'live'); });
  source.addEventListener('samples', (event) => {
    for (const [v, readings] of JSON.parse(event.data)) {
      const variant = page.variants[v];
      if (!variant) continue;
      for (const [m, x, y] of readings) {
        const points = variant.metrics[m]?.points;
        if (points && (!points.length || x > points[points.length - 1][0])) points.push([x, y]);
      }
    }
    drawChart();
  });
  source.addEventListener('end', () => { source.close(); say('ended', 'the run has ended'); });
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) say('lost', 'the run is gone'); else say('lost', 'connecting again'); };
}

try { ui.chosen = localStorage.getItem('leakrig-theme') || 'auto'; } catch (e) { /* as above */ }
if (page.variants.length > 12) page.variants.slice(12).forEach((v) => ui.hidden.add(v.name));
applyTheme();
drawAll();
if (page.live) listen();
document.documentElement.dataset.ready = String(Math.round(performance.now()));
