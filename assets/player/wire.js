/** The bytes of a delivery, as packed by engine/packing.py, back into a header and frames. */

/**
 * Names, types and shapes of a run's arrays.
 * @typedef {{scores: string[], light: [string, string, number[]][], detail: [string, string, number[]][]}} Layout
 *
 * One moment of a run. `arrays` holds typed arrays by name, `detailed` says whether the details are among them.
 * @typedef {{step: number, epoch: number, rate: number, momentum: number, detailed: boolean,
 *   arrays: Record<string, Float32Array|Uint8Array>, shapes: Record<string, number[]>,
 *   sentences: Record<string, string>}} Frame
 */

const TYPES = { float32: Float32Array, uint8: Uint8Array, image: Uint8Array };
const RECORD_HEAD = 16;
const decoder = new TextDecoder();

/**
 * @param {ArrayBuffer} buffer
 * @returns {{header: Record<string, any>, records: ArrayBuffer[]}}
 */
export function decodeMessage(buffer) {
  const headerBytes = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(decoder.decode(new Uint8Array(buffer, 4, headerBytes)));
  let offset = 4 + headerBytes;
  // Each record gets its own buffer, so that a frame dropped from the film frees its bytes.
  const records = (header.records ?? []).map((length) => buffer.slice(offset, (offset += length)));
  return { header, records };
}

/**
 * @param {ArrayBuffer} record
 * @param {Layout} layout
 * @returns {Frame}
 */
export function decodeFrame(record, layout) {
  const [step, detailed, sentenceBytes] = new Uint32Array(record, 0, 4);
  const described = detailed ? [...layout.light, ...layout.detail] : layout.light;
  const arrays = {};
  const shapes = {};
  let offset = RECORD_HEAD;
  for (const [name, type, shape] of described) {
    const values = new TYPES[type](record, offset, shape.reduce((product, side) => product * side, 1));
    arrays[name] = type === "image" ? summed(values, shape.at(-1)) : values;
    shapes[name] = shape;
    offset += Math.ceil(values.byteLength / 4) * 4;
  }
  const words = decoder.decode(new Uint8Array(record, offset, sentenceBytes));
  const [epoch, rate, momentum] = arrays.clock;
  const sentences = sentenceBytes ? JSON.parse(words) : {};
  return { step, epoch, rate, momentum, detailed: Boolean(detailed), arrays, shapes, sentences };
}

/**
 * Square images from the differences between their cells, in place; what is above 255 wraps around.
 * @param {Uint8Array} values @param {number} side
 */
function summed(values, side) {
  const cells = side * side;
  for (let i = 0; i < values.length; i++) if (i % side) values[i] += values[i - 1];
  for (let i = 0; i < values.length; i++) if (i % cells >= side) values[i] += values[i - side];
  return values;
}

/** @param {string} text base64 @returns {Uint8Array} */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/**
 * The rows of a two-dimensional array; one row for a flat one.
 * @param {Frame} frame
 * @param {string} name
 */
export function rowsOf(frame, name) {
  const values = frame.arrays[name];
  const width = frame.shapes[name].at(-1);
  if (!width) return [];
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}
