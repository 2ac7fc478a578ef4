/** A grid of numbers to type into. Each cell keeps the keyboard, and what is typed in it, while the server works out what follows. */

import { element } from "./dom.js";
import { mounting } from "./mounting.js";
import { loadStyles } from "./styles.js";
import { brief } from "./tooltip.js";

/** So long nothing must have been typed before the server is told; milliseconds. */
const PAUSE = 15;
/** Columns from which a number that nobody is typing is written in two digits. */
const MANY = 5;
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0] };

/**
 * What the server says of a grid: its numbers row by row, which of them were set by hand, their bounds, how many letters of
 * the browser it had heard of, and what another grid in the same place is told by.
 * @typedef {{values: number[][], set: [number, number][], low: number, high: number, heard: number|null, name: string,
 *   label: string}} Given
 */

export class NumberGrid {
  /** @param {(letter: {cells: [number, number, number][], name: string, count: number}) => void} tell row, column and number of each cell */
  constructor(tell) {
    loadStyles("numbers.css");
    this.tell = tell;
    this.root = element("div", { class: "gp-grid", role: "group" });
    /** Numbers ahead of the server, by their cell, and the letter that told of each. @type {Map<HTMLInputElement, {value: number, letter: number|null}>} */
    this.ahead = new Map();
    // A place that was left and is there again goes on above what the server heard from it before.
    this.count = Date.now();
  }

  /** @param {Given} given */
  take(given) {
    const isOther = given.name !== this.given?.name || given.values.length !== this.cells?.length;
    this.given = given;
    if (isOther) this.#make();
    for (const [cell, { letter }] of this.ahead) if (letter !== null && letter <= (given.heard ?? 0)) this.ahead.delete(cell);
    this.root.setAttribute("aria-label", given.label);
    const set = new Set(given.set.map(String));
    given.values.forEach((row, r) => row.forEach((value, c) => this.#fill(this.cells[r][c], value, set.has(`${r},${c}`))));
  }

  #make() {
    clearTimeout(this.waiting);
    this.ahead.clear();
    this.cells = this.given.values.map((row, r) => row.map((_, c) => this.#cell(r, c)));
    this.root.style.setProperty("--gp-columns", this.given.values[0]?.length ?? 1);
    this.root.replaceChildren(...this.cells.flat());
  }

  #cell(row, column) {
    const cell = element("input", { type: "text", inputmode: "decimal", class: "gp-cell", autocomplete: "off", spellcheck: "false", "aria-label": `row ${row + 1}, column ${column + 1}` });
    cell.addEventListener("input", () => this.#typed(cell, PAUSE));
    cell.addEventListener("change", () => this.#typed(cell, 0));
    cell.addEventListener("blur", () => this.#left(cell));
    cell.addEventListener("focus", () => cell.select());
    cell.addEventListener("keydown", (event) => this.#walk(event, row, column));
    return cell;
  }

  /** What somebody is typing is newer than what the server says. */
  #fill(cell, value, isSet) {
    cell.dataset.value = String(value);
    cell.title = isSet ? `${value}, set by hand` : String(value);
    cell.classList.toggle("gp-cell-set", isSet);
    if (this.ahead.has(cell)) return;
    if (cell === document.activeElement && isAbout(read(cell.value), value)) return;
    cell.value = this.#text(value);
  }

  #text(value) {
    return this.given.values[0].length < MANY ? brief(value) : brief(Number(value.toPrecision(2)));
  }

  #typed(cell, wait) {
    const value = read(cell.value);
    const fits = value !== null && value >= this.given.low && value <= this.given.high;
    cell.setAttribute("aria-invalid", String(!fits));
    if (!fits || value === (this.ahead.get(cell)?.value ?? Number(cell.dataset.value))) return;
    this.ahead.set(cell, { value, letter: null });
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#send(), wait);
  }

  /** All that is ahead of the server, each time: of two letters in a row it may hear only the second. */
  #send() {
    this.count += 1;
    const cells = [];
    this.cells.forEach((row, r) => row.forEach((cell, c) => {
      const mine = this.ahead.get(cell);
      if (!mine) return;
      mine.letter = this.count;
      cells.push([r, c, mine.value]);
    }));
    if (cells.length) this.tell({ cells, name: this.given.name, count: this.count });
  }

  /** A number that is none, or out of bounds, was not taken. */
  #left(cell) {
    if (cell.getAttribute("aria-invalid") === "true") cell.value = this.#text(Number(cell.dataset.value));
    cell.removeAttribute("aria-invalid");
  }

  /** Up, down and Enter go from row to row; left and right from column to column at the end of what is written. */
  #walk(event, row, column) {
    const cell = event.target;
    const atEnd = { ArrowLeft: cell.selectionEnd === 0, ArrowRight: cell.selectionStart === cell.value.length };
    const isWhole = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const [down, right] = MOVES[event.key] ?? (across && (atEnd[event.key] || isWhole) ? [0, across] : [0, 0]);
    const next = this.cells[row + down]?.[column + right];
    event.stopPropagation();
    if (!(down || right)) return;
    event.preventDefault();
    next?.focus();
  }

  destroy() {
    clearTimeout(this.waiting);
    this.root.remove();
  }
}

/** The number that a text stands for, with a comma or a point and either minus; null for none. @param {string|undefined} text */
function read(text) {
  const plain = (text ?? "").trim().replace("−", "-").replace(",", ".");
  const value = Number(plain);
  return plain && Number.isFinite(value) ? value : null;
}

/** Whether a number is another one as far as it was written. */
function isAbout(written, value) {
  return written !== null && Math.abs(written - value) <= 1e-3 * Math.abs(value);
}

export const { render } = mounting(".gp-grid-place", (place) => {
  const shown = { component: null };
  const grid = new NumberGrid((letter) => shown.component.setTriggerValue("typed", letter));
  place.append(grid.root);
  return {
    take: (component) => {
      shown.component = component;
      if (component.data) grid.take(component.data);
    },
    destroy: () => grid.destroy(),
  };
});
