/** A figure of a lab: mounted once, its traces are swapped when the server sends others. */

import { loadPlotly, takeDown } from "./chart.js";
import { element } from "./dom.js";
import { Handles } from "./handles.js";
import { Lit } from "./lit.js";
import { mounting } from "./mounting.js";
import { inTurn } from "./queue.js";
import { thinOut } from "./sparse.js";
import { dressed, dressedTrace, mixed, readTheme } from "./theme.js";

const CONFIG = { displayModeBar: false, responsive: true, doubleClick: "reset+autosize", scrollZoom: false, showTips: false };
/** A pointer that has moved further, in pixels, was dragging. */
const STILL = 4;
/** Of a picture that is higher than wide: so many times its height a landscape is wide, about. */
const FITS = 0.85;
/** How long a click's field is looked for, and how long the server may take to name another one; milliseconds. */
const LOOK = { most: 5000, other: 1000, each: 60 };

class Figure {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.plot = element("div", { role: "img" });
    root.append(this.plot);
    this.handles = new Handles(root, this.plot, () => this.#follow(), (drag) => this.component.setTriggerValue("dragged", drag));
    this.lit = new Lit(this.plot);
    this.down = null;
    this.plot.addEventListener("pointerdown", (event) => (this.down = [event.clientX, event.clientY]), true);
    // Plotly lays a sheet over the page while the pointer is down: the release is the sheet's, not the plot's.
    this.up = (event) => this.#released(event);
    window.addEventListener("pointerup", this.up, true);
    // Streamlit writes its colours as variables on an element above: another theme is drawn anew.
    this.watch = new MutationObserver(() => this.#draw());
    for (const watched of [document.documentElement, document.body, document.querySelector(".stApp")]) {
      if (watched) this.watch.observe(watched, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
    }
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.again = () => setTimeout(() => this.#draw(true), 150);
    this.scheme.addEventListener("change", this.again);
  }

  take(component) {
    this.component = component;
    this.#draw();
  }

  async #draw(anyway = false) {
    this.anew ||= anyway;
    if (this.waits) return; // its turn is to come: what is newest by then is drawn
    this.waits = true;
    try {
      const plotly = await loadPlotly();
      inTurn(() => this.#drawNow(plotly));
    } catch (error) {
      this.waits = false; // the next call tries again
      throw error;
    }
  }

  async #drawNow(plotly) {
    const anyway = this.anew;
    this.waits = this.anew = false;
    const { figure, height, label, clicks, handles, heard, least, look } = this.component?.data ?? {};
    if (!figure || this.gone) return;
    const settled = this.handles.take(handles ?? [], heard ?? null);
    const theme = readTheme(this.root);
    const said = JSON.stringify([theme.background, theme.text, height, label]) + figure;
    if (said === this.said && !anyway && !settled) return;
    this.said = said;
    const { data, layout, frames } = JSON.parse(figure);
    this.parsed = { data: data.map((trace) => dressedTrace(trace, theme)), layout, theme };
    this.plot.style.height = `${height}px`;
    this.plot.style.minWidth = `${least}px`;
    if (least) Object.assign(this.root.style, { height: `${height}px`, overflow: "auto hidden", scrollbarWidth: "thin" });
    this.plot.style.cursor = clicks ? "crosshair" : "";
    this.plot.setAttribute("aria-label", label);
    await this.#paint(plotly);
    if (this.gone) return;
    await this.#setFrames(plotly, (frames ?? []).map((frame) => ({ ...frame, data: frame.data?.map((trace) => dressedTrace(trace, theme)) })));
    this.#lookAt(look);
    this.plot.dataset.drawn = String(Number(this.plot.dataset.drawn ?? 0) + 1);
  }

  /** The traces where the handles have them, on axes that are zoomed as they were. */
  async #paint(plotly) {
    const { data, layout, theme } = this.parsed;
    const traces = this.handles.moved(data.map((trace) => ({ ...trace })));
    const tall = this.plot.clientHeight / (this.plot.clientWidth || 1);
    this.painted = plotly.react(this.plot, traces, inFull(structuredClone(layout), theme, tall), CONFIG);
    await this.painted;
    if (this.gone) return;
    if (this.plot.on && !this.placing) {
      this.placing = true;
      for (const event of ["plotly_afterplot", "plotly_relayouting"]) this.plot.on(event, () => this.handles.place());
      for (const event of ["plotly_afterplot", "plotly_animatingframe"]) this.plot.on(event, () => thinOut(this.plot));
    }
    this.handles.place();
    thinOut(this.plot);
    this.lit.take(traces, plotly);
  }

  /** Scroll a figure that is wider than its place to where the server looks, if that is another part and out of sight. */
  #lookAt(look) {
    if (!look || String(look) === this.look) return;
    const { xaxis } = this.plot._fullLayout;
    const [from, to] = look.map((x) => xaxis._offset + xaxis.d2p(x));
    const { scrollLeft, clientWidth } = this.root;
    const atOnce = !this.look || matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.look = String(look);
    if (from >= scrollLeft && to <= scrollLeft + clientWidth) return;
    this.root.scrollTo({ left: (from + to - clientWidth) / 2, behavior: atOnce ? "instant" : "smooth" });
  }

  /** A handle has moved: draw once before the next picture of the screen. */
  #follow() {
    this.painting ??= requestAnimationFrame(() => {
      this.painting = null;
      this.#paint(window.Plotly);
    });
  }

  /** Frames of the figure before are taken away: Plotly keeps those whose names come again. */
  async #setFrames(plotly, frames) {
    const held = this.plot._transitionData?._frames?.length ?? 0;
    // One at a time from the last: Plotly sorts a list of places as text, so that 10 comes before 9.
    for (let place = held - 1; place >= 0; place--) plotly.deleteFrames(this.plot, [place]);
    if (frames.length) await plotly.addFrames(this.plot, frames);
  }

  #released(event) {
    const from = this.down;
    this.down = null;
    if (!from || !this.component.data?.clicks || event.button !== 0) return;
    if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) > STILL) return;
    const { xaxis, yaxis } = this.plot._fullLayout ?? {};
    // A finger would raise the keyboard of a phone over the picture: it gets the field in sight instead.
    const touched = event.pointerType === "touch";
    if (!xaxis || !yaxis) return;
    const box = this.plot.getBoundingClientRect();
    const [across, down] = [event.clientX - box.left - xaxis._offset, event.clientY - box.top - yaxis._offset];
    if (across < 0 || down < 0 || across > xaxis._length || down > yaxis._length) return;
    const place = { x: xaxis.p2d(across), y: yaxis.p2d(down), across: Math.abs(xaxis._m), up: Math.abs(yaxis._m) };
    this.component.setTriggerValue("clicked", place);
    this.#turnToField(this.component.data.field, touched);
  }

  /** Give the field that a click has opened the keyboard, once the server has drawn it; ``before`` is the one till then. */
  #turnToField(before, touched) {
    clearInterval(this.looking);
    const since = performance.now();
    let given = null;
    this.looking = setInterval(() => {
      const passed = performance.now() - since;
      const { field } = this.component.data ?? {};
      if (passed > LOOK.most) clearInterval(this.looking);
      if (!field || field === given || (field === before && passed < LOOK.other)) return;
      // Streamlit may keep what has gone in the page, out of sight.
      const input = [...document.querySelectorAll(`${field} input`)].find((found) => found.offsetParent);
      if (!input) return;
      given = field;
      if (field !== before) clearInterval(this.looking); // else the server may only be slow to name another one
      if (touched) return input.scrollIntoView({ block: "nearest" });
      input.focus();
      input.select();
    }, LOOK.each);
  }

  destroy() {
    this.gone = true;
    clearInterval(this.looking);
    window.removeEventListener("pointerup", this.up, true);
    this.watch.disconnect();
    this.scheme.removeEventListener("change", this.again);
    cancelAnimationFrame(this.painting);
    this.handles.destroy();
    this.plot.remove();
    takeDown(this.plot, this.painted);
  }
}

export const { render } = mounting(".gp-figure", (root) => new Figure(root));

/** A layout in the page's colours, with what a live chart leaves out: a legend, a third dimension, buttons and sliders. */
function inFull(layout, theme, tall) {
  const font = { size: 11, color: theme.text, family: theme.font };
  const result = { ...dressed(layout, theme), showlegend: layout.showlegend ?? false, height: undefined };
  result.legend = { orientation: "h", y: 1.02, yanchor: "bottom", x: 0, ...layout.legend, font, bgcolor: "rgba(0,0,0,0)" };
  for (const name of Object.keys(result)) if (/^scene\d*$/.test(name)) result[name] = solid(result[name], theme, tall);
  const dress = (item) => ({ ...item, font, bgcolor: theme.secondary, bordercolor: theme.border });
  if (layout.updatemenus) result.updatemenus = layout.updatemenus.map(dress);
  if (layout.sliders) result.sliders = layout.sliders.map((item) => ({ ...dress(item), activebgcolor: theme.primary, tickcolor: theme.muted }));
  if (layout.annotations) result.annotations = layout.annotations.map((item) => ({ ...item, font: { ...font, ...item.font } }));
  return result;
}

/** In three dimensions Plotly draws a faint line as if it were white; and what it shows is as wide as the picture is high. */
function solid(scene, theme, tall) {
  const result = { bgcolor: "rgba(0,0,0,0)", ...scene };
  const [line, words] = [0.2, 0.66].map((share) => mixed(theme.text, theme.background, share));
  for (const name of ["xaxis", "yaxis", "zaxis"]) {
    const colours = { color: words, gridcolor: line, linecolor: line, zerolinecolor: line, showbackground: false };
    result[name] = { ...colours, ...scene[name] };
  }
  const back = Math.max(1, FITS * tall);
  const eye = Object.entries(scene.camera?.eye ?? {}).map(([name, value]) => [name, value * back]);
  if (eye.length) result.camera = { ...scene.camera, eye: Object.fromEntries(eye) };
  return result;
}
