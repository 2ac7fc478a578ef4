/** A grid to draw on: with mouse or finger, or cell by cell with the keyboard. */

import { Cells } from "./cells.js";
import { element } from "./dom.js";
import { mounting } from "./mounting.js";
import { loadStyles } from "./styles.js";

/** The server is told of a line that is still being drawn no sooner, in ms, after the last time. */
const PAUSE = 200;
const MOST = 260;
const SHADES = "0123456789abcdef";
const PENS = { White: 15, Grey: 8, Black: 0 };
const KEYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const HELP = "Draw with the mouse or a finger. With the keyboard: the arrow keys move, space draws.";

class Drawing {
  /** @param {HTMLElement} root */
  constructor(root) {
    loadStyles("drawing.css");
    this.root = root;
    this.pen = PENS.White;
    this.at = [0, 0];
    this.toldAt = 0;
    // A place that was left and is there again goes on above what the server heard from it before.
    this.count = Date.now();
    this.canvas = element("canvas", { class: "gp-drawing-canvas", tabindex: 0, role: "application", title: HELP });
    this.cells = new Cells(this.canvas);
    this.pens = Object.entries(PENS).map(([name, shade]) =>
      element("button", { type: "button", class: "gp-drawing-button", text: name, "aria-pressed": String(shade === this.pen), on: { click: () => this.#take(shade) } }));
    const clear = element("button", { type: "button", class: "gp-drawing-button", text: "Clear", on: { click: () => this.#clear() } });
    root.append(this.canvas, element("div", { class: "gp-drawing-bar", role: "toolbar", "aria-label": "Pens" }, ...this.pens, clear));
    this.#listen();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(root);
  }

  #listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.last = this.cells.at(event);
      this.#line(this.last);
    });
    canvas.addEventListener("pointermove", (event) => this.last && this.#line(this.cells.at(event)));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => this.#end());
    for (const turn of ["focus", "blur"]) canvas.addEventListener(turn, () => this.draw());
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  /** @param {{data: {ink: string, side: number, label: string, heard: number|null}, setTriggerValue: (name: string, value: any) => void}} component */
  take(component) {
    this.component = component;
    const { ink, side, label, heard } = component.data ?? {};
    if (!side) return;
    const isOther = side !== this.side;
    this.canvas.setAttribute("aria-label", `${label}. ${HELP}`);
    // What is being drawn is newer than what the server has heard of.
    if (!isOther && (this.last || this.waiting || (this.told && (heard ?? 0) < this.count))) return;
    this.side = side;
    this.at = this.at.map((place) => Math.min(place, side - 1));
    this.shades = Array.from({ length: side * side }, (_, place) => Math.max(0, SHADES.indexOf(ink[place] ?? "0")));
    this.draw();
  }

  draw() {
    if (!this.side || !this.root.clientWidth) return;
    const grey = (row, column) => [17, 17, 17].map((step) => step * this.shades[row * this.side + column]);
    this.cells.draw({ rows: this.side, columns: this.side, colour: grey }, Math.min(MOST, this.root.clientWidth));
    if (this.canvas.matches(":focus-visible")) this.cells.frame(...this.at, 1, 1, "#d55e00");
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  /** All cells between the last one and this: a hand is faster than the pointer's events. */
  #line([row, column]) {
    const [fromRow, fromColumn] = this.last;
    const steps = Math.max(Math.abs(row - fromRow), Math.abs(column - fromColumn), 1);
    for (let step = 0; step <= steps; step += 1) {
      const place = [fromRow + ((row - fromRow) * step) / steps, fromColumn + ((column - fromColumn) * step) / steps].map(Math.round);
      this.shades[place[0] * this.side + place[1]] = this.pen;
    }
    this.at = this.last = [row, column];
    this.draw();
    this.#tell(PAUSE - (performance.now() - this.toldAt));
  }

  #end() {
    if (!this.last) return;
    this.last = null;
    this.#tell(0);
  }

  #key(event) {
    const [down, across] = KEYS[event.key] ?? [0, 0];
    if (!down && !across && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    this.at = [this.at[0] + down, this.at[1] + across].map((place) => Math.max(0, Math.min(this.side - 1, place)));
    if (event.key === " ") {
      this.shades[this.at[0] * this.side + this.at[1]] = this.pen;
      this.#tell(0);
    }
    this.draw();
  }

  #take(shade) {
    this.pen = shade;
    this.pens.forEach((button, place) => button.setAttribute("aria-pressed", String(Object.values(PENS)[place] === shade)));
  }

  #clear() {
    this.shades.fill(0);
    this.draw();
    this.#tell(0);
  }

  #tell(wait) {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.toldAt = performance.now();
      this.count += 1;
      this.told = true;
      const ink = this.shades.map((shade) => SHADES[shade]).join("").replace(/0+$/, "");
      this.component.setTriggerValue("drawn", { ink, count: this.count });
    }, Math.max(0, wait));
  }

  destroy() {
    clearTimeout(this.waiting);
    this.resized.disconnect();
    this.root.replaceChildren();
  }
}

export const { render } = mounting(".gp-drawing", (root) => new Drawing(root));
