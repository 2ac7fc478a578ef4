/** Traces that are seen only while the pointer is on something: `meta.lit` of a trace, `customdata` of a point. */

/** Lets the pointer light up traces of a figure that has such ones. */
export class Lit {
  /** @param {HTMLElement & {on?: Function}} plot */
  constructor(plot) {
    this.plot = plot;
  }

  /** After each drawing: the traces as the server has sent them. @param {Array<Record<string, any>>} traces */
  take(traces, plotly) {
    this.plotly = plotly;
    this.places = traces.flatMap((trace, place) => (trace.meta?.lit ? [place] : []));
    this.names = this.places.map((place) => traces[place].meta.lit);
    this.rest = this.places.map((place) => traces[place].opacity ?? 1);
    this.shown = null;
    if (!this.places.length || this.hears || !this.plot.on) return;
    this.hears = true;
    this.plot.on("plotly_hover", (event) => this.#light(event.points?.[0]?.customdata));
    this.plot.on("plotly_unhover", () => this.#light(null));
  }

  /** Opacity alone changes: Plotly restyles it without drawing anew, so the words beside the pointer stay. */
  #light(name) {
    const shown = this.names.includes(name) ? name : null;
    if (shown === this.shown) return;
    this.shown = shown;
    const opacity = shown === null ? this.rest : this.names.map((each) => (each === shown ? 1 : 0));
    this.plotly.restyle(this.plot, { opacity }, this.places);
  }
}
