/** Where everything of the network diagram stands: pure geometry, no drawing. */

const LINE = 13;
const BELOW = 18;
const NARROWEST = 34;
const LETTER = 6.2;

/**
 * One column of the diagram. `unit` is the place of its first unit among the drawn ones, -1 for inputs.
 * @typedef {{kind: "input"|"layer"|"gap", x: number, label: string, units: number, nodes: {x: number, y: number}[],
 *   layer: number, unit: number, more: number}} Column
 *
 * Edges between two neighbouring columns: `from` source, `to` target, `first` the place of the first weight.
 * @typedef {{from: Column, to: Column, first: number}} Bundle
 */

/**
 * @param {any} network setup.network @param {number} width @param {number} height
 * @param {{before: number, beside: number}} names room to keep for names left of the inputs and right of the outputs
 * @returns {{columns: Column[], bundles: Bundle[], size: number, pitch: number, middle: number}}
 */
export function diagram(network, width, height, { before = 0, beside = 0 } = {}) {
  const all = columnsOf(network);
  const left = Math.max(46, 38 + before);
  const right = Math.max(34, width * 0.06, 26 + beside);
  const room = Math.max(1, width - left - right);
  const columns = shortened(all, Math.max(4, Math.floor(room / NARROWEST) + 1));
  const pitch = room / Math.max(1, columns.length - 1);
  const most = Math.max(...columns.map((column) => column.count ?? 0), 1);
  const top = LINE * labelLines(columns, pitch) + 6;
  const tall = height - top - (columns.some((column) => column.more > 0) ? BELOW : 4);
  const size = Math.max(8, Math.min(46, pitch * 0.6, tall / most - 5));
  const step = Math.min(size * 1.4, tall / most);
  const middle = top + tall / 2;
  columns.forEach((column, i) => {
    column.x = left + i * pitch;
    column.nodes = Array.from({ length: column.count ?? 0 }, (_, n) => ({ x: column.x, y: middle + (n - (column.count - 1) / 2) * step }));
  });
  return { columns, bundles: bundlesOf(columns), size, pitch, middle };
}

function columnsOf(network) {
  const inputs = network.inputs ?? [];
  const columns = [{ kind: "input", label: "inputs", units: inputs.length + (network.more_inputs ?? 0), count: inputs.length, layer: -1, unit: -1, more: network.more_inputs ?? 0, first: 0 }];
  let [unit, edge, sources] = [0, 0, inputs.length];
  (network.layers ?? []).forEach((layer, i) => {
    columns.push({ kind: "layer", label: layer.label, units: layer.units, count: layer.shown, layer: i, unit, more: layer.units - layer.shown, first: edge });
    unit += layer.shown;
    edge += layer.shown * sources;
    sources = layer.shown;
  });
  return columns;
}

/** How many lines the longest label takes above a column this wide. */
function labelLines(columns, pitch) {
  const lines = columns.map(({ label }) => (label.length * LETTER <= pitch - 8 ? 1 : Math.min(3, label.split(" ").length)));
  return Math.max(...lines);
}

/** The first and the last columns where not all fit, and a gap that says how many are left out. */
function shortened(columns, most) {
  if (columns.length <= most) return columns;
  const head = Math.ceil((most - 1) / 2);
  const tail = most - 1 - head;
  const hidden = columns.length - head - tail;
  const gap = { kind: "gap", label: `${hidden} more layers`, units: 0, count: 0, layer: -1, unit: -1, more: 0, first: 0 };
  return [...columns.slice(0, head), gap, ...columns.slice(columns.length - tail)];
}

function bundlesOf(columns) {
  const pairs = columns.slice(1).map((to, i) => ({ from: columns[i], to, first: to.first }));
  return pairs.filter(({ from, to }) => from.kind !== "gap" && to.kind === "layer");
}

/** The node under a point, or null. */
export function nodeAt({ columns, size }, x, y) {
  for (const column of columns) {
    const index = column.nodes.findIndex((node) => Math.abs(node.x - x) <= size / 2 + 2 && Math.abs(node.y - y) <= size / 2 + 2);
    if (index >= 0) return { column, index };
  }
  return null;
}

/** The edge within 6 px of a point, or null. */
export function edgeAt({ bundles, size }, x, y) {
  const bundle = bundles.find(({ from, to }) => x > from.x + size / 2 && x < to.x - size / 2);
  if (!bundle) return null;
  const share = (x - bundle.from.x - size / 2) / (bundle.to.x - bundle.from.x - size);
  const rise = heightOnCurve(share);
  let found = null;
  let nearest = 6;
  bundle.to.nodes.forEach((to, target) => {
    bundle.from.nodes.forEach((from, source) => {
      const distance = Math.abs(from.y + (to.y - from.y) * rise - y);
      if (distance < nearest) [nearest, found] = [distance, { bundle, source, target }];
    });
  });
  return found;
}

/** How far a curve with level ends has risen where it has gone `share` of the way across. */
function heightOnCurve(share) {
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i += 1) {
    const t = (low + high) / 2;
    // Control points at half way: x(t) = 1.5 t (1-t)^2 + 1.5 t^2 (1-t) + t^3.
    const x = 1.5 * t * (1 - t) ** 2 + 1.5 * t ** 2 * (1 - t) + t ** 3;
    if (x < share) low = t;
    else high = t;
  }
  return 3 * low ** 2 * (1 - low) + low ** 3;
}
