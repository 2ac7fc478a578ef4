/** One byte per cell to a colour and to words: the browser's side of engine/shades.py. */

import { fromBase64 } from "./wire.js";
import { brief } from "./tooltip.js";

/**
 * @typedef {{scale: "probability"|"value"|"classes", low: number, high: number, classes: string[]|number,
 *   levels: number, gives?: string, target?: string, unit?: string}} Shades
 */

/** 256 colours as the words of an ImageData (little-endian RGBA). */
export function palette(base64) {
  const table = fromBase64(base64);
  return Uint32Array.from({ length: 256 }, (_, code) => {
    const [red, green, blue] = table.subarray(code * 3, code * 3 + 3);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/** Whether the surface decides between classes, so that it can be shown as hard decisions. */
export function decides(shades) {
  return shades.scale === "classes" || shades.scale === "probability" || shades.gives === "score";
}

/** The palette of hard decisions: every cell takes the full colour of the class it is given. */
export function hardened(colours, shades) {
  if (shades.scale !== "classes") return colours.map((_, code) => colours[code < 128 ? 0 : 255]);
  return colours.map((_, code) => colours[Math.min(255, (Math.floor(code / shades.levels) + 1) * shades.levels - 1)]);
}

/** What a code says, in words. @param {number} code @param {Shades} shades */
export function decoded(code, shades) {
  const names = classNames(shades);
  if (shades.scale === "classes") {
    const winner = Math.floor(code / shades.levels);
    const floor = 1 / (names.length || shades.classes);
    const sure = floor + ((code % shades.levels) / (shades.levels - 1)) * (1 - floor);
    return `${names[winner] ?? `class ${winner}`}: ${shades.gives === "score" ? "leads" : percent(sure)}`;
  }
  const value = shades.low + (code / 255) * (shades.high - shades.low);
  if (shades.scale === "probability") return `P(${names[1] ?? "class 1"}) = ${percent(value)}`;
  if (shades.gives === "score") return `score ${brief(value)}${code === 0 || code === 255 ? " or beyond" : ""} (above 0: ${names[1] ?? "class 1"})`;
  return `${shades.target || "value"} ${brief(value)}${shades.unit ? ` ${shades.unit}` : ""}`;
}

const classNames = (shades) => (Array.isArray(shades.classes) ? shades.classes : []);

/** The ends of the scale in words; null for classes, whose colours are in the legend. */
export function scaleEnds(shades) {
  if (shades.scale === "classes") return null;
  const unit = shades.unit && shades.gives !== "score" ? ` ${shades.unit}` : "";
  if (shades.scale === "probability") return [`P(${classNames(shades)[1] ?? "class 1"})  0`, "1"];
  return [`${brief(shades.low)}${unit}`, `${brief(shades.high)}${unit}`];
}

/** A palette as a CSS gradient, from left to right. */
export function gradientOf(colours) {
  const stops = Array.from({ length: 17 }, (_, i) => colours[Math.round((i * 255) / 16)]);
  return `linear-gradient(to right, ${stops.map((c) => `rgb(${c & 255},${(c >> 8) & 255},${(c >> 16) & 255})`).join(",")})`;
}

/**
 * A square of codes onto a canvas of the same size; row 0 is the lowest.
 * @param {CanvasRenderingContext2D} pen @param {ArrayLike<number>} codes @param {number} side
 * @param {(code: number) => number} colour
 */
export function paintCodes(pen, codes, side, colour, left = 0) {
  const image = pen.createImageData(side, side);
  const words = new Uint32Array(image.data.buffer);
  for (let row = 0; row < side; row += 1) {
    const from = (side - 1 - row) * side;
    for (let column = 0; column < side; column += 1) words[row * side + column] = colour(codes[from + column]);
  }
  pen.putImageData(image, left, 0);
}

/** A unit that varies by less than this share of its size computes a constant. */
const CONSTANT = 0.05;

/**
 * The activation, above or below 0, that takes the full colour. A constant is coloured by its size, else one of 0.001
 * would look like one of 1.
 * @param {ArrayLike<number>} range lowest and highest activation
 */
export function reachOf([low, high]) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return high - low < CONSTANT * size || !size ? Math.max(size, 1) : size;
}

/**
 * Colours of a neuron's codes: 0 in the middle of the palette, whatever the unit's own range is.
 * @param {Uint32Array} colours @param {ArrayLike<number>} range lowest and highest activation
 */
export function symmetric(colours, [low, high]) {
  const reach = reachOf([low, high]);
  const table = colours.map((_, code) => {
    const value = low + (code / 255) * (high - low);
    return colours[Math.round(127.5 + (127.5 * value) / reach)];
  });
  return (code) => table[code];
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;
