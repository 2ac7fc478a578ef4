/** The network as a diagram: what each neuron computes over the plane, and the weights between them. */

import { diagram, edgeAt, nodeAt } from "./diagram.js";
import { element, setText } from "./dom.js";
import { Panel } from "./panel.js";
import { offerPictures, pictureOfDrawing } from "./pictures.js";
import { paintCodes, palette, symmetric } from "./shades.js";
import { brief } from "./tooltip.js";
import { Touch } from "./touch.js";
import { firstPlace, middleOf, walked } from "./walk.js";
import { fromBase64, rowsOf } from "./wire.js";

const SIDE = 16;
const HELP =
  "Inputs on the left, the answer on the right. Each square shows one neuron's activation over the plane: orange where " +
  "it is positive, blue where it is negative. A line is a weight: orange positive, blue negative, thicker when larger; " +
  "the small mark in a square's corner is its bias. Of maxout, weights and biases are means over the pieces of a unit. " +
  "Point at a neuron to see it large, at a line to read its weight; click on either to change it by hand or to switch it " +
  "off, also while it trains. With the keyboard: the arrow keys walk from neuron to weight to neuron, Enter changes the one " +
  "you are at, Escape leaves.";
const KEYS = "Arrow keys walk its neurons and weights, Enter changes one.";

export class Network {
  /**
   * @param {import("./tooltip.js").Tooltip} tooltip
   * @param {(neuron: () => (import("./boundary.js").Neuron|null)) => void} onNeuron told which neuron is pointed at
   * @param {(path: string, value: number|boolean) => void} onTouch what is changed by hand
   */
  constructor(tooltip, onNeuron, onTouch) {
    this.tooltip = tooltip;
    this.onNeuron = onNeuron;
    this.panel = new Panel("network", "Network", HELP);
    this.canvas = element("canvas", { class: "gp-network", role: "application", tabindex: 0, "aria-label": "Network diagram" });
    this.spoken = element("div", { class: "gp-hidden", role: "status", "aria-live": "polite" });
    this.panel.body.append(this.canvas, this.spoken);
    offerPictures(this.panel, () => "network", () => this.#picture());
    this.atlas = document.createElement("canvas");
    this.pointed = null;
    /** Whether a class link leaves the network to be changed by hand. */
    this.canBeTouched = true;
    this.touch = new Touch(this.panel.body, onTouch, () => this.canvas.focus({ preventScroll: true }));
    this.#followPointer();
    this.#followKeys();
  }

  /** @param {string[]} off paths of the units and edges that are switched off */
  setOff(off) {
    const text = off.join();
    if (text === this.offText) return;
    this.offText = text;
    this.touch.setOff(off);
    this.draw();
  }

  setUp(setup, theme) {
    this.setup = setup;
    this.theme = theme;
    this.frame = null;
    this.pointed = null;
    this.touch.hide();
    this.inputs = setup.network.inputs.map(({ map, range }) => ({ codes: fromBase64(map), range }));
    this.classes = Array.isArray(setup.shades?.classes) ? setup.shades.classes : [];
    this.layout();
  }

  setTheme(theme) {
    this.theme = theme;
    if (!this.setup) return;
    this.#paintAtlas();
    this.draw();
  }

  /** @param {import("./wire.js").Frame} frame one with details */
  show(frame) {
    if (this.frame === frame) return;
    this.frame = frame;
    this.#paintAtlas();
    this.draw();
    this.touch.refresh();
  }

  say(text) {
    this.panel.say(text);
    this.canvas.setAttribute("aria-label", `Network diagram. ${text ?? ""} ${KEYS}`);
  }

  /** Place everything for the canvas's size. */
  layout() {
    const { clientWidth: width, clientHeight: height } = this.panel.body;
    if (!this.setup || !width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    this.plan = diagram(this.setup.network, width, height, this.#roomForNames(width));
    this.#paintAtlas();
    this.draw();
  }

  /** Widths of the longest names beside inputs and outputs, at most a sixth of the diagram each. */
  #roomForNames(width) {
    const pen = this.canvas.getContext("2d");
    this.#letters(pen, 12, "left", this.theme.text);
    const room = (names) => Math.min(width / 6, Math.max(0, ...names.map((name) => pen.measureText(name).width)));
    const outputs = this.#outputsAreNamed() ? this.classes : [];
    return { before: room((this.setup.network.inputs ?? []).map(({ name }) => name)), beside: room(outputs) };
  }

  #outputsAreNamed() {
    return this.classes.length > 2 && this.setup.network.layers.at(-1)?.units === this.classes.length;
  }

  /** All squares side by side on one canvas: coloured once per frame with details, copied at each drawing. */
  #paintAtlas() {
    if (!this.setup) return;
    const colours = palette(this.setup.map_lut[this.theme.dark ? "dark" : "light"]);
    const inputs = this.inputs.length;
    const maps = this.frame ? this.frame.arrays.maps : new Uint8Array(0);
    const ranges = this.frame ? rowsOf(this.frame, "map_range") : [];
    const count = inputs + maps.length / SIDE ** 2;
    if (this.atlas.width !== count * SIDE) [this.atlas.width, this.atlas.height] = [Math.max(1, count * SIDE), SIDE];
    const pen = this.atlas.getContext("2d");
    this.inputs.forEach(({ codes, range }, i) => paintCodes(pen, codes, SIDE, symmetric(colours, range), i * SIDE));
    ranges.forEach((range, i) => {
      paintCodes(pen, maps.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2), SIDE, symmetric(colours, range), (inputs + i) * SIDE);
    });
  }

  draw() {
    if (!this.plan) return;
    const ratio = window.devicePixelRatio || 1;
    const pen = this.canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.#drawAll(pen);
  }

  #picture() {
    const { clientWidth: width, clientHeight: height } = this.panel.body;
    return this.plan ? pictureOfDrawing((pen) => this.#drawAll(pen), width, height, this.theme) : null;
  }

  #drawAll(pen) {
    if (this.frame) for (const bundle of this.plan.bundles) this.#drawBundle(pen, bundle);
    for (const column of this.plan.columns) {
      this.#drawLabels(pen, column);
      column.nodes.forEach((node, index) => this.#drawNode(pen, column, node, index));
    }
  }

  #drawBundle(pen, bundle) {
    const { edges } = this.frame.arrays;
    const sources = bundle.from.nodes.length;
    const emphasised = (source, target) => !this.pointed || this.#touches(bundle, source, target);
    bundle.to.nodes.forEach((to, target) => {
      bundle.from.nodes.forEach((from, source) => {
        const weight = edges[bundle.first + target * sources + source];
        if (this.touch.off.has(edgePath("edge", bundle, source, target))) this.#drawOffEdge(pen, from, to);
        else this.#drawEdge(pen, from, to, weight, emphasised(source, target));
      });
    });
  }

  #touches(bundle, source, target) {
    const { edge, column, index } = this.pointed;
    if (edge) return edge.bundle === bundle && edge.source === source && edge.target === target;
    return (bundle.from === column && source === index) || (bundle.to === column && target === index);
  }

  #trace(pen, from, to) {
    const half = this.plan.size / 2;
    const middle = (from.x + to.x) / 2;
    pen.beginPath();
    pen.moveTo(from.x + half, from.y);
    pen.bezierCurveTo(middle, from.y, middle, to.y, to.x - half, to.y);
  }

  #drawOffEdge(pen, from, to) {
    this.#trace(pen, from, to);
    pen.setLineDash([3, 4]);
    pen.lineWidth = 1;
    pen.strokeStyle = this.theme.muted;
    pen.stroke();
    pen.setLineDash([]);
  }

  #drawEdge(pen, from, to, weight, emphasised) {
    if (!Number.isFinite(weight) || weight === 0) return;
    const size = Math.abs(weight);
    this.#trace(pen, from, to);
    // Grows with the weight and levels off, so that widths do not depend on the other weights and never jump.
    pen.lineWidth = 0.4 + (this.plan.size / 5.5) * (size / (size + 1.6));
    pen.globalAlpha = (emphasised ? 1 : 0.12) * Math.min(0.9, 0.18 + 0.7 * (size / (size + 0.6)));
    pen.strokeStyle = weight >= 0 ? this.theme.positive : this.theme.negative;
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #drawNode(pen, column, node, index) {
    const { size } = this.plan;
    const [left, top] = [node.x - size / 2, node.y - size / 2];
    const place = column.kind === "input" ? index : this.inputs.length + column.unit + index;
    const drawn = column.kind === "input" || this.frame;
    pen.save();
    pen.beginPath();
    pen.roundRect(left, top, size, size, Math.min(6, size / 5));
    pen.fillStyle = this.theme.secondary;
    pen.fill();
    pen.clip();
    if (drawn) pen.drawImage(this.atlas, place * SIDE, 0, SIDE, SIDE, left, top, size, size);
    if (this.frame && column.kind === "layer" && size >= 16) this.#drawBias(pen, column.unit + index, left, top + size);
    if (this.touch.off.has(`unit.${column.layer + 1}.${index + 1}`)) this.#drawCross(pen, left, top, size);
    pen.restore();
    const here = this.pointed?.column === column && this.pointed.index === index;
    pen.beginPath();
    pen.roundRect(left, top, size, size, Math.min(6, size / 5));
    pen.lineWidth = here ? 2.5 : 1.25;
    pen.strokeStyle = here ? this.theme.text : this.theme.muted;
    pen.stroke();
    if (column.kind === "input") this.#drawInputName(pen, left, node.y, index);
    if (column === this.plan.columns.at(-1)) this.#drawOutputName(pen, left + size, node.y, index);
  }

  #drawCross(pen, left, top, size) {
    pen.beginPath();
    pen.moveTo(left, top);
    pen.lineTo(left + size, top + size);
    pen.moveTo(left + size, top);
    pen.lineTo(left, top + size);
    pen.lineWidth = 2;
    pen.strokeStyle = this.theme.text;
    pen.stroke();
  }

  #drawBias(pen, unit, left, bottom) {
    const bias = this.frame.arrays.biases[unit];
    const side = Math.max(5, this.plan.size * 0.18);
    pen.fillStyle = this.theme.background;
    pen.fillRect(left, bottom - side - 2, side + 2, side + 2);
    pen.fillStyle = bias >= 0 ? this.theme.positive : this.theme.negative;
    pen.globalAlpha = Math.min(1, 0.25 + Math.abs(bias));
    pen.fillRect(left + 1, bottom - side - 1, side, side);
    pen.globalAlpha = 1;
  }

  #drawInputName(pen, right, y, index) {
    this.#letters(pen, 12, "right", this.theme.text);
    pen.fillText(fitted(pen, this.setup.network.inputs[index].name, right - 8), right - 6, y + 4);
  }

  #drawOutputName(pen, left, y, index) {
    if (!this.#outputsAreNamed()) return;
    this.#letters(pen, 11, "left", this.theme.text);
    pen.fillText(fitted(pen, this.classes[index], this.panel.body.clientWidth - left - 8), left + 6, y + 4);
  }

  #drawLabels(pen, column) {
    this.#letters(pen, this.plan.pitch < 46 ? 9 : 11, "center", this.theme.muted);
    const width = Math.max(this.plan.pitch - 8, 30);
    if (column.kind === "gap") {
      const { middle } = this.plan;
      pen.fillText("···", column.x, middle - 4);
      wrapped(pen, column.label, Math.max(width, 44)).forEach((line, i) => pen.fillText(line, column.x, middle + 12 + i * 13));
      return;
    }
    const lines = wrapped(pen, column.label, Math.min(width, 110)).slice(0, 3);
    lines.forEach((line, i) => pen.fillText(fitted(pen, line, Math.max(this.plan.pitch, 30)), column.x, 12 + i * 12));
    const last = column.nodes.at(-1);
    if (column.more > 0 && last) pen.fillText(`+${column.more.toLocaleString("en")}${width > 60 ? " more" : ""}`, column.x, last.y + this.plan.size / 2 + 14);
  }

  #letters(pen, size, align, colour) {
    pen.font = `${size}px ${this.theme.font}`;
    pen.textAlign = align;
    pen.fillStyle = colour;
  }

  #followPointer() {
    const point = (event) => this.#point(event);
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointerleave", () => this.#leave());
    this.canvas.addEventListener("click", (event) => this.#open(event));
  }

  /** Change what was clicked by hand; a click beside everything closes the editor. */
  #open(event) {
    if (!this.plan || !this.frame || !this.canBeTouched) return;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const node = nodeAt(this.plan, x, y);
    const edge = node ? null : edgeAt(this.plan, x, y);
    this.#change(node ?? (edge && { edge }), x, y);
  }

  /** @param {import("./walk.js").Place|null} place */
  #change(place, x, y) {
    const target = place?.edge ? this.#edgeTarget(place.edge) : place && this.#unitTarget(place);
    if (!target) return this.touch.hide();
    this.tooltip.hide();
    this.touch.open(target, x, y);
  }

  #followKeys() {
    this.canvas.addEventListener("keydown", (event) => {
      if (!this.plan || !this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key.startsWith("Arrow")) this.#at(this.pointed ? walked(this.plan, this.pointed, event.key) : firstPlace(this.plan));
      else if (event.key === "Enter" && this.pointed) this.#change(this.pointed, ...Object.values(middleOf(this.pointed)));
      else if (event.key === "Escape") this.#leave();
      else return;
      event.preventDefault();
    });
    this.canvas.addEventListener("blur", () => this.touch.root.hidden && this.#leave());
  }

  /** Point at a place as the pointer would. @param {import("./walk.js").Place|null} place */
  #at(place) {
    if (!place) return;
    const box = this.canvas.getBoundingClientRect();
    const { x, y } = middleOf(place);
    this.#pointAt(place, box.left + x, box.top + y);
    setText(this.spoken, this.#linesOf(place).join(", "));
  }

  #unitTarget({ column, index }) {
    if (column.kind !== "layer") return null;
    const place = `${column.layer + 1}.${index + 1}`;
    const isOutput = column.layer === this.setup.network.layers.length - 1;
    const paths = { value: this.setup.network.biases ? `bias.${place}` : null, part: isOutput ? null : `unit.${place}` };
    const name = this.#nodeName({ column, index });
    return { title: paths.value ? `Bias of ${name}` : name, kind: "bias", value: () => this.frame.arrays.biases[column.unit + index], paths };
  }

  #edgeTarget({ bundle, source, target }) {
    const paths = { value: edgePath("weight", bundle, source, target), part: edgePath("edge", bundle, source, target) };
    const value = () => this.frame.arrays.edges[bundle.first + target * bundle.from.nodes.length + source];
    const ends = [this.#nodeName({ column: bundle.from, index: source }), this.#nodeName({ column: bundle.to, index: target })];
    return { title: `Weight ${ends.join(" → ")}`, kind: "weight", value, paths };
  }

  #leave() {
    this.tooltip.hide();
    if (!this.pointed) return;
    this.pointed = null;
    this.onNeuron(() => null);
    this.draw();
  }

  #point(event) {
    if (!this.plan || !this.frame) return;
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const node = nodeAt(this.plan, x, y);
    const edge = node ? null : edgeAt(this.plan, x, y);
    this.#pointAt(node ?? (edge ? { edge, column: null, index: -1, along: "source" } : null), event.clientX, event.clientY);
  }

  /** @param {import("./walk.js").Place|null} place */
  #pointAt(place, clientX, clientY) {
    const before = this.pointed;
    this.pointed = place;
    if (!place) this.tooltip.hide();
    else this.tooltip.show(clientX, clientY, this.#linesOf(place));
    if (before?.column !== place?.column || before?.index !== place?.index) {
      this.onNeuron(place?.column ? () => this.#neuron(place) : () => null);
    }
    if (before || place) this.draw();
  }

  #linesOf(place) {
    return place.edge ? this.#edgeLines(place.edge) : this.#nodeLines(place);
  }

  /** What a node computes now: asked for again at every frame while it is pointed at. */
  #neuron({ column, index }) {
    const label = this.#nodeName({ column, index });
    if (column.kind === "input") return { ...this.inputs[index], label };
    const unit = column.unit + index;
    const codes = this.frame?.arrays.maps.subarray(unit * SIDE ** 2, (unit + 1) * SIDE ** 2);
    return codes?.length ? { codes, range: rowsOf(this.frame, "map_range")[unit], label } : null;
  }

  #nodeName({ column, index }) {
    if (column.kind === "input") return `Input ${this.setup.network.inputs[index].name}`;
    const last = column.layer === this.setup.network.layers.length - 1;
    return last ? `Output ${this.classes.length > 2 ? (this.classes[index] ?? index + 1) : index + 1}` : `Hidden ${column.layer + 1}, neuron ${index + 1}`;
  }

  #nodeLines(node) {
    const name = this.#nodeName(node);
    if (node.column.kind === "input") return [name, `${this.inputs[node.index].range.map(brief).join(" to ")} over the plane`];
    const unit = node.column.unit + node.index;
    const [low, high] = rowsOf(this.frame, "map_range")[unit];
    return [name, `activation ${brief(low)} to ${brief(high)}`, `bias ${brief(this.frame.arrays.biases[unit])}`];
  }

  #edgeLines({ bundle, source, target }) {
    const weight = this.frame.arrays.edges[bundle.first + target * bundle.from.nodes.length + source];
    const ends = [this.#nodeName({ column: bundle.from, index: source }), this.#nodeName({ column: bundle.to, index: target })];
    return [`weight ${brief(weight)}`, `${ends[0]} → ${ends[1]}`];
  }
}

/** The engine's name of a drawn edge, counted from 1. */
function edgePath(kind, bundle, source, target) {
  return `${kind}.${bundle.to.layer + 1}.${target + 1}.${source + 1}`;
}

/** `text` shortened until it fits `width`. */
function fitted(pen, text, width) {
  if (pen.measureText(text).width <= width) return text;
  let kept = text;
  while (kept.length > 1 && pen.measureText(`${kept}…`).width > width) kept = kept.slice(0, -1);
  return `${kept}…`;
}

/** `text` in lines no wider than `width`, broken between words. */
function wrapped(pen, text, width) {
  const lines = [];
  for (const word of text.split(" ")) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
