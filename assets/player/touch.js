/** A small editor on the network diagram: type or drag a weight or a bias, switch a unit or an edge off and on. */

import { element, setText } from "./dom.js";

const REACH = 5;
const LARGEST = 1000;
/** Between two values of a drag that go to the server, in ms. */
const EVERY = 250;

/**
 * What is edited. `paths.value` and `paths.part` are the engine's: `weight.2.3.1`, `edge.2.3.1`.
 * @typedef {{title: string, value: () => number, paths: {value: string|null, part: string|null}, kind: string}} Target
 */

export class Touch {
  /**
   * @param {HTMLElement} host @param {(path: string, value: number|boolean) => void} onTouch
   * @param {() => void} onClose the keyboard goes back to where it was
   */
  constructor(host, onTouch, onClose) {
    this.onTouch = onTouch;
    this.onClose = onClose;
    /** A dragged value that the server has not been told yet. */
    this.unsent = null;
    this.off = new Set();
    this.title = element("span", { class: "gp-strong" });
    this.field = element("input", { type: "number", class: "gp-number", step: 0.1, min: -LARGEST, max: LARGEST });
    this.slider = element("input", { type: "range", class: "gp-reach", min: -REACH, max: REACH, step: 0.05 });
    this.part = element("button", { type: "button", class: "gp-toggle" });
    this.close = element("button", { type: "button", class: "gp-toggle", text: "Close" });
    this.numbers = element("div", { class: "gp-touch-row" }, this.field, this.slider);
    this.root = element("div", { class: "gp-touch", role: "dialog", "aria-label": "Change the network by hand", hidden: true }, this.title, this.numbers, element("div", { class: "gp-touch-row" }, this.part, this.close));
    host.append(this.root);
    this.#listen();
  }

  #listen() {
    this.field.addEventListener("change", () => this.#typed());
    this.slider.addEventListener("input", () => this.#dragged());
    this.slider.addEventListener("change", () => this.#flush());
    this.part.addEventListener("click", () => this.onTouch(this.target.paths.part, this.off.has(this.target.paths.part)));
    this.close.addEventListener("click", () => this.#leave());
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#leave();
      event.stopPropagation();
    });
  }

  /** @param {Target} target @param {number} x @param {number} y where it was clicked, in the host's pixels */
  open(target, x, y) {
    this.#flush();
    this.target = target;
    this.root.hidden = false;
    setText(this.title, target.title);
    this.field.setCustomValidity("");
    this.numbers.hidden = !target.paths.value;
    this.part.hidden = !target.paths.part;
    for (const input of [this.field, this.slider]) input.setAttribute("aria-label", target.kind);
    this.refresh(true);
    const host = this.root.parentElement;
    const [width, height] = [this.root.offsetWidth, this.root.offsetHeight];
    this.root.style.left = `${Math.max(4, Math.min(host.clientWidth - width - 4, x + 8))}px`;
    this.root.style.top = `${Math.max(4, Math.min(host.clientHeight - height - 4, y + 8))}px`;
    (target.paths.value ? this.field : this.part).focus({ preventScroll: true });
    if (target.paths.value) this.field.select();
  }

  hide() {
    this.#flush();
    this.root.hidden = true;
    this.target = null;
  }

  #leave() {
    this.hide();
    this.onClose();
  }

  /** Follow the network, but never a field that somebody is in, unless `forced`. */
  refresh(forced = false) {
    if (this.root.hidden || !this.target) return;
    const value = this.target.value();
    const active = this.root.getRootNode().activeElement;
    if (!Number.isFinite(value)) return this.hide();
    if (forced || active !== this.field) this.field.value = String(Number(value.toPrecision(4)));
    if (forced || active !== this.slider) this.slider.value = String(value);
    const off = this.off.has(this.target.paths.part);
    setText(this.part, off ? "Switch on" : "Switch off");
    this.part.setAttribute("aria-pressed", String(off));
  }

  /** @param {string[]} off paths of what is switched off */
  setOff(off) {
    this.off = new Set(off);
    this.refresh();
  }

  #typed() {
    const value = Number(this.field.value);
    if (this.field.value === "" || !Number.isFinite(value) || Math.abs(value) > LARGEST) {
      this.field.setCustomValidity(`A number from -${LARGEST} to ${LARGEST}`);
      this.field.reportValidity();
      return;
    }
    this.field.setCustomValidity("");
    this.unsent = value;
    this.#flush();
  }

  #dragged() {
    this.field.value = this.slider.value;
    this.unsent = Number(this.slider.value);
    this.timer ||= setTimeout(() => this.#flush(), EVERY);
  }

  #flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    const value = this.unsent;
    this.unsent = null;
    if (value !== null && this.target) this.onTouch(this.target.paths.value, value);
  }
}
