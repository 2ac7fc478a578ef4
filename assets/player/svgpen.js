/** A pen with the canvas' own words that writes an SVG: as many of them as the network diagram uses. */

const STATE = { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, globalAlpha: 1, font: "12px sans-serif", textAlign: "left", dash: [], clips: "" };
const ANCHORS = { left: "start", right: "end", center: "middle" };

export class SvgPen {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    [this.width, this.height] = [width, height];
    Object.assign(this, STATE);
    this.saved = [];
    this.parts = [];
    this.path = "";
    this.clipped = 0;
    /** Measures letters: an SVG can't be asked. */
    this.ruler = document.createElement("canvas").getContext("2d");
  }

  /** The file's text. */
  get text() {
    const size = `width="${this.width}" height="${this.height}" viewBox="0 0 ${this.width} ${this.height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>${this.parts.join("")}</svg>`;
  }

  save() {
    this.saved.push(Object.fromEntries(Object.keys(STATE).map((name) => [name, this[name]])));
  }

  restore() {
    Object.assign(this, this.saved.pop());
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${brief(x)} ${brief(y)}`;
  }

  lineTo(x, y) {
    this.path += `L${brief(x)} ${brief(y)}`;
  }

  bezierCurveTo(...places) {
    this.path += `C${places.map(brief).join(" ")}`;
  }

  roundRect(x, y, width, height, radius) {
    const arc = (dx, dy) => `a${brief(radius)} ${brief(radius)} 0 0 1 ${brief(dx)} ${brief(dy)}`;
    const [across, down] = [width - 2 * radius, height - 2 * radius];
    this.moveTo(x + radius, y);
    this.path += `h${brief(across)}${arc(radius, radius)}v${brief(down)}${arc(-radius, radius)}h${brief(-across)}${arc(-radius, -radius)}v${brief(-down)}${arc(radius, -radius)}z`;
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.join(" ")}"` : "";
    this.#add(`<path d="${this.path}" fill="none" stroke="${escaped(this.strokeStyle)}" stroke-width="${brief(this.lineWidth)}"${dash}${this.#looks}/>`);
  }

  fill() {
    this.#add(`<path d="${this.path}" fill="${escaped(this.fillStyle)}"${this.#looks}/>`);
  }

  /** What follows is seen inside the present path only, until the pen is restored. */
  clip() {
    this.clipped += 1;
    this.parts.push(`<clipPath id="clip-${this.clipped}"><path d="${this.path}"/></clipPath>`);
    this.clips = ` clip-path="url(#clip-${this.clipped})"`;
  }

  fillRect(x, y, width, height) {
    this.#add(`<rect x="${brief(x)}" y="${brief(y)}" width="${brief(width)}" height="${brief(height)}" fill="${escaped(this.fillStyle)}"${this.#looks}/>`);
  }

  /** A piece of a canvas, as a picture within the picture. */
  drawImage(source, fromX, fromY, fromWidth, fromHeight, x, y, width, height) {
    const piece = document.createElement("canvas");
    [piece.width, piece.height] = [fromWidth, fromHeight];
    piece.getContext("2d").drawImage(source, fromX, fromY, fromWidth, fromHeight, 0, 0, fromWidth, fromHeight);
    const place = `x="${brief(x)}" y="${brief(y)}" width="${brief(width)}" height="${brief(height)}"`;
    this.#add(`<image ${place} preserveAspectRatio="none" href="${piece.toDataURL("image/png")}"${this.#looks}/>`);
  }

  fillText(text, x, y) {
    const [, size, family] = /([\d.]+)px\s+(.*)/.exec(this.font) ?? [null, 12, "sans-serif"];
    const letters = `font-size="${size}" font-family="${escaped(family)}" text-anchor="${ANCHORS[this.textAlign] ?? "start"}"`;
    this.#add(`<text x="${brief(x)}" y="${brief(y)}" ${letters} fill="${escaped(this.fillStyle)}"${this.#looks}>${escaped(text)}</text>`);
  }

  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  get #looks() {
    return `${this.globalAlpha < 1 ? ` opacity="${brief(this.globalAlpha)}"` : ""}${this.clips}`;
  }

  #add(part) {
    this.parts.push(part);
  }
}

function brief(number) {
  return String(Math.round(number * 100) / 100);
}

function escaped(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
