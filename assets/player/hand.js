/** Points placed by hand: a layer over the boundary that takes clicks, and a bar that says what a click does. */

import { element, setText } from "./dom.js";
import { brief } from "./tooltip.js";

/** A click this near to a point (in pixels) means the point; a finger covers more. */
const NEAR = 10;
const NEAR_FINGER = 18;
/** How far a key moves the crosshair, as a share of the plane; with Shift, a finer one. */
const MOVE = 0.04;
const MOVE_FINE = 0.005;
/** A dot drawn ahead of the server goes after so many ms, also where the server refused the point. */
const DOT_LASTS = 4000;
const KEYS = "Arrow keys move the crosshair (finer with Shift), Enter does what a click does, Delete takes the point under it away.";
const HINT =
  "With Points pressed a click places a point, or gives the point it meets the chosen class; a right click, or a long " +
  "press, takes a point away.";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const ERASE = "erase";
const STEP = 0.1;

export class Hand {
  /**
   * @param {import("./boundary.js").Boundary} boundary
   * @param {(change: Record<string, unknown>) => void} onChange what the server is to do
   */
  constructor(boundary, onChange) {
    this.boundary = boundary;
    this.onChange = onChange;
    this.tool = 0;
    this.value = 0;
    this.allowed = null;
    this.toggle = boundary.panel.addToggle("Points", "Place, relabel and remove points by hand", false, (pressed) => this.#open(pressed));
    this.toggle.hidden = true;
    this.bar = element("div", { class: "gp-hand", role: "toolbar", "aria-label": "Points by hand", hidden: true });
    this.layer = element("div", { class: "gp-hand-layer", hidden: true, role: "application", tabindex: 0, "aria-label": `Place points. ${KEYS}` });
    this.cross = element("div", { class: "gp-cross", "aria-hidden": "true", hidden: true });
    this.dots = element("div", { "aria-hidden": "true" });
    this.spoken = element("div", { class: "gp-hidden", role: "status", "aria-live": "polite" });
    this.layer.append(this.dots, this.cross, this.spoken);
    /** Where the crosshair stands, as shares of the plane from its upper left corner. */
    this.at = [0.5, 0.5];
    this.layer.addEventListener("click", (event) => this.#click(event));
    this.layer.addEventListener("contextmenu", (event) => {
      event.preventDefault();
      this.#remove(event);
    });
    this.layer.addEventListener("keydown", (event) => this.#key(event));
    this.layer.addEventListener("blur", () => (this.cross.hidden = true));
    boundary.panel.body.append(this.layer);
    boundary.panel.legend.after(this.bar);
  }

  /** @param {{columns: number, classes: number}|null} allowed what can be placed */
  allow(allowed) {
    const text = JSON.stringify(allowed);
    if (text === this.allowedText) return;
    this.allowedText = text;
    this.allowed = allowed;
    this.toggle.hidden = !allowed;
    this.boundary.setHint(allowed ? HINT : "");
    if (!allowed && !this.layer.hidden) this.toggle.click();
    this.#fill();
  }

  /** The names or colours of the classes may have changed; what was drawn ahead of the server is there now. */
  settle() {
    this.dots.replaceChildren();
    this.#fill();
  }

  /** A step of the crosshair, or what a click would do where it stands. */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.boundary.chart.area) return;
    const [across, down] = ARROWS[event.key] ?? [0, 0];
    const size = event.shiftKey ? MOVE_FINE : MOVE;
    const [x, y] = this.at;
    const here = this.#crossing();
    if (event.key === "Enter") this.#click(here);
    else if (event.key === "Delete" || event.key === "Backspace") this.#remove(here);
    else if (across || down) this.at = [clamped(x + across * size), clamped(y + down * size)];
    else return;
    event.preventDefault();
    this.#drawCross();
  }

  /** Where the crosshair stands, as a pointer would say it. */
  #crossing() {
    const { area, plot } = this.boundary.chart;
    const box = plot.getBoundingClientRect();
    return { clientX: box.left + area.left + this.at[0] * area.width, clientY: box.top + area.top + this.at[1] * area.height };
  }

  #drawCross() {
    const here = this.#crossing();
    const box = this.layer.getBoundingClientRect();
    this.cross.hidden = false;
    this.cross.style.transform = `translate(${here.clientX - box.left}px, ${here.clientY - box.top}px)`;
    const at = this.#place(here).map(brief).join(", ");
    setText(this.spoken, this.#nearest(here) === null ? at : `${at}, on a point`);
  }

  #open(open) {
    this.layer.hidden = this.bar.hidden = !open;
    this.boundary.panel.legend.hidden = open;
    this.#fill();
  }

  #fill() {
    if (this.bar.hidden || !this.allowed) return;
    const entries = this.allowed.classes ? this.#classes() : this.allowed.columns > 1 ? [this.#valueField()] : [];
    if (!this.allowed.classes) entries.unshift(this.#chip(0, "Place", "Click on an empty place to add a point there"));
    entries.push(this.#chip(ERASE, "Remove", "Click on a point to take it away"));
    const clear = element("button", { type: "button", class: "gp-toggle", text: "Start empty", title: "Take all points away and place your own" });
    clear.addEventListener("click", () => this.onChange({ clear: true }));
    if (this.allowed.classes) entries.push(clear);
    // What had the keyboard has it again.
    const place = [...this.bar.children].findIndex((child) => child.contains(document.activeElement));
    this.bar.replaceChildren(...entries);
    const again = this.bar.children[place];
    (again?.querySelector("input") ?? again)?.focus();
  }

  #classes() {
    if (this.tool !== ERASE && this.tool >= this.allowed.classes) this.tool = 0;
    return this.#traces().map(({ name, colour }, index) => this.#chip(index, name, `Click on an empty place to add a point of ${name}, or on a point to make it one`, colour));
  }

  #chip(tool, text, title, colour = null) {
    const chip = element("button", { type: "button", class: "gp-toggle", title, "aria-pressed": String(this.tool === tool) });
    if (colour) {
      const swatch = element("span", { class: "gp-swatch gp-swatch-marker" });
      swatch.style.color = colour;
      chip.append(swatch);
    }
    chip.append(text);
    chip.addEventListener("click", () => {
      this.tool = tool;
      this.#fill();
    });
    return chip;
  }

  #valueField() {
    const field = element("input", { type: "number", class: "gp-number", step: STEP, value: this.value, "aria-label": "Value of the points to place" });
    field.addEventListener("input", () => {
      this.value = Number(field.value) || 0;
    });
    return element("label", { class: "gp-smooth" }, element("span", { text: "of value" }), field);
  }

  /** Name and colour of each class, as the chart draws them. */
  #traces() {
    const data = this.boundary.original?.figure.data ?? [];
    return data.filter(({ meta }) => meta === "train").map((trace) => ({ name: trace.name, colour: trace.marker?.color }));
  }

  #click(event) {
    const place = this.#place(event);
    if (!place) return;
    const near = this.#nearest(event);
    if (this.tool === ERASE) return near !== null && this.onChange({ row: near });
    if (near !== null && this.allowed.classes) return this.onChange({ row: near, target: this.tool });
    const [x, y] = place;
    const curve = !this.allowed.classes && this.allowed.columns === 1;
    this.#mark(event);
    this.onChange(curve ? { add: [x], target: y } : { add: [x, y], target: this.allowed.classes ? this.tool : this.value });
  }

  #remove(event) {
    const near = this.#nearest(event);
    if (near !== null) this.onChange({ row: near });
  }

  /** Where on the plane the pointer is; null outside of the axes. */
  #place(event) {
    const area = this.boundary.chart.area;
    if (!area) return null;
    const box = this.boundary.chart.plot.getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left - area.left) / area.width, (event.clientY - box.top - area.top) / area.height];
    if (across < 0 || across > 1 || down < 0 || down > 1) return null;
    return [area.x[0] + across * (area.x[1] - area.x[0]), area.y[1] - down * (area.y[1] - area.y[0])];
  }

  /** The row of the drawn point under the pointer; null where there is none. */
  #nearest(event) {
    const { area, plot } = this.boundary.chart;
    if (!area) return null;
    const box = plot.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left - area.left, event.clientY - box.top - area.top];
    let [row, least] = [null, event.pointerType === "touch" ? NEAR_FINGER : NEAR];
    for (const trace of plot._fullData ?? []) {
      if (trace.visible !== true || !trace.customdata) continue;
      for (let i = 0; i < trace.x.length; i += 1) {
        const across = ((trace.x[i] - area.x[0]) / (area.x[1] - area.x[0])) * area.width;
        const down = ((area.y[1] - trace.y[i]) / (area.y[1] - area.y[0])) * area.height;
        const distance = Math.hypot(across - left, down - top);
        if (distance < least) [row, least] = [[trace.customdata[i]].flat().at(-1), distance];
      }
    }
    return row;
  }

  /** A dot at once: the real point comes with the server's answer. */
  #mark(event) {
    const box = this.layer.getBoundingClientRect();
    const dot = element("span", { class: "gp-hand-dot" });
    dot.style.left = `${event.clientX - box.left}px`;
    dot.style.top = `${event.clientY - box.top}px`;
    dot.style.background = this.#traces()[this.tool]?.colour ?? "currentcolor";
    this.dots.append(dot);
    setTimeout(() => dot.remove(), DOT_LASTS);
  }
}

function clamped(share) {
  return Math.max(0, Math.min(1, share));
}
