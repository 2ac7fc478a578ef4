/** One Plotly chart that stays mounted: its arrays are swapped, its zoom is kept. */

import { boundArrays, followsFrame } from "./bindings.js";
import { element } from "./dom.js";
import { dressed, dressedTrace } from "./theme.js";

/**
 * @typedef {{id: string, title: string, slot: string, figure: {data: any[], layout: any},
 *   bindings: import("./bindings.js").Binding[], cursor?: boolean, toggles?: string[], decades?: boolean,
 *   help?: string}} Spec
 */

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: "reset+autosize", scrollZoom: false, showTips: false };
const LETTER = 5.8;
/** How the kept run A is drawn, and which kinds of traces of it. */
const FAINT = 0.42;
const GHOSTLY = new Set(["scatter", "bar"]);
let loading = null;

/** Plotly, fetched once per page. @returns {Promise<any>} */
export function loadPlotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = element("script", { src: new URL("plotly.min.js", import.meta.url).href, async: true });
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => {
      loading = null;
      reject(new Error("Plotly could not be loaded"));
    });
    document.head.append(script);
  });
  return loading;
}

/** Let go of what Plotly holds for `plot`, not before it has `painted`: it would go on with what is gone. */
export function takeDown(plot, painted) {
  const purge = () => window.Plotly?.purge(plot);
  Promise.resolve(painted).then(purge, purge);
}

export class Chart {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.plot = element("div", { class: "gp-plot" });
    this.cursor = element("div", { class: "gp-cursor", hidden: true });
    host.append(this.plot, this.cursor);
    this.hidden = new Set();
    this.smoothing = 0;
    this.logarithmic = null;
    /** @type {Record<string, number[]>} ranges the person zoomed to, by axis */
    this.zoom = {};
    this.cursorStep = null;
    this.mounted = false;
    /** Whether the person is dragging on it: a drawing meanwhile would end the drag. */
    this.held = false;
    this.release = () => {
      this.held = false;
    };
    this.plot.addEventListener("pointerdown", () => {
      this.held = true;
    });
    for (const event of ["pointerup", "pointercancel", "blur"]) window.addEventListener(event, this.release);
    /** Called after the axes have moved. */
    this.onAxes = () => {};
  }

  /** @param {Spec} spec */
  setSpec(spec) {
    this.spec = spec;
    this.followsFrame = followsFrame(spec.bindings ?? []);
    // A zoom survives new frames and new runs, unless the axes themselves are others.
    const { xaxis, yaxis } = spec.figure.layout;
    const axes = JSON.stringify([spec.id, xaxis?.range, yaxis?.range]);
    if (axes !== this.axes) this.zoom = {};
    this.axes = axes;
  }

  /**
   * Draw the chart for a view; `view` may be null when the film is still empty.
   * @param {import("./bindings.js").View|null} view @param {import("./theme.js").Theme} theme
   */
  draw(view, theme) {
    if (!this.spec || !window.Plotly || !this.plot.clientWidth) return false;
    const traces = this.#traces(view, theme);
    this.painted = window.Plotly.react(this.plot, traces, this.#layout(theme, traces), CONFIG);
    if (!this.mounted) {
      this.mounted = true;
      this.plot.on("plotly_relayout", (changes) => this.#zoomed(changes));
      for (const event of ["plotly_relayouting", "plotly_afterplot"]) this.plot.on(event, () => this.#moved());
    }
    this.#moved();
    return true;
  }

  #traces(view, theme) {
    const traces = this.spec.figure.data.map((trace) => {
      const hidden = this.hidden.has(legendKey(trace)) ? { visible: false } : {};
      return { ...dressedTrace(trace, theme), ...hidden };
    });
    for (const binding of view ? (this.spec.bindings ?? []) : []) {
      const arrays = boundArrays(binding, { ...view, smoothing: this.smoothing });
      const trace = traces[binding.trace ?? 0];
      if (arrays) Object.assign(trace, arrays);
      // A line of one point can't be seen.
      if (binding.mode === "series" && view.film.length === 1) trace.mode = "lines+markers";
    }
    return [...traces, ...this.#ghosts(view?.beside, theme)];
  }

  /** The same of the run that is kept as A, faint. @param {import("./beside.js").Beside|undefined} beside */
  #ghosts(beside, theme) {
    const [theirs, view] = [beside?.specLike(this.spec), beside?.view];
    if (!theirs || !view) return [];
    return theirs.bindings.filter(({ mode }) => mode !== "stack").flatMap((binding) => {
      const trace = dressedTrace(theirs.figure.data[binding.trace ?? 0], theme);
      const arrays = GHOSTLY.has(trace.type ?? "scatter") && boundArrays(binding, { ...view, smoothing: this.smoothing });
      if (!arrays || this.hidden.has(legendKey(trace))) return [];
      const faint = { opacity: FAINT, name: `A: ${trace.name ?? ""}`, fill: "none", line: { ...trace.line, width: 1.5 } };
      return [{ ...trace, ...faint, ...arrays }];
    });
  }

  #layout(theme, traces) {
    const layout = dressed(this.spec.figure.layout, theme);
    if (this.spec.decades) layout.yaxis = { ...layout.yaxis, ...decades(traces) };
    else if (this.spec.toggles?.includes("smooth")) layout.yaxis = { ...layout.yaxis, ...unlessFlat(traces) };
    // Plotly's own uirevision freezes the first range of an axis that finds its range itself: zooms are kept here.
    delete layout.uirevision;
    layout.margin = margins(this.spec.figure);
    if (this.logarithmic !== null) {
      layout.yaxis = { ...layout.yaxis, type: this.logarithmic ? "log" : "linear" };
      if (this.logarithmic) layout.yaxis = { ...layout.yaxis, range: undefined, autorange: true };
    }
    for (const [name, range] of Object.entries(this.zoom)) layout[name] = { ...layout[name], range: [...range], autorange: false };
    return layout;
  }

  /** Take note of what the person zoomed to, or back out of. */
  #zoomed(changes) {
    for (const key of Object.keys(changes)) {
      const [name, part] = key.split(".");
      if (part === "autorange" || part === "range") delete this.zoom[name];
      if (part === "range[0]") this.zoom[name] = [changes[key], changes[`${name}.range[1]`]];
    }
    this.#moved();
  }

  /** Curves on a logarithmic axis, or back: its zoom is in other units, so it goes. */
  setLogarithmic(logarithmic) {
    this.logarithmic = logarithmic;
    delete this.zoom.yaxis;
  }

  #moved() {
    this.placeCursor(this.cursorStep);
    this.onAxes();
  }

  /** The area inside the axes and its ranges, in pixels of the plot; null before the first drawing. */
  get area() {
    const full = this.plot._fullLayout;
    if (!full?.xaxis?._length || !full.yaxis) return null;
    const [x, y] = [full.xaxis, full.yaxis];
    return { left: x._offset, top: y._offset, width: x._length, height: y._length, x: x.range.map(Number), y: y.range.map(Number) };
  }

  /** A thin line at the shown step: moved by a transform, so that Plotly need not draw again. */
  placeCursor(step) {
    this.cursorStep = step;
    const area = this.spec?.cursor && step !== null ? this.area : null;
    const share = area ? (step - area.x[0]) / (area.x[1] - area.x[0]) : -1;
    this.cursor.hidden = !(share >= -0.001 && share <= 1.001);
    if (this.cursor.hidden) return;
    this.cursor.style.height = `${area.height}px`;
    this.cursor.style.transform = `translate(${(area.left + share * area.width).toFixed(1)}px, ${area.top}px)`;
  }

  resize() {
    if (this.mounted && this.plot.clientWidth) window.Plotly.Plots.resize(this.plot);
  }

  destroy() {
    for (const event of ["pointerup", "pointercancel", "blur"]) window.removeEventListener(event, this.release);
    if (this.mounted) takeDown(this.plot, this.painted);
    this.plot.remove();
    this.cursor.remove();
  }
}

/** Curves that differ by less than this share of their size are flat. */
const FLAT = 1e-3;

/** Room around flat curves: an axis of a thousandth would make rounding look like a wild ride. */
function unlessFlat(traces) {
  const values = traces.flatMap(({ visible, y }) => (visible === false ? [] : (y ?? []))).filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!values.length || high - low > FLAT * size || low <= 0) return {};
  return { autorange: false, range: [low - 0.1 * size, high + 0.1 * size] };
}

/** A logarithmic axis from a power of ten clearly below the smallest value to one above the largest. */
function decades(traces) {
  const values = traces.flatMap(({ visible, y }) => (visible === false ? [] : (y ?? []))).filter((value) => value > 0);
  if (!values.length) return { autorange: false, range: [-4, 0] };
  const [low, high] = [Math.floor(Math.log10(Math.min(...values)) - 0.5), Math.ceil(Math.log10(Math.max(...values)) + 0.1)];
  return { autorange: false, range: [low, Math.max(high, low + 1)], dtick: Math.max(1, Math.round((high - low) / 4)) };
}

/** What a legend entry switches: all traces of its group. */
export function legendKey(trace) {
  return trace.legendgroup ?? trace.name ?? "";
}

/** A colour that stands for a trace, and how it is drawn: a kind of line, a filled or an open marker. */
export function swatchOf(trace) {
  const colour = [trace.line?.color, trace.marker?.color].find((value) => typeof value === "string") ?? "currentcolor";
  const marker = (trace.marker?.symbol ?? "").endsWith("open") ? "open" : "marker";
  return { colour, kind: (trace.mode ?? "").includes("lines") ? (trace.line?.dash ?? "solid") : marker };
}

/**
 * Fixed margins from the longest names on the axes: with margins that Plotly finds itself the plot would jump as its
 * numbers change, and each jump costs a second drawing.
 */
function margins({ data, layout }) {
  const names = (axis, key) => axis?.ticktext ?? data.flatMap((trace) => (typeof trace[key]?.[0] === "string" ? trace[key] : []));
  const longest = (texts) => Math.max(0, ...texts.map((text) => text.length)) * LETTER;
  const [left, below] = [longest(names(layout.yaxis, "y")), longest(names(layout.xaxis, "x"))];
  const slanted = layout.xaxis?.tickangle ? Math.min(64, below * 0.75) - 8 : 0;
  const right = layout.yaxis2 ? 46 : data.some((trace) => trace.colorbar) ? 58 : 10;
  return { l: left ? Math.min(130, left + 30) : 52, r: right, t: 8, b: 38 + slanted, autoexpand: false };
}
