/** The control bar: what can be asked of the run, and where it stands. */

import { element, icon, setText } from "./dom.js";

const ANNOUNCE_EVERY = 1000;
const STEP = "Train on one batch (.)";
const EPOCH = "Train for one pass over the data";
/** States from which nothing goes on. */
const ENDED = new Set(["finished", "stopped", "diverged", "refused", "failed"]);
const WORDS = { playing: "Training", paused: "Paused", finished: "Finished", diverged: "Diverged", stopped: "Stopped", refused: "Not begun", failed: "Failed", waiting: "Waiting" };

export class Controls {
  /**
   * @param {(name: string, value?: unknown) => void} onCommand
   * @param {() => string} linkHere the address of what is shown
   */
  constructor(onCommand, linkHere) {
    this.onCommand = onCommand;
    this.linkHere = linkHere;
    this.announcedAt = -Infinity;
    this.reset = this.#button("reset", "Reset", "Back to the first weights", () => onCommand("reset"));
    this.play = this.#button("play", "Play", "Train (space)", () => onCommand(this.playing ? "pause" : "play"));
    this.play.classList.add("gp-primary");
    this.speed = element("select", { class: "gp-speed", "aria-label": "Speed", title: "How fast training is shown" });
    this.speed.addEventListener("change", () => onCommand("speed", Number(this.speed.value)));
    this.newSeed = this.#button("seed", "New seed", "Start again with other random numbers", () => onCommand("new_seed"));
    this.share = this.#makeShare();
    this.status = element("div", { class: "gp-status", "aria-hidden": "true" });
    this.spoken = element("div", { class: "gp-hidden", role: "status", "aria-live": "polite" });
    this.one = this.#button("step", "Step", STEP, () => onCommand("step"));
    this.pass = this.#button("epoch", "Epoch", EPOCH, () => onCommand("epoch"));
    this.root = element(
      "div",
      { class: "gp-controls", role: "toolbar", "aria-label": "Training controls" },
      this.reset,
      this.play,
      this.one,
      this.pass,
      this.newSeed,
      this.speed,
      this.share,
      this.status,
      this.spoken,
    );
  }

  #button(name, label, title, onClick) {
    const button = element("button", { type: "button", class: `gp-button gp-button-${name}`, title, "aria-label": label });
    button.append(icon(name), element("span", { class: "gp-label", text: label }));
    button.addEventListener("click", onClick);
    return button;
  }

  #makeShare() {
    const button = this.#button("share", "Share", "Copy a link to exactly this", () => this.#copy());
    this.field = element("input", { class: "gp-link", readonly: true, hidden: true, "aria-label": "Link to what is shown" });
    this.field.addEventListener("blur", () => (this.field.hidden = true));
    this.copied = element("span", { class: "gp-copied", role: "status" });
    return element("div", { class: "gp-share" }, button, this.copied, this.field);
  }

  async #copy() {
    const link = this.linkHere();
    try {
      await navigator.clipboard.writeText(link);
      this.#note("Link copied");
    } catch {
      // Without https there is no clipboard: show the link, selected, so that one key copies it.
      this.field.value = link;
      this.field.hidden = false;
      this.field.focus();
      this.field.select();
      this.#note("Press Ctrl+C to copy");
    }
  }

  #note(text) {
    setText(this.copied, text);
    clearTimeout(this.noteTimer);
    this.noteTimer = setTimeout(() => setText(this.copied, ""), 2500);
  }

  /** @param {Record<string, any>} state @param {string} status what it is, or will be once the server has heard */
  setState(state, status) {
    this.playing = status === "playing" || status === "waiting";
    const label = this.playing ? "Pause" : "Play";
    if (this.play.getAttribute("aria-label") !== label) {
      this.play.setAttribute("aria-label", label);
      this.play.title = this.playing ? "Pause (space)" : "Train (space)";
      this.play.replaceChildren(icon(this.playing ? "pause" : "play"), element("span", { class: "gp-label", text: label }));
    }
    this.#setSpeeds(state.speeds ?? [], state.speed ?? 0);
    this.#setOff(state.off ?? {});
    this.ended = ENDED.has(status);
    for (const [button, title] of [[this.one, STEP], [this.pass, EPOCH]]) {
      button.disabled = this.ended;
      button.title = this.ended ? "The run is over: Play trains it again from its first weights" : title;
    }
  }

  /** What a class link has locked ("locked": shown, but off) or put away ("hidden"). */
  #setOff(off) {
    const parts = { reset: this.reset, new_seed: this.newSeed, speed: this.speed, share: this.share };
    for (const [name, part] of Object.entries(parts)) {
      part.classList.toggle("gp-away", off[name] === "hidden");
      for (const control of [part, ...part.querySelectorAll("button")]) control.disabled = name in off;
    }
  }

  #setSpeeds(names, chosen) {
    const known = [...this.speed.options].map((option) => option.textContent);
    if (known.join() !== names.join()) {
      this.speed.replaceChildren(...names.map((name, i) => element("option", { value: i, text: name })));
    }
    this.speed.hidden = !names.length;
    if (document.activeElement !== this.speed || this.speed.selectedIndex < 0) this.speed.selectedIndex = chosen;
  }

  /** Where the run stands, at its newest frame; spoken at most once a second, and not at every frame. */
  showStatus(status, frame, state, now) {
    const parts = [WORDS[status] ?? status, `step ${count(frame?.step ?? state.step ?? 0)}${state.last_step ? ` of ${count(state.last_step)}` : ""}`];
    parts.push(`epoch ${(frame?.epoch ?? state.epoch ?? 0).toFixed(1)}`);
    if (state.ms_per_step) parts.push(`${Number(Number(state.ms_per_step).toPrecision(2))} ms per step`);
    const text = parts.join(" · ");
    this.#setParts(parts);
    if (now - this.announcedAt < ANNOUNCE_EVERY) return;
    this.announcedAt = now;
    setText(this.spoken, text);
  }

  #setParts(parts) {
    while (this.status.children.length < parts.length) this.status.append(element("span"));
    [...this.status.children].forEach((part, i) => setText(part, parts[i] ?? ""));
  }

  destroy() {
    clearTimeout(this.noteTimer);
  }
}

/** Thousands with commas. */
export function count(number) {
  return Math.round(number).toLocaleString("en");
}
