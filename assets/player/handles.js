/** Handles over a figure: what can be dragged, with mouse, finger or arrow keys, and follows at once. */

import { element } from "./dom.js";
import { loadStyles } from "./styles.js";
import { brief } from "./tooltip.js";

const SVG = "http://www.w3.org/2000/svg";
/** The server is told of what is still held no sooner, in ms, after the last time: once it has answered, or never did. */
const PAUSE = 200;
const PATIENCE = 1000;
/** What was let go stays where it is for so long where the server does not answer. */
const FORGET = 2500;
const FINE = 0.1;
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const TYPES = { f8: Float64Array, f4: Float32Array, i4: Int32Array, u4: Uint32Array, i2: Int16Array, u2: Uint16Array, i1: Int8Array, u1: Uint8Array };

/**
 * @typedef {{kind: "grip"|"rim", name: string, label: string, x: number, y: number, moves: string[], step: number,
 *   low: any, high: any, line?: string, size?: number}} Handle
 * @typedef {{dx: number, dy: number, factor: number}} Move where a handle went since the server's last word
 */

/** Each kind: how far a pointer, or a key, has taken it, and what that does to a point. */
const KINDS = {
  grip: {
    to: (handle, x, y) => ({ dx: within(x, handle.low[0], handle.high[0]) - handle.x, dy: within(y, handle.low[1], handle.high[1]) - handle.y, factor: 1 }),
    by: (handle, { dx, dy }, across, up) => KINDS.grip.to(handle, handle.x + dx + across, handle.y + dy + up),
    said: (handle, { dx, dy }) => ({ now: handle.x + dx, low: handle.low[0], high: handle.high[0], text: `${brief(handle.x + dx)}, ${brief(handle.y + dy)}` }),
  },
  rim: {
    to: (handle, x, y, line) => grown(handle, handle.size * gauge(line, x, y)),
    by: (handle, { factor }, across, up) => grown(handle, handle.size * factor + across + up),
    said: (handle, { factor }) => ({ now: handle.size * factor, low: handle.low, high: handle.high, text: brief(handle.size * factor) }),
  },
};

export class Handles {
  /**
   * @param {HTMLElement} root what the figure stands in
   * @param {HTMLElement} plot Plotly's element
   * @param {() => void} redraw called when a trace is to follow a handle
   * @param {(drag: {name: string, x: number, y: number, held: boolean, count: number}) => void} tell
   */
  constructor(root, plot, redraw, tell) {
    loadStyles("handles.css");
    Object.assign(this, { plot, redraw, tell });
    this.layer = element("div", { class: "gp-handles", hidden: true });
    this.pen = document.createElementNS(SVG, "svg");
    this.layer.append(this.pen);
    root.append(this.layer);
    /** @type {Map<string, {handle: Handle, knob: HTMLElement, rim: SVGPathElement|null, move: Move|null}>} */
    this.shown = new Map();
    this.traces = [];
    this.held = null;
    this.count = this.heard = this.toldAt = 0;
  }

  /**
   * Take what the server sends: its handles, and how many drags it had heard of. True where traces are to be drawn anew.
   * @param {Handle[]} handles @param {number|null} heard
   */
  take(handles, heard) {
    this.layer.hidden = !handles.length;
    for (const name of this.shown.keys()) if (!handles.some((handle) => handle.name === name)) this.#remove(name);
    for (const handle of handles) this.#keep(handle);
    if (heard === null || heard <= this.heard) return false;
    this.heard = heard;
    this.#offer();
    return heard === this.count && this.#settle();
  }

  /** Nothing is ahead of the server any more, but what is still held. */
  #settle() {
    clearTimeout(this.forgetting);
    const ahead = [...this.shown.values()].filter((item) => item.move && item.handle.name !== this.held && !this.wish);
    for (const item of ahead) item.move = null;
    return ahead.length > 0;
  }

  /** A handle the server knows to stand elsewhere now still stands where the person holds it. */
  #keep(handle) {
    const item = this.shown.get(handle.name) ?? this.#add(handle);
    const before = item.handle;
    if (item.move) {
      const { dx, dy, factor } = item.move;
      item.move = { dx: before.x + dx - handle.x, dy: before.y + dy - handle.y, factor: handle.size ? (before.size * factor) / handle.size : 1 };
    }
    item.handle = handle;
    item.knob.setAttribute("aria-label", handle.label);
    item.knob.title = `${handle.label}: drag it, or use the arrow keys`;
  }

  #add(handle) {
    const knob = element("button", { type: "button", class: `gp-knob gp-knob-${handle.kind}`, role: "slider" });
    const rim = handle.kind === "rim" ? document.createElementNS(SVG, "path") : null;
    const item = { handle, knob, rim, move: null };
    for (const part of [knob, rim]) if (part) this.#listen(part, item);
    knob.addEventListener("keydown", (event) => this.#key(event, item));
    for (const event of ["keyup", "blur"]) knob.addEventListener(event, () => this.#release(item));
    if (rim) this.pen.append(rim);
    // Rims lie under points: a point on a rim can still be taken hold of.
    if (handle.kind === "rim") this.layer.querySelector("svg").after(knob);
    else this.layer.append(knob);
    this.shown.set(handle.name, item);
    return item;
  }

  #listen(part, item) {
    part.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.stopPropagation();
      item.knob.focus({ preventScroll: true });
      part.setPointerCapture(event.pointerId);
      this.held = item.handle.name;
      this.layer.classList.add("gp-held");
      item.as = this.#taken(item, event);
    });
    part.addEventListener("pointermove", (event) => this.#follow(part, item, event));
    part.addEventListener("pointerup", (event) => {
      if (item.move) this.#follow(part, item, event); // a busy browser tells of the last way here only
      this.#release(item);
    });
    for (const name of ["pointercancel", "lostpointercapture"]) part.addEventListener(name, () => this.#release(item));
  }

  #follow(part, item, event) {
    if (this.held !== item.handle.name || !part.hasPointerCapture(event.pointerId)) return;
    const [x, y] = item.as(this.#place(event));
    this.#moved(item, KINDS[item.handle.kind].to(item.handle, x, y, this.#line(item)));
  }

  /** Nothing jumps when it is taken hold of beside its middle: what a place of the pointer means from then on. */
  #taken(item, event) {
    const [x, y] = this.#place(event);
    const knob = knobAt(item.handle, item.move ?? STILL);
    if (!item.rim) return ([a, b]) => [a + knob.x - x, b + knob.y - y];
    const ratio = (item.move ?? STILL).factor / gauge(this.#line(item), x, y);
    return ([a, b]) => (ratio > 0.5 && ratio < 2 ? [a * ratio, b * ratio] : [a, b]);
  }

  #key(event, item) {
    const way = KEYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const size = item.handle.step * (event.shiftKey ? FINE : 1);
    this.held = item.handle.name;
    this.#moved(item, KINDS[item.handle.kind].by(item.handle, item.move ?? STILL, way[0] * size, way[1] * size));
  }

  #moved(item, move) {
    item.move = move;
    this.redraw();
    this.#want(item, true);
  }

  #release(item) {
    if (this.held !== item.handle.name) return;
    this.held = null;
    this.layer.classList.remove("gp-held");
    if (item.move) this.#want(item, false);
  }

  /** Note what the server should hear, and tell it when it is ready. */
  #want(item, held) {
    const { handle, move } = item;
    this.wish = { name: handle.name, ...knobAt(handle, move), held };
    this.#offer();
  }

  #offer() {
    clearTimeout(this.timer);
    if (!this.wish) return;
    const wait = (this.heard < this.count ? PATIENCE : PAUSE) - (performance.now() - this.toldAt);
    if (wait > 0 && this.wish.held) {
      this.timer = setTimeout(() => this.#offer(), wait);
      return;
    }
    this.toldAt = performance.now();
    this.count += 1;
    const { wish, count } = this;
    this.wish = null;
    this.tell({ ...wish, count });
    clearTimeout(this.forgetting);
    if (!wish.held) this.forgetting = setTimeout(() => this.#settle() && this.redraw(), FORGET);
  }

  /** The traces, those that go with a handle where it is. @param {any[]} traces */
  moved(traces) {
    this.traces = traces;
    const moves = [...this.shown.values()].filter(({ move }) => move);
    if (!moves.length) return traces;
    return traces.map((trace) => {
      const item = moves.find(({ handle }) => handle.moves.includes(trace.name));
      if (!item) return trace;
      const { dx, dy, factor } = item.move;
      return { ...trace, x: numbers(trace.x).map((x) => x * factor + dx), y: numbers(trace.y).map((y) => y * factor + dy) };
    });
  }

  /** Put knobs and rims where the axes have them. */
  place() {
    const { xaxis, yaxis } = this.plot._fullLayout ?? {};
    if (this.layer.hidden || !xaxis?._length || !yaxis?._length) return;
    const [left, top] = [xaxis._offset, yaxis._offset];
    // What lies outside the axes is cut off, with room for half a knob.
    this.layer.style.clipPath = `inset(${top - 12}px calc(100% - ${left + xaxis._length + 12}px) calc(100% - ${top + yaxis._length + 12}px) ${left - 12}px)`;
    for (const item of this.shown.values()) {
      const { handle, knob, rim } = item;
      const { x, y } = knobAt(handle, item.move ?? STILL);
      knob.style.transform = `translate(${left + xaxis.d2p(x)}px, ${top + yaxis.d2p(y)}px)`;
      const { now, low, high, text } = KINDS[handle.kind].said(handle, item.move ?? STILL);
      for (const [name, value] of Object.entries({ now, min: low, max: high, text })) knob.setAttribute(`aria-value${name}`, String(value));
      const factor = item.move?.factor ?? 1;
      const points = this.#line(item).map(([a, b]) => `${left + xaxis.d2p(a * factor)},${top + yaxis.d2p(b * factor)}`);
      rim?.setAttribute("d", points.length ? `M${points.join("L")}Z` : "");
    }
  }

  /** The rim as the server has it, a list of points; empty for what is none. */
  #line({ handle }) {
    const trace = this.traces.find(({ name }) => name === handle.line);
    if (!trace) return [];
    const [xs, ys] = [numbers(trace.x), numbers(trace.y)];
    return Array.from(xs, (x, i) => [x, ys[i]]);
  }

  #place(event) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const box = this.plot.getBoundingClientRect();
    return [xaxis.p2d(event.clientX - box.left - xaxis._offset), yaxis.p2d(event.clientY - box.top - yaxis._offset)];
  }

  #remove(name) {
    const { knob, rim } = this.shown.get(name);
    knob.remove();
    rim?.remove();
    this.shown.delete(name);
  }

  destroy() {
    clearTimeout(this.timer);
    clearTimeout(this.forgetting);
    this.layer.remove();
  }
}

/** @type {Move} */
const STILL = { dx: 0, dy: 0, factor: 1 };

function within(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function knobAt({ x, y }, { dx, dy, factor }) {
  return { x: x * factor + dx, y: y * factor + dy };
}

function grown(handle, size) {
  return { dx: 0, dy: 0, factor: within(size, handle.low, handle.high) / handle.size };
}

/** What a closed line around 0 must grow by to go through (x, y): the ray from 0 to there meets it once. */
function gauge(line, x, y) {
  for (let i = 0; i + 1 < line.length; i += 1) {
    const [[ax, ay], [bx, by]] = [line[i], line[i + 1]];
    const area = ax * by - ay * bx;
    // (x, y) = s a + t b: between the two where neither share is negative.
    const [s, t] = [(x * by - y * bx) / area, (ax * y - ay * x) / area];
    if (s >= -1e-9 && t >= -1e-9) return s + t;
  }
  return 1;
}

/** Numbers as Python sent them: a list, or bytes in base64. */
function numbers(values) {
  if (!values?.bdata) return values;
  const bytes = Uint8Array.from(atob(values.bdata), (letter) => letter.charCodeAt(0));
  return new TYPES[values.dtype](bytes.buffer);
}
