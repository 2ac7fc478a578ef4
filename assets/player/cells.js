/** Pictures whose cells can be seen one by one, on a canvas. */

import { channels, readTheme, withAlpha } from "./theme.js";
import { brief } from "./tooltip.js";

/** Pixels of a cell from which a line separates it from the next, and from which its number is written in it. */
const LINED = 7;
const NUMBERED = 25;

/**
 * What a canvas shows: so many rows and columns of cells, each coloured by `colour(row, column)` as [red, green, blue], with
 * `text(row, column)` written into cells that are large enough. Cells with `veil` are drawn faint. Where `colours` is the
 * same text as the time before, so are all colours: they are not worked out again.
 * @typedef {{rows: number, columns: number, colour: (row: number, column: number) => number[],
 *   text?: (row: number, column: number) => number, veil?: (row: number, column: number) => boolean, colours?: string}} Shown
 */

export class Cells {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.image = document.createElement("canvas");
  }

  /** @param {Shown} shown @param {number} most pixels of its longer side */
  draw(shown, most) {
    const { rows, columns } = (this.shown = shown);
    this.cell = most / Math.max(rows, columns);
    const [width, height] = [columns * this.cell, rows * this.cell];
    const fine = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: Math.round(width * fine), height: Math.round(height * fine) });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.theme = readTheme(this.canvas);
    if (!shown.colours || shown.colours !== this.painted) this.#paint();
    this.painted = shown.colours;
    this.pen = this.canvas.getContext("2d");
    this.pen.setTransform(fine, 0, 0, fine, 0, 0);
    this.pen.imageSmoothingEnabled = false;
    this.pen.drawImage(this.image, 0, 0, width, height);
    if (this.cell >= LINED) this.#lines(width, height);
    if (this.cell >= NUMBERED && shown.text) this.#numbers();
  }

  #paint() {
    const { rows, columns, colour, veil } = this.shown;
    Object.assign(this.image, { width: columns, height: rows });
    const pen = this.image.getContext("2d");
    const made = pen.createImageData(columns, rows);
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 4) {
        [made.data[at], made.data[at + 1], made.data[at + 2]] = colour(row, column);
        made.data[at + 3] = veil?.(row, column) ? 56 : 255;
      }
    }
    pen.putImageData(made, 0, 0);
  }

  #lines(width, height) {
    const { rows, columns } = this.shown;
    this.pen.strokeStyle = withAlpha(this.theme.text, 0.16);
    this.pen.lineWidth = 1;
    this.pen.beginPath();
    for (let row = 1; row < rows; row += 1) this.#line(0, row * this.cell, width, row * this.cell);
    for (let column = 1; column < columns; column += 1) this.#line(column * this.cell, 0, column * this.cell, height);
    this.pen.stroke();
  }

  #line(x0, y0, x1, y1) {
    this.pen.moveTo(x0, y0);
    this.pen.lineTo(x1, y1);
  }

  #numbers() {
    const { rows, columns, colour, text, veil } = this.shown;
    Object.assign(this.pen, { textAlign: "center", textBaseline: "middle", font: `${this.cell < 32 ? 9 : 10}px ${this.theme.font}` });
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        this.pen.fillStyle = veil?.(row, column) ? this.theme.muted : inkOn(colour(row, column));
        this.pen.fillText(short(text(row, column)), (column + 0.5) * this.cell, (row + 0.5) * this.cell);
      }
    }
  }

  /** A frame around some cells, in their units. */
  frame(row, column, rows, columns, colour, width = 2, dash = []) {
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = width;
    this.pen.setLineDash(dash);
    this.pen.strokeRect(column * this.cell, row * this.cell, columns * this.cell, rows * this.cell);
    this.pen.setLineDash([]);
  }

  /** The cell under the pointer, as [row, column]; beside them, the nearest. @param {PointerEvent} event */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const { rows, columns } = this.shown;
    const place = (offset, length, count) => Math.min(count - 1, Math.max(0, Math.floor((offset / length) * count)));
    return [place(event.clientY - box.top, box.height, rows), place(event.clientX - box.left, box.width, columns)];
  }
}

/** A colour between three, -1 to 1: the first, the middle one, the last; as [red, green, blue]. @param {string[]} stops */
export function between(stops) {
  const [low, middle, high] = stops.map(channels);
  return (share) => {
    const [end, size] = [share < 0 ? low : high, Math.min(1, Math.abs(share))];
    return middle.map((part, place) => Math.round(part + size * (end[place] - part)));
  };
}

/** Black or white, whichever is read better on a colour. @param {number[]} colour */
export function inkOn([red, green, blue]) {
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "#000" : "#fff";
}

/** Two digits: what a small cell has room for. */
export function short(value) {
  return brief(Number(value.toPrecision(2))).replace(/^(−?)0\./, "$1.");
}
