/** One Plotly chart that stays mounted: its arrays are swapped, its zoom is kept. */

import { boundArrays, followsFrame } from "./bindings.js";
import { element } from "./dom.js";
import { dressed } from "./theme.js";

/**
 * @typedef {{id: string, title: string, slot: string, figure: {data: any[], layout: any},
 *   bindings: import("./bindings.js").Binding[], cursor?: boolean, toggles?: string[], help?: string}} Spec
 */

const CONFIG = { displayModeBar: false, responsive: false, doubleClick: "reset+autosize", scrollZoom: false };
let loading = null;

/** Plotly, fetched once per page. @returns {Promise<any>} */
export function loadPlotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = element("script", { src: new URL("plotly/plotly.min.js", document.baseURI).href, async: true });
    script.addEventListener("load", () => resolve(window.Plotly));
    script.addEventListener("error", () => reject(new Error("Plotly could not be loaded")));
    document.head.append(script);
  });
  return loading;
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
    this.cursorStep = null;
    this.mounted = false;
    /** Called after the axes have moved. */
    this.onAxes = () => {};
  }

  /** @param {Spec} spec */
  setSpec(spec) {
    this.spec = spec;
    this.followsFrame = followsFrame(spec.bindings ?? []);
    // A zoom survives new frames and new runs, unless the axes themselves are others.
    const { xaxis, yaxis } = spec.figure.layout;
    this.revision = JSON.stringify([spec.id, xaxis?.range, yaxis?.range]);
  }

  /**
   * Draw the chart for a view; `view` may be null when the film is still empty.
   * @param {import("./bindings.js").View|null} view @param {import("./theme.js").Theme} theme
   */
  draw(view, theme) {
    if (!this.spec || !window.Plotly || !this.plot.clientWidth) return false;
    window.Plotly.react(this.plot, this.#traces(view), this.#layout(theme), CONFIG);
    if (!this.mounted) {
      this.mounted = true;
      for (const event of ["plotly_relayout", "plotly_relayouting", "plotly_afterplot"]) this.plot.on(event, () => this.#moved());
    }
    this.#moved();
    return true;
  }

  #traces(view) {
    const traces = this.spec.figure.data.map((trace) => ({ ...trace, ...(this.hidden.has(legendKey(trace)) ? { visible: false } : {}) }));
    for (const binding of view ? (this.spec.bindings ?? []) : []) {
      const arrays = boundArrays(binding, { ...view, smoothing: this.smoothing });
      if (arrays) Object.assign(traces[binding.trace ?? 0], arrays);
    }
    return traces;
  }

  #layout(theme) {
    const layout = dressed(this.spec.figure.layout, theme);
    layout.uirevision = this.revision;
    layout.margin = { l: 44, r: 10, t: 8, b: 34, ...rightMargin(this.spec.figure.layout) };
    if (this.logarithmic !== null) {
      layout.yaxis = { ...layout.yaxis, type: this.logarithmic ? "log" : "linear", uirevision: `${this.revision}${this.logarithmic}` };
    }
    return layout;
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
    if (this.mounted) window.Plotly.purge(this.plot);
    this.plot.remove();
    this.cursor.remove();
  }
}

/** What a legend entry switches: all traces of its group. */
export function legendKey(trace) {
  return trace.legendgroup ?? trace.name ?? "";
}

/** A colour that stands for a trace, and whether it is drawn as a line. */
export function swatchOf(trace) {
  const colour = [trace.line?.color, trace.marker?.color].find((value) => typeof value === "string") ?? "currentcolor";
  return { colour, line: (trace.mode ?? "").includes("lines"), dash: trace.line?.dash ?? "solid" };
}

function rightMargin(layout) {
  return layout.yaxis2 ? { r: 44 } : {};
}
