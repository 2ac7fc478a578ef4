/** A bar that goes through the places of something, one after the other: back, play, on, or anywhere at once. */

import { element, icon, setText } from "./dom.js";

/** Milliseconds: from one place to the next at most so long, and less where the whole way would take longer than all. */
const PACE = { most: 420, all: 24_000, least: 16 };

export class Stepper {
  /**
   * @param {string} what goes through them, in words
   * @param {(place: number) => void} onGo shows a place, from 0
   * @param {(isPlaying: boolean) => void} onTurn told when playing begins or ends
   */
  constructor(what, onGo, onTurn) {
    this.onGo = onGo;
    this.onTurn = onTurn;
    this.place = 0;
    this.places = 1;
    const button = (shape, title, onClick) => element("button", { type: "button", class: "gp-slide-button", title, "aria-label": title, on: { click: onClick } }, shape);
    this.play = button(icon("play"), "Play", () => (this.isPlaying ? this.pause() : this.#begin()));
    this.slider = element("input", { type: "range", min: 0, value: 0, class: "gp-slide-range", "aria-label": `Place of ${what}` });
    this.slider.addEventListener("input", () => (this.pause(), this.onGo(Number(this.slider.value))));
    this.where = element("output", { class: "gp-slide-where" });
    const parts = [button("‹", "Previous place", () => this.#stepBy(-1)), this.play, button("›", "Next place", () => this.#stepBy(1)), this.slider, this.where];
    this.root = element("div", { class: "gp-slide-bar", role: "toolbar", "aria-label": what }, ...parts);
  }

  /** Where it stands now; `text` is the place in words. @param {number} place @param {number} places @param {string} text */
  show(place, places, text) {
    [this.place, this.places] = [place, places];
    this.slider.max = String(places - 1);
    this.slider.value = String(place);
    this.slider.setAttribute("aria-valuetext", text);
    setText(this.where, `place ${place + 1} of ${places}`);
  }

  #begin() {
    const skips = Math.max(1, Math.ceil((this.places * PACE.least) / PACE.all));
    const pace = Math.min(PACE.most, (PACE.all / this.places) * skips);
    this.#turn(true);
    this.onGo(this.place >= this.places - 1 ? 0 : this.place);
    const tick = () => {
      this.onGo(Math.min(this.places - 1, this.place + skips));
      if (this.place >= this.places - 1) this.pause();
      else this.timer = setTimeout(tick, pace);
    };
    this.timer = setTimeout(tick, pace);
  }

  pause() {
    if (!this.isPlaying) return;
    clearTimeout(this.timer);
    this.#turn(false);
  }

  #turn(isPlaying) {
    this.isPlaying = isPlaying;
    this.play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    for (const name of ["title", "aria-label"]) this.play.setAttribute(name, isPlaying ? "Pause" : "Play");
    this.onTurn(isPlaying);
  }

  #stepBy(steps) {
    this.pause();
    this.onGo((this.place + steps + this.places) % this.places);
  }

  destroy() {
    clearTimeout(this.timer);
  }
}
