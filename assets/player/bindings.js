/** Which numbers of the film go into which arrays of a chart: what charts/live.py does for still pictures. */

import { rowsOf } from "./wire.js";

/**
 * @typedef {{mode: "frame"|"series"|"stack"|"ridge", trace: number, array: string, key?: string, index?: number,
 *   row?: number, log10?: boolean, range?: string, offset?: number, height?: number, scale?: number}} Binding
 * @typedef {{film: import("./film.js").Film, frame: import("./wire.js").Frame,
 *   detailed?: import("./wire.js").Frame, smoothing?: number}} View
 */

/** Whether a chart changes with the shown frame; others change only as the film grows. */
export function followsFrame(bindings) {
  return bindings.some(({ mode }) => mode === "frame" || mode === "ridge");
}

/**
 * The arrays of one trace, or null where the film has none yet.
 * @param {Binding} binding @param {View} view
 * @returns {Record<string, any>|null}
 */
export function boundArrays(binding, view) {
  if (binding.mode === "series") return series(binding, view);
  if (binding.mode === "stack") return stack(binding, view);
  const holder = binding.array in view.frame.arrays ? view.frame : view.detailed;
  if (!holder || !(binding.array in holder.arrays)) return null;
  return binding.mode === "ridge" ? ridge(binding, holder) : still(binding, holder);
}

function series({ array, index = 0 }, { film, smoothing = 0 }) {
  const frames = film.frames.filter((frame) => array in frame.arrays);
  const raw = frames.map((frame) => finite(frame.arrays[array][index]));
  return { x: frames.map((frame) => frame.step), y: smoothing ? smoothed(raw, smoothing) : raw };
}

function stack({ array, key = "z", log10 }, { film }) {
  const frames = film.frames.filter((frame) => array in frame.arrays);
  const entries = frames[0]?.arrays[array].length ?? 0;
  const rows = Array.from({ length: entries }, (_, entry) =>
    frames.map((frame) => (log10 ? logged(frame.arrays[array][entry]) : finite(frame.arrays[array][entry]))),
  );
  return { x: frames.map((frame) => frame.step), [key]: rows };
}

function ridge({ array, range, row = 0, offset = 0, height = 1 }, frame) {
  const counts = rowsOf(frame, array)[row];
  const [low, high] = rowsOf(frame, range)[row];
  const width = (high - low) / counts.length;
  // Both ends come down to the base line, so that the filled shape is the histogram and nothing else.
  return {
    x: [low, ...Array.from(counts, (_, bin) => low + (bin + 0.5) * width), high],
    y: [offset, ...Array.from(counts, (count) => offset + (height * count) / 255), offset],
  };
}

function still({ array, key = "y", row, log10, scale = 1 }, frame) {
  const clean = (values) => Array.from(values, (value) => (log10 ? logged : finite)(scale * value));
  if (row !== undefined) return { [key]: clean(rowsOf(frame, array)[row]) };
  const flat = frame.shapes[array].length < 2;
  return { [key]: flat ? clean(frame.arrays[array]) : rowsOf(frame, array).map(clean) };
}

/** Exponential moving average, freed from its start at 0; gaps stay gaps. */
function smoothed(values, weight) {
  let mean = 0;
  let mass = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

const finite = (value) => (Number.isFinite(value) ? value : null);
const logged = (value) => (value > 0 && Number.isFinite(value) ? Math.log10(value) : null);
