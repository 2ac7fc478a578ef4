/** The run kept as A: its film, its boundary, and what tells it from B, the run on screen. */

import { Boundary } from "./boundary.js";
import { element, setText } from "./dom.js";
import { Feed } from "./feed.js";
import { Film } from "./film.js";
import { decodeFrame, decodeMessage } from "./wire.js";

const LOST = "revive";
const AT_ITS_END = "B is the same so far, and at its end: plan more epochs to let it go on, or branch from an earlier frame.";

export class Beside {
  /**
   * @param {import("./tooltip.js").Tooltip} tooltip
   * @param {(name: string) => void} onCommand
   * @param {() => void} onNews there are other frames of A, or none any more
   */
  constructor(tooltip, onCommand, onNews) {
    this.onCommand = onCommand;
    this.onNews = onNews;
    this.boundary = new Boundary(tooltip);
    this.boundary.setSide("A");
    this.boundary.panel.root.classList.add("gp-panel-beside");
    this.bar = this.#makeBar();
    this.feed = new Feed(() => this.known, (message) => this.#receive(message), () => onCommand(LOST));
    this.#forget();
  }

  #makeBar() {
    this.differs = element("span", { class: "gp-differs" });
    this.numbers = element("p", { class: "gp-numbers" });
    const button = (text, title, name) => {
      const made = element("button", { type: "button", class: "gp-toggle", text, title });
      made.addEventListener("click", () => this.onCommand(name));
      return made;
    };
    const swap = button("Swap A and B", "B becomes the one that is kept", "swap");
    const drop = button("Let go of A", "Go on with B alone", "drop");
    const head = element("div", { class: "gp-beside-head" }, element("span", { class: "gp-strong", text: "A is kept (faint in the curves), B goes on." }), this.differs, swap, drop);
    return element("div", { class: "gp-beside", role: "region", "aria-label": "Two runs side by side", hidden: true }, head, this.numbers);
  }

  #forget() {
    this.film = new Film();
    this.run = "";
    this.version = 0;
    this.tag = "";
    this.state = {};
    this.done = 0;
    this.edition = 0;
    this.setup = null;
    this.shown = null;
  }

  /** Whether A is to be seen: kept, and with a frame to show. */
  get isThere() {
    return Boolean(this.wanted && this.setup && this.film.length);
  }

  /**
   * @param {{run: string, differs: string[]}|null} said of B's state @param {string} token of the visit
   * @param {boolean} finished whether B has done all its epochs
   */
  follow(said, token, finished) {
    this.wanted = said;
    this.bar.hidden = !said;
    if (!said) {
      this.feed.stop();
      if (!this.run) return;
      this.#forget();
      this.onNews();
      return;
    }
    const same = finished ? AT_ITS_END : "B is the same so far: change a setting, a weight or a point.";
    const text = said.differs.length ? `B differs in: ${said.differs.join("; ")}.` : same;
    setText(this.differs, text);
    this.differs.title = text;
    this.feed.follow(token);
  }

  get known() {
    const { run, version, done, tag, state, edition } = this;
    return { run, set_up: edition, version, done, status: state.status ?? "", tag, side: "beside" };
  }

  #receive(message) {
    const { header, records } = decodeMessage(message);
    if (header.run !== this.run) this.#forget();
    if (header.reset) this.film.clear();
    ({ run: this.run, version: this.version, done: this.done, tag: this.tag, state: this.state } = header);
    if (header.setup) this.#setUp(header.setup);
    if (!this.setup) return;
    for (const record of records) this.film.append(decodeFrame(record, this.setup.layout));
    this.onNews();
  }

  #setUp(setup) {
    this.setup = setup;
    this.edition = setup.edition;
    this.film.maxFrames = setup.max_frames ?? this.film.maxFrames;
    this.specs = new Map(setup.figures.map((spec) => [spec.id, spec]));
    this.shown = null;
    if (this.theme) this.#setUpBoundary();
  }

  #setUpBoundary() {
    const spec = this.setup.figures.find(({ slot }) => slot === "boundary");
    if (spec) this.boundary.setUp(this.setup, spec, this.theme);
  }

  setTheme(theme) {
    const first = !this.theme;
    this.theme = theme;
    if (!this.setup) return;
    first ? this.#setUpBoundary() : this.boundary.setTheme(theme);
  }

  /** Show A as it was at B's frame, or at its last one before it. @param {import("./wire.js").Frame} frame of B */
  show(frame, still) {
    if (!this.isThere) return;
    const mine = this.film.frames[this.film.indexAt(frame.step)];
    const say = (name, { step, sentences }) => `${name} at step ${step.toLocaleString("en")}: ${sentences.loss ?? ""}`;
    setText(this.numbers, `${say("A", mine)} ${say("B", frame)}`);
    if (mine === this.shown && this.boundary.chart.mounted) return;
    this.shown = mine;
    this.boundary.show(mine, still);
    if (!this.boundary.chart.mounted) this.boundary.redraw(this.view);
    this.boundary.say(mine.sentences.boundary);
    if (this.boundary.chart.followsFrame) this.boundary.redraw(this.view);
  }

  /** What A's charts are drawn from; null where there is nothing of A. */
  get view() {
    return this.isThere && this.shown ? { film: this.film, frame: this.shown, detailed: this.film.detailedAt(this.shown.step) } : null;
  }

  /** A's chart of that id, where its axes mean the same as `spec`'s. */
  specLike(spec) {
    const mine = this.specs?.get(spec.id);
    const axes = ({ figure }) => JSON.stringify([figure.layout.xaxis?.title, figure.layout.yaxis?.title]);
    return mine && axes(mine) === axes(spec) ? mine : null;
  }

  resize() {
    if (!this.isThere) return;
    this.boundary.chart.mounted ? this.boundary.chart.resize() : this.boundary.redraw(this.view);
    this.boundary.paint();
  }

  destroy() {
    this.feed.stop();
    this.boundary.chart.destroy();
  }
}
