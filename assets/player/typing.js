/** A field that says what stands in it while somebody types. */

import { element } from "./dom.js";
import { mounting } from "./mounting.js";

/** So long nothing must have been typed before the server is told; milliseconds. */
const PAUSE = 150;

class Typing {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.label = element("label", { class: "gp-typing-label" });
    this.field = element("textarea", { rows: "2", spellcheck: "false", on: { input: () => this.#later(), change: () => this.#tell() } });
    this.label.append(this.caption = element("span"), this.field);
    root.append(this.label);
  }

  take(component) {
    this.component = component;
    const { text = "", label = "", most = 400 } = component.data ?? {};
    this.caption.textContent = label;
    this.field.maxLength = most;
    // What is being typed is newer than what the server has heard of.
    if (this.told === undefined || (text !== this.told && document.activeElement !== this.field)) this.field.value = text;
    this.told ??= text;
  }

  #later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#tell(), PAUSE);
  }

  #tell() {
    clearTimeout(this.waiting);
    if (this.field.value === this.told) return;
    this.told = this.field.value;
    this.component.setTriggerValue("typed", this.told);
  }

  destroy() {
    clearTimeout(this.waiting);
    this.label.remove();
  }
}

export const { render } = mounting(".gp-typing", (root) => new Typing(root));
