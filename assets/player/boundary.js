/** What the network answers over the plane: Plotly draws points and axes, a canvas beneath draws the shades. */

import { Chart } from "./chart.js";
import { element, setText } from "./dom.js";
import { drawLegend } from "./legend.js";
import { Panel, ZOOM_HINT } from "./panel.js";
import { imageOfCells, offerPictures, pictureOfChart } from "./pictures.js";
import { decides, decoded, gradientOf, hardened, paintCodes, palette, reachOf, scaleEnds, symmetric } from "./shades.js";
import { brief } from "./tooltip.js";

/** @typedef {{codes: Uint8Array, range: ArrayLike<number>, label: string}} Neuron */

export class Boundary {
  /** @param {import("./tooltip.js").Tooltip} tooltip */
  constructor(tooltip) {
    this.tooltip = tooltip;
    this.panel = new Panel("boundary", "Decision boundary");
    this.canvas = element("canvas", { class: "gp-surface", "aria-hidden": "true" });
    this.panel.body.append(this.canvas);
    this.chart = new Chart(this.panel.body);
    this.chart.onAxes = () => this.paint();
    this.scale = element("div", { class: "gp-scale", "aria-hidden": "true", hidden: true });
    this.badge = element("div", { class: "gp-badge", "aria-hidden": "true", hidden: true });
    this.panel.body.append(this.badge);
    this.cells = document.createElement("canvas");
    this.discrete = false;
    this.side = "";
    this.testShown = true;
    /** Called when the person has switched something of what is shown. */
    this.onTools = () => {};
    this.still = true;
    /** @type {() => Neuron|null} */
    this.neuron = () => null;
    this.#makeTools();
    offerPictures(this.panel, () => `boundary${this.side}`, () => this.#picture());
    this.#followPointer();
  }

  #picture() {
    const beneath = this.flat || !this.frame ? [] : [imageOfCells(this.cells, this.setup.plane.extent)];
    return pictureOfChart(this.chart, this.panel.title.textContent, this.theme, beneath);
  }

  #makeTools() {
    this.discretize = this.panel.addToggle("Discretize", "Show decisions instead of how sure they are", false, (pressed) => {
      this.#useTools(pressed, this.testShown);
    });
    this.panel.addToggle("Test points", "Show the examples that are kept for the test", true, (pressed) => this.#useTools(this.discrete, pressed));
  }

  #useTools(discrete, testShown) {
    [this.discrete, this.testShown] = [discrete, testShown];
    this.onTools();
    if (!this.setup) return;
    this.#choosePalette();
    this.refresh();
    this.redraw();
  }

  /** Show the same as another boundary: its decisions or probabilities, its test points or none. */
  useToolsOf(other) {
    this.#useTools(other.discrete, other.testShown);
  }

  /** A run begins: its axes, points and scale. */
  setUp(setup, spec, theme) {
    const looks = JSON.stringify([spec, setup.plane, setup.shades, setup.lut, theme]);
    const same = looks === this.looks;
    this.looks = looks;
    this.setup = setup;
    this.frame = null;
    // The same points, axes and colours, as where only the network changed: what is drawn stays.
    if (same) return;
    this.original = spec;
    this.theme = theme;
    this.flat = setup.plane?.dimensions === 1;
    this.#describe();
    this.chart.setSpec(spec);
    this.canvas.hidden = this.flat;
    this.discretize.hidden = this.flat || !decides(setup.shades);
    this.#choosePalette();
    drawLegend(this.panel.legend, this.chart, () => this.redraw());
    this.panel.legend.append(this.scale);
    this.redraw();
  }

  /** `hint`: what else the pointer can do here. */
  setHint(hint) {
    this.hint = hint;
    if (this.original) this.#describe();
  }

  #describe() {
    this.panel.describe(this.title, this.original.help ?? "", [ZOOM_HINT, this.hint].filter(Boolean).join(" "));
  }

  get title() {
    return this.side ? `Run ${this.side}` : (this.original?.title ?? "");
  }

  /** Which of two runs it shows: A, B, or nothing where there is one. */
  setSide(side) {
    this.side = side;
    if (this.original && this.badge.hidden) setText(this.panel.title, this.title);
  }

  setTheme(theme) {
    this.theme = theme;
    if (!this.setup) return;
    this.#choosePalette();
    this.redraw();
    this.refresh();
  }

  #choosePalette() {
    const mode = this.theme.dark ? "dark" : "light";
    const smooth = palette(this.setup.lut[mode]);
    this.colours = this.discrete && decides(this.setup.shades) ? hardened(smooth, this.setup.shades) : smooth;
    this.mapColours = palette(this.setup.map_lut[mode]);
    this.#drawScale();
  }

  #drawScale(neuron = null) {
    const reach = neuron && brief(reachOf(neuron.range));
    const ends = neuron ? [`−${reach}`, reach] : this.flat ? null : scaleEnds(this.setup.shades);
    const colours = gradientOf(neuron ? this.mapColours : this.colours);
    const looks = ends && [...ends, colours].join();
    if (looks === this.drawnScale) return;
    this.drawnScale = looks;
    this.scale.hidden = !ends;
    if (!ends) return;
    const bar = element("span", { class: "gp-scale-bar" });
    bar.style.background = colours;
    this.scale.replaceChildren(element("span", { text: ends[0] }), bar, element("span", { text: ends[1] }));
  }

  /** Draw Plotly's part: points, axes, and the curve where there is one column. */
  redraw(view = this.view) {
    this.view = view;
    if (!this.original) return;
    const hide = !this.testShown;
    const data = this.original.figure.data.map((trace) => (hide && trace.meta === "test" ? { ...trace, visible: false } : trace));
    this.chart.spec = { ...this.original, figure: { ...this.original.figure, data } };
    this.chart.draw(view ?? null, this.theme);
    if (!this.chart.mounted || this.listens) return;
    this.listens = true;
    this.chart.plot.on("plotly_hover", () => this.tooltip.hide());
  }

  /**
   * Show a frame. `still`: nothing moves, so a finer surface may take the place of a coarse one.
   * @param {import("./wire.js").Frame} frame
   */
  show(frame, still) {
    this.frame = frame;
    this.still = still;
    if (!this.flat) this.refresh();
  }

  /** A neuron to show in place of the network's answer, or a function giving null for none. */
  preview(neuron) {
    this.neuron = neuron;
    this.refresh();
  }

  /** Colour the cells anew and paint them. */
  refresh() {
    if (!this.setup || !this.frame) return;
    const neuron = this.neuron();
    this.#nameWhatIsShown(neuron);
    if (neuron) this.#colour(neuron.codes, symmetric(this.mapColours, neuron.range));
    else if (!this.flat) this.#colour(this.codes, (code) => this.colours[code]);
    this.canvas.hidden = this.flat && !neuron;
    this.smooth = Boolean(neuron);
    this.paint();
  }

  /** Title, scale and sentence: of the network's answer, or of the neuron pointed at. */
  #nameWhatIsShown(neuron) {
    if (!neuron && this.badge.hidden) return;
    this.badge.hidden = !neuron;
    setText(this.panel.title, neuron ? "What this neuron computes" : this.title);
    this.panel.say(neuron ? `${neuron.label}: from ${brief(neuron.range[0])} to ${brief(neuron.range[1])} over the plane.` : this.said);
    this.#drawScale(neuron);
    if (neuron) setText(this.badge, neuron.label);
  }

  /** The sentence about the network's answer. */
  say(text) {
    this.said = text;
    if (!this.neuron()) this.panel.say(text);
  }

  /** The codes of the shown frame: the fine ones where they are there and nothing moves. */
  get codes() {
    const { boundary, fine } = this.frame.arrays;
    return this.still && fine?.length ? fine : boundary;
  }

  #colour(codes, colour) {
    const side = Math.round(Math.sqrt(codes.length));
    if (this.cells.width !== side) this.cells.width = this.cells.height = side;
    paintCodes(this.cells.getContext("2d"), codes, side, colour);
  }

  /** Lay the cells under Plotly's axes, wherever they have been moved. */
  paint() {
    const area = this.chart.area;
    if (!area || !this.frame || this.canvas.hidden) return;
    const pen = this.#fitted();
    const [lowX, highX, lowY, highY] = this.setup.plane.extent;
    const perX = area.width / (area.x[1] - area.x[0]);
    const perY = area.height / (area.y[1] - area.y[0]);
    // Cells are measured at their centres, and the first and last lie on the extent: half a cell hangs over.
    const half = 0.5 / (this.cells.width - 1);
    const [overX, overY] = [(highX - lowX) * half, (highY - lowY) * half];
    const left = area.left + (lowX - overX - area.x[0]) * perX;
    const top = area.top + (area.y[1] - highY - overY) * perY;
    pen.save();
    pen.beginPath();
    pen.rect(area.left, area.top, area.width, area.height);
    pen.clip();
    pen.imageSmoothingEnabled = Boolean(this.smooth);
    const width = (highX - lowX + 2 * overX) * perX;
    // On a single column a neuron's map is a band over the whole height: the y axis is the target, not an input.
    if (this.flat) pen.drawImage(this.cells, left, area.top, width, area.height);
    else pen.drawImage(this.cells, left, top, width, (highY - lowY + 2 * overY) * perY);
    pen.restore();
  }

  #fitted() {
    const ratio = window.devicePixelRatio || 1;
    const { offsetWidth: width, offsetHeight: height } = this.chart.plot;
    const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== tall) [this.canvas.width, this.canvas.height] = [wide, tall];
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    return pen;
  }

  #followPointer() {
    const { body } = this.panel;
    body.addEventListener("pointermove", (event) => this.#point(event));
    body.addEventListener("pointerdown", (event) => this.#point(event));
    body.addEventListener("pointerleave", () => this.tooltip.hide());
  }

  #point(event) {
    const area = this.chart.area;
    // Where Plotly shows a point's own note, ours stays away.
    if (!area || !this.frame || this.flat || this.chart.plot._hoverdata?.length) return this.tooltip.hide();
    const box = this.chart.plot.getBoundingClientRect();
    const [across, down] = [event.clientX - box.left - area.left, event.clientY - box.top - area.top];
    if (across < 0 || down < 0 || across > area.width || down > area.height) return this.tooltip.hide();
    const x = area.x[0] + (across / area.width) * (area.x[1] - area.x[0]);
    const y = area.y[1] - (down / area.height) * (area.y[1] - area.y[0]);
    const code = this.#codeAt(x, y);
    if (code === undefined) return this.tooltip.hide();
    this.tooltip.show(event.clientX, event.clientY, [decoded(code, this.setup.shades), `(${brief(x)}, ${brief(y)})`]);
  }

  #codeAt(x, y) {
    const { codes } = this;
    const side = Math.round(Math.sqrt(codes.length));
    const [lowX, highX, lowY, highY] = this.setup.plane.extent;
    const column = Math.round(((x - lowX) / (highX - lowX)) * (side - 1));
    const row = Math.round(((y - lowY) / (highY - lowY)) * (side - 1));
    return column >= 0 && column < side && row >= 0 && row < side ? codes[row * side + column] : undefined;
  }
}
