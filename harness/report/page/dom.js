// Elements and text. Everything from outside goes in as text, never as markup.
const $ = (id) => document.getElementById(id);

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === 'class') node.className = value;
    else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, '');
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat(2).filter((child) => child != null && child !== ''));
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A sentence with `code`, **bold** and a backslash before what is no mark, as the Markdown report has it.
function sentence(text) {
  return text.split(/(`[^`]*`|\*\*[^*]+\*\*)/).filter(Boolean).map((part) => {
    if (part.length > 1 && part.startsWith('`') && part.endsWith('`')) return el('code', {}, part.slice(1, -1));
    if (part.length > 4 && part.startsWith('**')) return el('strong', {}, part.slice(2, -2));
    return part.replace(/\\(.)/g, '$1');
  });
}

const pill = (text) => el('span', { class: 'pill ' + String(text).split(' ')[0].replace(/[^a-z]/g, '') }, text);

function number(value, digits) {
  if (value == null) return '-';
  const rounded = Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value;
  return rounded.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let i = 0;
  let size = Math.abs(value);
  while (size >= 1024 && i < units.length - 1) { size /= 1024; ++i; }
  return (value < 0 ? '-' : '') + (i === 0 ? size.toFixed(0) : size.toFixed(1)) + ' ' + units[i];
}

const amount = (metric, value) => value == null ? '-' : metric.unit === 'bytes' ? bytes(value) : number(value, Number.isInteger(value) ? 0 : 2);
const signed = (metric, value) => (value < 0 ? '-' : '+') + amount(metric, Math.abs(value));
const rate = (metric, value) => (metric.unit === 'bytes' ? bytes(value) : number(value, 1)) + '/min';
// "T+5" for whole minutes, else "T+10s", "T+1m30s", "T+0.25s".
function minute(m) {
  const sign = m < 0 ? 'T-' : 'T+';
  const seconds = Math.round(Math.abs(m) * 6e4) / 1e3;
  if (seconds % 60 === 0) return sign + number(seconds / 60, 0);
  const whole = Math.floor(seconds / 60);
  const rest = Math.round((seconds - whole * 60) * 1e3) / 1e3;
  return sign + (whole ? whole + 'm' : '') + rest + 's';
}
const clock = (s) => {
  const whole = Math.round(Math.abs(s));
  return 'T' + (s < 0 ? '-' : '+') + Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
};

// A table that sorts. columns: {title, number, value(row): sort key, cell(row): text or nodes}. `state` keeps the order over
// renderings.
function table(target, caption, columns, rows, state, rowAttributes) {
  const draw = () => {
    const ordered = rows.slice();
    if (state.column != null && columns[state.column]) {
      const key = columns[state.column].value;
      ordered.sort((a, b) => {
        const x = key(a), y = key(b);
        if (x == null || y == null) return (x == null) - (y == null);
        return (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y))) * (state.down ? -1 : 1);
      });
    }
    const focused = document.activeElement && target.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    const heads = columns.map((column, i) => el('th', {
      scope: 'col', class: column.number ? 'n' : '',
      'aria-sort': state.column === i ? (state.down ? 'descending' : 'ascending') : column.value ? 'none' : null,
    }, column.value ? el('button', {
      type: 'button', 'data-key': 'sort-' + i,
      onclick: () => { state.down = state.column === i ? !state.down : !!column.number; state.column = i; draw(); },
    }, column.title) : column.title));
    const body = ordered.map((row) => el('tr', rowAttributes ? rowAttributes(row) : {},
      columns.map((column, i) => el(i === 0 ? 'th' : 'td', { class: (column.number ? 'n ' : '') + (column.long ? 'long' : ''), scope: i === 0 ? 'row' : null }, column.cell(row)))));
    target.replaceChildren(el('table', {}, el('caption', { class: 'unseen' }, caption), el('thead', {}, el('tr', {}, heads)), el('tbody', {}, body)));
    if (focused) target.querySelector('[data-key="' + CSS.escape(focused) + '"]')?.focus();
  };
  draw();
}
