/** The charts beside the boundary: the main row, and further views one at a time. */

import { Chart } from "./chart.js";
import { element } from "./dom.js";
import { drawLegend } from "./legend.js";
import { Panel, ZOOM_HINT } from "./panel.js";
import { offerPictures, pictureOfChart } from "./pictures.js";
import { readTheme } from "./theme.js";

/** After a chart took t ms, the next waits this many times t: the boundary keeps its frames. */
const REST = 1.2;
/** A chart this old is drawn even where it may delay a frame. */
const STALE = 600;

/** A chart in its panel, with its toggles. */
class Figure {
  /** @param {import("./chart.js").Spec} spec @param {string} place "wide", "main" or "more" */
  constructor(spec, place, onChange) {
    this.onChange = onChange;
    this.panel = new Panel(place, spec.title, spec.help ?? "");
    this.panel.root.dataset.figure = spec.id;
    this.chart = new Chart(this.panel.body);
    this.dirty = true;
    this.drawnAt = -Infinity;
    /** What a drawing of this chart costs, in ms. */
    this.cost = 5;
    offerPictures(this.panel, () => spec.id, () => pictureOfChart(this.chart, this.spec.title, readTheme(this.panel.root)));
    this.#addToggles(spec.toggles ?? []);
    this.setSpec(spec);
  }

  setSpec(spec) {
    this.spec = spec;
    this.chart.setSpec(spec);
    // Another run has other steps: a part of them zoomed in before may be empty now.
    if (spec.cursor) this.chart.zoom = {};
    this.panel.describe(spec.title, spec.help ?? "", ZOOM_HINT);
    drawLegend(this.panel.legend, this.chart, () => this.onChange(this));
    this.dirty = true;
  }

  #addToggles(toggles) {
    if (toggles.includes("log")) {
      this.panel.addToggle("log", "Logarithmic y axis", false, (pressed) => {
        this.chart.setLogarithmic(pressed);
        this.onChange(this);
      });
    }
    if (toggles.includes("smooth")) this.panel.tools.append(this.#smoother());
  }

  #smoother() {
    const slider = element("input", { type: "range", min: 0, max: 0.95, step: 0.05, value: 0, "aria-label": `Smoothing of ${this.panel.title.textContent}` });
    slider.addEventListener("input", () => {
      this.chart.smoothing = Number(slider.value);
      slider.title = `Exponential moving average, weight ${slider.value}`;
      this.onChange(this);
    });
    return element("label", { class: "gp-smooth", title: "Smooth the curves: exponential moving average" }, element("span", { text: "smooth" }), slider);
  }

  get visible() {
    return this.panel.root.isConnected && !this.panel.root.hidden;
  }
}

export class Figures {
  /** @param {() => void} wake asks for the next animation frame */
  constructor(wake) {
    this.wake = wake;
    this.root = element("div", { class: "gp-charts" });
    this.tabs = element("div", { class: "gp-tabs", role: "tablist", "aria-label": "Further charts" });
    this.tabs.addEventListener("keydown", (event) => this.#walkTabs(event));
    this.more = element("div", { class: "gp-more" }, this.tabs);
    /** @type {Map<string, Figure>} */
    this.figures = new Map();
    this.turn = 0;
    this.restUntil = 0;
    this.chosen = null;
    /** The frame and the sentences last followed: a chart that comes into sight says them too. */
    this.followed = [null, {}];
  }

  /** Take a run's charts: those that stay are kept mounted, with their zoom. @param {import("./chart.js").Spec[]} specs */
  setUp(specs) {
    const ids = new Set(specs.map((spec) => spec.id));
    for (const [id, figure] of this.figures) if (!ids.has(id)) this.#drop(id, figure);
    for (const spec of specs) {
      const known = this.figures.get(spec.id);
      if (known) known.setSpec(spec);
      else this.figures.set(spec.id, new Figure(spec, spec.slot, (figure) => this.#touch(figure)));
    }
    this.figures = new Map(specs.map((spec) => [spec.id, this.figures.get(spec.id)]));
    this.#arrange(specs);
    this.wake();
  }

  #drop(id, figure) {
    figure.chart.destroy();
    figure.panel.root.remove();
    this.figures.delete(id);
  }

  #arrange(specs) {
    const [wide, main, more] = ["wide", "main", "more"].map((slot) => specs.filter((spec) => spec.slot === slot));
    const alone = [...wide, ...main].map((spec) => this.figures.get(spec.id).panel.root);
    place(this.root, [...alone, ...(more.length ? [this.more] : [])]);
    if (!more.some((spec) => spec.id === this.chosen)) this.chosen = more[0]?.id ?? null;
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...more.map((spec) => this.#tab(spec)));
    place(this.more, [this.tabs, ...more.map((spec) => this.figures.get(spec.id).panel.root)]);
    this.#choose(this.chosen, focused);
  }

  #tab(spec) {
    const panel = this.figures.get(spec.id).panel.root;
    const tab = element("button", { type: "button", role: "tab", class: "gp-tab", text: spec.title, "data-tab": spec.id, id: `gp-tab-${spec.id}` });
    panel.id = `gp-tabpanel-${spec.id}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.setAttribute("aria-controls", panel.id);
    tab.addEventListener("click", () => this.#choose(spec.id));
    return tab;
  }

  #choose(id, focus = false) {
    this.chosen = id;
    for (const tab of this.tabs.children) {
      const selected = tab.dataset.tab === id;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) this.#appear(this.figures.get(id));
      else this.figures.get(tab.dataset.tab).panel.root.hidden = true;
      if (selected && focus) tab.focus();
    }
  }

  /** A chart that was out of sight may have been given another size meanwhile. */
  #appear(figure) {
    if (figure.visible && figure.chart.mounted) return;
    figure.panel.root.hidden = false;
    figure.dirty = true;
    this.#say(figure);
    figure.chart.resize();
    this.wake();
  }

  #walkTabs(event) {
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!turn) return;
    const ids = [...this.tabs.children].map((tab) => tab.dataset.tab);
    this.#choose(ids[(ids.indexOf(this.chosen) + turn + ids.length) % ids.length], true);
    event.preventDefault();
    event.stopPropagation();
  }

  #touch(figure) {
    figure.dirty = true;
    this.restUntil = 0;
    this.wake();
  }

  /** The shown frame changed, or (`grown`) the film did. */
  markDirty(grown) {
    for (const figure of this.figures.values()) if (grown || figure.chart.followsFrame) figure.dirty = true;
  }

  /** Sentences and cursors of the shown frame: cheap, so at every frame. */
  follow(frame, sentences) {
    this.followed = [frame, sentences];
    for (const figure of this.figures.values()) if (figure.visible) this.#say(figure);
  }

  #say(figure) {
    const [frame, sentences] = this.followed;
    figure.panel.say(sentences[figure.spec.id]);
    figure.chart.placeCursor(frame?.step ?? null);
  }

  get waiting() {
    return [...this.figures.values()].some((figure) => figure.dirty && figure.visible);
  }

  /**
   * Draw at most one chart that needs it, in turn, where it fits into the `free` ms before the next frame is due.
   * Returns the ms it took, 0 for none.
   */
  drawNext(now, free, view, theme) {
    if (now < this.restUntil) return 0;
    const figures = [...this.figures.values()];
    const inTurn = figures.map((_, i) => (this.turn + 1 + i) % figures.length);
    const fits = ({ cost, drawnAt }) => cost < free || now - drawnAt > STALE;
    const place = inTurn.find((i) => figures[i].dirty && figures[i].visible && !figures[i].chart.held && fits(figures[i]));
    if (place === undefined) return 0;
    const started = performance.now();
    figures[place].dirty = false;
    figures[place].chart.draw(view, theme);
    const spent = performance.now() - started;
    figures[place].cost += 0.3 * (spent - figures[place].cost);
    figures[place].drawnAt = now;
    this.turn = place;
    this.restUntil = now + (1 + REST) * spent;
    return spent;
  }

  resize() {
    for (const figure of this.figures.values()) {
      if (!figure.visible) continue;
      if (figure.chart.mounted) figure.chart.resize();
      else figure.dirty = true;
    }
    this.wake();
  }

  destroy() {
    for (const [id, figure] of this.figures) this.#drop(id, figure);
  }
}

/** Put `wanted` in this order and leave those that already stand right untouched: moving a chart would blank it. */
function place(host, wanted) {
  [...host.children].filter((child) => !wanted.includes(child)).forEach((child) => child.remove());
  wanted.forEach((child, i) => host.children[i] !== child && host.insertBefore(child, host.children[i] ?? null));
}
