/** One floating note of plain lines, shared by the canvases. */

import { element } from "./dom.js";

export class Tooltip {
  /** @param {HTMLElement} root positioned ancestor */
  constructor(root) {
    this.root = root;
    this.box = element("div", { class: "gp-tooltip", "aria-hidden": "true", hidden: true });
    root.append(this.box);
  }

  /**
   * Show `lines` beside a point of the window, kept inside the player.
   * @param {number} clientX @param {number} clientY @param {string[]} lines
   */
  show(clientX, clientY, lines) {
    this.box.replaceChildren(...lines.map((line) => element("div", { text: line })));
    this.box.hidden = false;
    const frame = this.root.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const right = clientX - frame.left + 14;
    const x = right + width > frame.width ? clientX - frame.left - width - 14 : right;
    const y = Math.min(Math.max(0, clientY - frame.top - height - 8), frame.height - height);
    this.box.style.transform = `translate(${Math.max(0, Math.round(x))}px, ${Math.round(y)}px)`;
  }

  hide() {
    this.box.hidden = true;
  }
}

/** Three digits, without the noise of a float. */
export function brief(value) {
  if (!Number.isFinite(value)) return "not finite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(1).replace("-", "−").replace("e+", "e");
  return String(Number(value.toPrecision(3))).replace("-", "−");
}
