/** The film's frames as a slider: scrub back, and everything follows. */

import { count } from "./controls.js";
import { element, icon, setText } from "./dom.js";

const BRANCH = "Keep this run as A and go on from this frame as B: same weights, same batches, and what you change";

export class Timeline {
  /**
   * @param {{onScrub: (index: number) => void, onLive: () => void, onReplay: () => void, onBranch: () => void}} actions
   */
  constructor({ onScrub, onLive, onReplay, onBranch }) {
    this.slider = element("input", { type: "range", min: 0, max: 0, value: 0, step: 1, class: "gp-scrub", "aria-label": "Frame of the film" });
    this.slider.addEventListener("input", () => onScrub(Number(this.slider.value)));
    this.marks = element("div", { class: "gp-marks" });
    this.where = element("output", { class: "gp-where" });
    this.replay = element("button", { type: "button", class: "gp-button gp-button-replay", title: "Replay the film from its beginning", "aria-label": "Replay the film" });
    this.replay.append(icon("replay"));
    this.replay.addEventListener("click", onReplay);
    this.live = element("button", { type: "button", class: "gp-button gp-live", text: "Back to live", title: "Follow the newest frame (End)" });
    this.live.addEventListener("click", onLive);
    this.branch = element("button", { type: "button", class: "gp-button gp-branch", title: BRANCH, "aria-label": "Branch from this frame" });
    this.branch.append(icon("branch"), element("span", { class: "gp-label", text: "Branch" }));
    this.branch.addEventListener("click", onBranch);
    const track = element("div", { class: "gp-track" }, this.slider, this.marks);
    this.root = element("div", { class: "gp-timeline" }, this.replay, track, this.where, this.live, this.branch);
    this.known = "";
  }

  /**
   * @param {import("./film.js").Film} film @param {import("./wire.js").Frame|null} frame the shown one
   * @param {{step: number, label: string}[]} marks @param {boolean} following whether the newest frame is followed
   * @param {boolean} moving whether new frames are coming
   */
  show(film, frame, marks, following, moving) {
    const last = Math.max(0, film.length - 1);
    if (this.slider.max !== String(last)) this.slider.max = String(last);
    const index = !frame || following ? last : film.indexAt(frame.step);
    if (Number(this.slider.value) !== index) this.slider.value = String(index);
    this.slider.disabled = film.length < 2;
    this.replay.disabled = film.length < 2;
    this.branch.disabled = !frame;
    this.slider.style.setProperty("--gp-share", last ? index / last : 1);
    const text = frame ? `step ${count(frame.step)} · epoch ${frame.epoch.toFixed(1)}` : "no frames yet";
    setText(this.where, following && frame ? `newest of ${film.length} frame${film.length > 1 ? "s" : ""}` : text);
    this.slider.setAttribute("aria-valuetext", text);
    setText(this.live, following ? (moving ? "Live" : "Newest") : "Back to live");
    this.live.disabled = following;
    this.live.classList.toggle("gp-live-on", following && moving);
    this.#drawMarks(film, marks);
  }

  #drawMarks(film, marks) {
    const key = JSON.stringify([marks, film.frames[0]?.step, film.last?.step, film.length]);
    if (key === this.known || (!marks.length && !this.marks.children.length)) return;
    this.known = key;
    this.marks.replaceChildren(...marks.map((mark) => this.#mark(film, mark)));
  }

  #mark(film, { step, label }) {
    const mark = element("span", { class: "gp-mark", title: `step ${count(step)}: ${label}` });
    mark.style.left = `${film.shareAt(step) * 100}%`;
    return mark;
  }
}
