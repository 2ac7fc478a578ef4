/** A window that slides over a picture: what lies under it, times its weights, summed, and where that lands. */

import { between, Cells, inkOn, short } from "./cells.js";
import { element, setText } from "./dom.js";
import { mounting } from "./mounting.js";
import { NumberGrid } from "./numbers.js";
import { Stepper } from "./stepper.js";
import { loadStyles } from "./styles.js";
import { readTheme } from "./theme.js";
import { brief } from "./tooltip.js";
import { fromBase64 } from "./wire.js";

/** So long the server is not told where the window stands while it still moves; milliseconds. */
const REST = 350;
/** Columns from which numbers are written in two digits. */
const MANY = 5;
const SIDE = { least: 150, most: 300 };
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @typedef {{names: string[], height: number, width: number, padded: [number, number], before: [number, number],
 *   inputs: number, first: number, size: number, stride: number, dilation: number, rows: number, columns: number,
 *   kernel: string, out: string, output: string, scale: string[], frame: string, name: string}} Plan
 */

class Sliding {
  /** @param {HTMLElement} root */
  constructor(root) {
    loadStyles("sliding.css");
    this.root = root;
    this.at = [0, 0];
    this.channel = 0;
    this.#make();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(root);
    this.watch = new MutationObserver(() => this.draw());
    for (const watched of [document.documentElement, document.body, document.querySelector(".stApp")]) {
      if (watched) this.watch.observe(watched, { attributes: true, attributeFilter: ["class", "style", "data-theme"] });
    }
  }

  #make() {
    this.kernel = new NumberGrid((letter) => this.component.setTriggerValue("typed", letter));
    const canvas = (label) => element("canvas", { class: "gp-slide-canvas", tabindex: 0, role: "img", "aria-label": label });
    this.input = new Cells(canvas("The picture with the window on it"));
    this.output = new Cells(canvas("The output"));
    this.patch = element("table", { class: "gp-slide-table" });
    this.product = element("table", { class: "gp-slide-table" });
    const figure = (name, ...inside) => element("figure", { class: `gp-slide-${name}` }, (this[`${name}Title`] = element("figcaption")), ...inside);
    const sign = (text) => element("span", { class: "gp-slide-sign", "aria-hidden": "true", text });
    this.work = element("div", { class: "gp-slide-work" }, figure("patch", this.patch), sign("⊙"), figure("kernel", this.kernel.root), sign("="), figure("product", this.product));
    this.sum = element("div", { class: "gp-slide-sum", role: "status", "aria-live": "polite" });
    this.middle = element("div", { class: "gp-slide-middle" }, this.#makePills(), this.work, this.sum);
    this.stage = element("div", { class: "gp-slide-stage" }, figure("input", this.input.canvas), this.middle, figure("output", this.output.canvas));
    this.bar = new Stepper("The window", (place) => this.#go(place), (isPlaying) => this.#turn(isPlaying));
    this.root.append(this.stage, this.bar.root);
    this.#listen();
  }

  #makePills() {
    return (this.pills = element("div", { class: "gp-slide-pills", role: "group", "aria-label": "Input channel" }));
  }

  #listen() {
    const jump = (cells, place) => {
      let isDown = false;
      const moved = (event) => isDown && (this.bar.pause(), this.#stand(place(cells.at(event))));
      cells.canvas.addEventListener("pointerdown", (event) => ((isDown = true), moved(event)));
      cells.canvas.addEventListener("pointermove", moved);
      for (const end of ["pointerup", "pointercancel", "pointerleave"]) cells.canvas.addEventListener(end, () => (isDown = false));
      cells.canvas.addEventListener("keydown", (event) => this.#walk(event));
    };
    jump(this.output, (cell) => cell);
    jump(this.input, (cell) => cell.map((place) => Math.round((place - (this.span - 1) / 2) / this.plan.stride)));
  }

  /** @param {{data: any, setTriggerValue: (name: string, value: any) => void}} component */
  take(component) {
    this.component = component;
    const { plan, padded, weights, output, at, channel, grid } = component.data ?? {};
    if (!plan) return;
    /** @type {Plan} */
    this.plan = plan;
    if (padded !== this.paddedText) {
      this.padded = Float32Array.from(new Uint16Array(fromBase64(padded).slice().buffer), (code) => code / 65535);
      [this.paddedText, this.edition] = [padded, (this.edition ?? 0) + 1];
    }
    [this.weights, this.maps] = [weights, output].map((text) => new Float32Array(fromBase64(text).slice().buffer));
    this.grid = grid;
    // Where the server last said the window stands: only another word of it moves the one on screen.
    if (String(at) !== this.said) [this.at, this.said] = [at, String(at)];
    if (channel !== this.saidChannel) this.channel = this.saidChannel = channel;
    this.reach = Math.max(1e-12, ...this.maps.map(Math.abs));
    this.#stand(this.at, false);
  }

  get span() {
    return this.plan.dilation * (this.plan.size - 1) + 1;
  }

  get place() {
    return this.at[0] * this.plan.columns + this.at[1];
  }

  // --- moving -----------------------------------------------------------------------------------------------------------

  #turn(isPlaying) {
    this.sum.setAttribute("aria-live", isPlaying ? "off" : "polite");
    this.draw();
    if (!isPlaying) this.#tell();
  }

  #go(place) {
    this.#stand([Math.floor(place / this.plan.columns), place % this.plan.columns]);
  }

  #stand([row, column], isOwn = true) {
    const { rows, columns, inputs } = this.plan;
    this.at = [Math.max(0, Math.min(rows - 1, row)), Math.max(0, Math.min(columns - 1, column))];
    this.channel = Math.max(0, Math.min(inputs - 1, this.channel));
    this.draw();
    if (isOwn && !this.bar.isPlaying) this.#tell();
  }

  #walk(event) {
    const [down, across] = KEYS[event.key] ?? [0, 0];
    if (!down && !across) return;
    event.preventDefault();
    event.stopPropagation();
    this.bar.pause();
    this.#stand([this.at[0] + down, this.at[1] + across]);
  }

  #tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (`${this.at}` === this.said && this.channel === this.saidChannel) return;
      [this.said, this.saidChannel] = [`${this.at}`, this.channel];
      this.component.setTriggerValue("stood", { row: this.at[0], column: this.at[1], channel: this.channel });
    }, REST);
  }

  // --- drawing ----------------------------------------------------------------------------------------------------------

  draw() {
    if (!this.plan || !this.root.clientWidth) return;
    const { size } = this.plan;
    const numbers = size * (this.root.clientWidth < 480 ? 34 : size < MANY ? 50 : 44);
    this.stage.classList.toggle("gp-slide-many", size >= MANY);
    const isWide = this.root.clientWidth >= 3 * numbers + 2 * SIDE.least + 130;
    this.stage.classList.toggle("gp-slide-wide", isWide);
    const room = isWide ? (this.root.clientWidth - 3 * numbers - 130) / 2 : (this.root.clientWidth - 24) / 2;
    this.side = Math.floor(Math.max(SIDE.least, Math.min(SIDE.most, room)));
    this.signed = between(this.plan.scale);
    this.#drawInput();
    this.#drawOutput();
    this.#drawWork();
    this.bar.show(this.place, this.plan.rows * this.plan.columns, `row ${this.at[0] + 1}, column ${this.at[1] + 1}`);
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  #drawInput() {
    const { padded: [rows, columns], before, height, width, names, first, inputs, size, stride, dilation, frame } = this.plan;
    const seen = names.length === 3 && inputs === 3 ? [0, 1, 2] : [first + this.channel];
    const value = (channel, row, column) => this.padded[(channel * rows + row) * columns + column];
    const isAround = (row, column) => row < before[0] || column < before[1] || row >= before[0] + height || column >= before[1] + width;
    this.input.draw({
      rows, columns,
      colour: (row, column) => (seen.length === 3 ? seen : [seen[0], seen[0], seen[0]]).map((channel) => 255 * value(channel, row, column)),
      text: seen.length === 1 ? (row, column) => value(seen[0], row, column) : undefined,
      veil: isAround,
      colours: `${this.edition} ${seen} ${rows} ${columns} ${before} ${height} ${width}`,
    }, this.side);
    if (rows > height || columns > width) this.input.frame(before[0], before[1], height, width, readTheme(this.root).muted, 1.5, [4, 3]);
    const [top, left] = this.at.map((place) => place * stride);
    for (let a = 0; a < size && dilation > 1; a += 1) {
      for (let b = 0; b < size; b += 1) this.input.frame(top + a * dilation, left + b * dilation, 1, 1, frame, 1.5);
    }
    this.input.frame(top, left, this.span, this.span, frame, 2.5);
    setText(this.inputTitle, this.plan.picture);
  }

  #drawOutput() {
    const { rows, columns, output, frame } = this.plan;
    const value = (row, column) => this.maps[row * columns + column];
    this.output.draw({
      rows, columns,
      colour: (row, column) => this.signed(value(row, column) / this.reach),
      text: value,
      veil: this.bar.isPlaying ? (row, column) => row * columns + column > this.place : undefined,
    }, this.side);
    this.output.frame(this.at[0], this.at[1], 1, 1, frame, 2.5);
    setText(this.outputTitle, output);
  }

  /** The patch, the kernel and the product of the channel that is looked at, and the sum over all. */
  #drawWork() {
    const { size, inputs, first, names, kernel } = this.plan;
    const [patch, weights] = [this.#patchOf(this.channel), this.#weightsOf(this.channel)];
    const products = patch.map((value, place) => value * weights[place]);
    const largest = Math.max(1e-12, ...products.map(Math.abs));
    const grey = (value) => [255, 255, 255].map((full) => Math.round(full * Math.max(0, Math.min(1, value))));
    fill(this.patch, size, patch, grey);
    fill(this.product, size, products, (value) => this.signed(value / largest));
    this.kernel.take({ ...this.grid, values: rowsOf(weights, size), name: `${this.plan.name}.${this.channel}`, set: this.grid.set.filter(([channel]) => channel === this.channel).map(([, row, column]) => [row, column]) });
    const of = inputs > 1 ? `, ${names[first + this.channel]}` : "";
    setText(this.patchTitle, `Patch${of}`);
    setText(this.kernelTitle, `${kernel}${of}`);
    setText(this.productTitle, "Products");
    this.#drawPills();
    this.#drawSum(products);
  }

  #drawPills() {
    const { inputs, first, names } = this.plan;
    const said = `${inputs} ${first} ${names} ${this.channel}`;
    if (said === this.saidPills) return;
    this.saidPills = said;
    this.pills.hidden = inputs < 2;
    this.pills.replaceChildren(...names.slice(first, first + inputs).map((name, place) =>
      element("button", { type: "button", class: "gp-slide-pill", text: name, "aria-pressed": String(place === this.channel), on: { click: () => ((this.channel = place), this.#stand(this.at)) } })));
  }

  #drawSum(products) {
    const { inputs, first, names, size, columns } = this.plan;
    const sums = Array.from({ length: inputs }, (_, channel) => this.#patchOf(channel).reduce((sum, value, place) => sum + value * this.#weightsOf(channel)[place], 0));
    const parts = inputs > 1 ? `${sums.map((sum, channel) => `${names[first + channel]} ${brief(sum)}`).join(" + ").replaceAll("+ −", "− ")} = ` : "";
    const landed = this.maps[this.at[0] * columns + this.at[1]];
    const what = products.length === 1 ? "The product" : `Sum of the ${inputs * size * size} products`;
    this.sum.replaceChildren(`${what}: ${parts}`, element("strong", { text: brief(landed) }), `, which lands in row ${this.at[0] + 1}, column ${this.at[1] + 1}.`);
  }

  #patchOf(channel) {
    const { padded: [rows, columns], first, size, stride, dilation } = this.plan;
    const [top, left] = this.at.map((place) => place * stride);
    return Array.from({ length: size * size }, (_, place) => {
      const [a, b] = [Math.floor(place / size), place % size];
      return this.padded[((first + channel) * rows + top + a * dilation) * columns + left + b * dilation];
    });
  }

  #weightsOf(channel) {
    const { size } = this.plan;
    return Array.from(this.weights.subarray(channel * size * size, (channel + 1) * size * size));
  }

  destroy() {
    clearTimeout(this.telling);
    this.bar.destroy();
    this.resized.disconnect();
    this.watch.disconnect();
    this.kernel.destroy();
    this.root.replaceChildren();
  }
}

function rowsOf(values, size) {
  return Array.from({ length: size }, (_, row) => values.slice(row * size, (row + 1) * size));
}

/** Numbers in a table of `size` columns, each on its colour; many have room for two digits. */
function fill(table, size, values, colour) {
  if (table.rows.length !== size) {
    table.replaceChildren(...rowsOf(values, size).map((row) => element("tr", {}, ...row.map(() => element("td")))));
  }
  values.forEach((value, place) => {
    const cell = table.rows[Math.floor(place / size)].cells[place % size];
    const shade = colour(value);
    setText(cell, size < MANY ? brief(value) : short(value));
    Object.assign(cell.style, { background: `rgb(${shade})`, color: inkOn(shade) });
  });
}

export const { render } = mounting(".gp-slide", (root) => new Sliding(root));
