/** Walking the network diagram with the arrow keys: pure steps from one neuron or weight to the next. */

/**
 * A neuron (`column`, `index`), or a weight (`edge`). Of a weight `along` says what Up and Down change: the neuron it
 * comes from, or the one it goes to.
 * @typedef {{column: import("./diagram.js").Column|null, index: number, along?: "source"|"target",
 *   edge?: {bundle: import("./diagram.js").Bundle, source: number, target: number}}} Place
 */

/** Where a walk begins: the first neuron of the first layer. @returns {Place|null} */
export function firstPlace({ columns }) {
  const column = columns.find(({ kind, nodes }) => kind === "layer" && nodes.length);
  return column ? { column, index: 0 } : null;
}

/**
 * The place one key further; the same one where there is no further.
 * @param {{columns: import("./diagram.js").Column[], bundles: import("./diagram.js").Bundle[]}} plan
 * @param {Place} place @param {string} key
 * @returns {Place}
 */
export function walked(plan, place, key) {
  const [across, down] = [{ ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0, { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0];
  if (place.edge) return across ? offEdge(place.edge, across) : alongEdges(place, down);
  if (across) return ontoEdge(plan, place, across);
  return { ...place, index: within(place.index + down, place.column.nodes.length) };
}

/** The middle of a place, in pixels of the diagram. @param {Place} place */
export function middleOf({ column, index, edge }) {
  if (!edge) return column.nodes[index];
  const [from, to] = [edge.bundle.from.nodes[edge.source], edge.bundle.to.nodes[edge.target]];
  return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
}

function ontoEdge({ columns, bundles }, place, across) {
  const { column, index } = place;
  const bundle = bundles.find(({ from, to }) => (across > 0 ? from : to) === column);
  if (bundle && across > 0) return edgePlace(bundle, index, within(index, bundle.to.nodes.length), "target");
  if (bundle) return edgePlace(bundle, within(index, bundle.from.nodes.length), index, "source");
  // Beside a gap no weights are drawn: on to the next column that has neurons.
  const next = columns.slice(across > 0 ? columns.indexOf(column) + 1 : 0, across > 0 ? undefined : columns.indexOf(column));
  const found = across > 0 ? next.find(({ nodes }) => nodes.length) : next.findLast(({ nodes }) => nodes.length);
  return found ? { column: found, index: within(index, found.nodes.length) } : place;
}

function offEdge({ bundle, source, target }, across) {
  return across > 0 ? { column: bundle.to, index: target } : { column: bundle.from, index: source };
}

function alongEdges({ edge, along }, down) {
  const { bundle, source, target } = edge;
  if (along === "source") return edgePlace(bundle, within(source + down, bundle.from.nodes.length), target, along);
  return edgePlace(bundle, source, within(target + down, bundle.to.nodes.length), along);
}

function edgePlace(bundle, source, target, along) {
  return { edge: { bundle, source, target }, column: null, index: -1, along };
}

function within(index, count) {
  return Math.max(0, Math.min(count - 1, index));
}
