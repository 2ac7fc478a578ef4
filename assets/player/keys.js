/** The keyboard on a page that asks: a digit chooses, Enter hands in. Fields that one types into keep their keys. */

import { mounting } from "./mounting.js";

const CHOICES = ".st-key-quiz-choices";
const GO = ".st-key-quiz-go button";
const FIELD = "[class*='st-key-quiz-desk-'] [data-testid=stForm] :is(input, textarea)";

class Keys {
  constructor() {
    this.heard = (event) => this.#press(event);
    document.addEventListener("keydown", this.heard, true); // before a radio button keeps Enter to itself
  }

  take() {}

  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    const at = document.activeElement;
    if (at?.matches("textarea, [contenteditable=true], select") || (at?.matches("input") && !at.matches("[type=radio], [type=checkbox]"))) return;
    if (document.querySelector("[role=dialog], [role=listbox]")) return;
    if (/^[1-9]$/.test(event.key)) this.#choose(Number(event.key) - 1, event);
    else if (event.key === "Enter" && !at?.matches("button, a, summary")) this.#go(event);
  }

  #choose(place, event) {
    // A button with a tooltip stands there twice, once hidden.
    const choices = [...document.querySelectorAll(`${CHOICES} :is(input[type=radio], input[type=checkbox], button)`)].filter((found) => found.checkVisibility());
    if (choices.length === 0) return this.#type();
    const chosen = choices[place];
    if (!chosen || chosen.disabled) return;
    event.preventDefault();
    chosen.click();
    // A button that goes leaves the keyboard to the page; a choice that stays keeps it.
    if (chosen.matches("input")) chosen.focus();
    else chosen.blur();
  }

  /** Where nothing is chosen, a number is typed: its field takes this digit, too. */
  #type() {
    document.querySelector(FIELD)?.focus();
  }

  #go(event) {
    const button = [...document.querySelectorAll(GO)].find((found) => found.checkVisibility() && !found.disabled);
    if (!button) return;
    event.preventDefault();
    button.click();
    button.blur();
  }

  destroy() {
    document.removeEventListener("keydown", this.heard, true);
  }
}

export const { render } = mounting(".gp-keys", () => new Keys());
