/** The box around every view: title, help, toggles, the view itself, and a sentence saying what it shows. */

import { element, setText } from "./dom.js";

export const ZOOM_HINT = "Drag to zoom in, double-click to zoom out.";
let made = 0;

export class Panel {
  /** @param {string} name class suffix @param {string} title @param {string} help */
  constructor(name, title, help = "") {
    made += 1;
    this.title = element("h3", { class: "gp-title", text: title });
    this.tools = element("div", { class: "gp-tools" });
    this.legend = element("div", { class: "gp-legend" });
    this.body = element("div", { class: "gp-body" });
    this.sentence = element("p", { class: "gp-sentence" });
    this.popover = element("div", { class: "gp-popover", id: `gp-help-${made}`, hidden: true });
    this.helpButton = this.#makeHelp();
    this.head = element("div", { class: "gp-head" }, this.title, this.helpButton, this.tools);
    this.root = element("section", { class: `gp-panel gp-panel-${name}` }, this.head, this.legend, this.body, this.sentence, this.popover);
    this.describe(title, help);
  }

  /** Another title and help on the same panel; `hint` says what the pointer can do there. */
  describe(title, help, hint = "") {
    setText(this.title, title);
    this.title.title = title;
    this.popover.replaceChildren(...[help, hint].filter(Boolean).map((text) => element("p", { text })));
    this.root.setAttribute("aria-label", title);
    this.helpButton.setAttribute("aria-label", `What is shown: ${title}`);
    this.helpButton.hidden = !help;
  }

  say(text) {
    setText(this.sentence, text ?? "");
    this.sentence.title = text ?? "";
  }

  /** A pressed or unpressed button in the panel's head. */
  addToggle(label, title, pressed, onChange) {
    const button = element("button", { type: "button", class: "gp-toggle", text: label, title, "aria-pressed": String(pressed) });
    button.addEventListener("click", () => {
      const now = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(now));
      onChange(now);
    });
    this.tools.append(button);
    return button;
  }

  #makeHelp() {
    const button = element("button", { type: "button", class: "gp-help", text: "?", "aria-expanded": "false", "aria-controls": this.popover.id });
    const open = (shown) => {
      this.popover.hidden = !shown;
      button.setAttribute("aria-expanded", String(shown));
    };
    button.addEventListener("click", () => open(this.popover.hidden));
    button.addEventListener("blur", () => open(false));
    button.addEventListener("keydown", (event) => event.key === "Escape" && open(false));
    return button;
  }
}
