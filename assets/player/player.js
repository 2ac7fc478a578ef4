/** The player: one component that shows a run of the engine, frame by frame, and asks it to go on. */

import { Beside } from "./beside.js";
import { Boundary } from "./boundary.js";
import { loadPlotly } from "./chart.js";
import { Comeback } from "./comeback.js";
import { Controls, count } from "./controls.js";
import { Courier, pageIsRunning } from "./courier.js";
import { debounced, element, setText } from "./dom.js";
import { Feed } from "./feed.js";
import { Figures } from "./figures.js";
import { Film } from "./film.js";
import { Hand } from "./hand.js";
import { mounting } from "./mounting.js";
import { Network } from "./network.js";
import { Pacer } from "./pace.js";
import { onScreen } from "./pictures.js";
import { readTheme } from "./theme.js";
import { Timeline } from "./timeline.js";
import { Tooltip } from "./tooltip.js";
import { decodeFrame, decodeMessage } from "./wire.js";

const REPLAY_EVERY = 50;
const KEPT_GAPS = 2000;
const ADDRESS_PATIENCE = 500;
const REST_PATIENCE = 700;
const NEVER = () => null;
let mounts = 0;

class Player {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.film = new Film();
    this.pacer = new Pacer();
    this.courier = new Courier((letter) => this.component.setTriggerValue("send", letter));
    this.feed = new Feed(() => this.known, (message) => this.receive(message), () => this.#revive(), (status) => this.#openAnew(status));
    this.comeback = new Comeback(() => this.take(this.component), () => this.#openAnew(404));
    /** @type {import("./wire.js").Frame|null} */
    this.shown = null;
    /** Step of the frame looked at, or null while the newest is followed. */
    this.pinned = null;
    this.state = {};
    this.run = "";
    /** The newest frame the server has sent, by its count. */
    this.version = 0;
    this.tag = "";
    this.done = 0;
    this.setup = null;
    this.setupText = "";
    this.awaited = null;
    this.replayAt = null;
    this.stats = { framesShown: 0, gaps: [], remounts: mounts, bytes: 0, drawing: [], charts: [] };
    mounts += 1;
    attachStyles();
    this.#build();
    this.#listen();
    this.#expose();
    if (this.comeback.notice) this.#warn(this.comeback.notice);
    loadPlotly().then(() => this.#redrawAll(), (error) => this.#warn(error.message));
  }

  #build() {
    this.tooltip = new Tooltip(this.root);
    this.controls = new Controls((name, value) => this.command(name, value), () => this.#link());
    this.timeline = new Timeline({ onScrub: (index) => this.scrub(index), onLive: () => this.goLive(), onReplay: () => this.replay(), onBranch: () => this.branch() });
    this.boundary = new Boundary(this.tooltip);
    this.network = new Network(this.tooltip, (neuron) => this.boundary.preview(neuron), (path, value) => this.command("touch", { path, value }));
    this.hand = new Hand(this.boundary, (change) => this.command("place", change));
    this.figures = new Figures(() => this.wake());
    this.beside = new Beside(this.tooltip, (name) => this.command(name), () => this.#hearOfA());
    this.boundary.onTools = () => this.beside.boundary.useToolsOf(this.boundary);
    this.banner = element("div", { class: "gp-banner", hidden: true });
    this.stage = element("div", { class: "gp-stage" }, this.network.panel.root, this.boundary.panel.root);
    this.root.append(this.controls.root, this.timeline.root, this.banner, this.beside.bar, this.stage, this.figures.root);
    this.theme = this.#applyTheme();
    this.beside.setTheme(this.theme);
    this.#arrange();
  }

  #listen() {
    this.abort = new AbortController();
    const { signal } = this.abort;
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("visibilitychange", () => this.#visibility(), { signal });
    window.addEventListener("pagehide", () => this.comeback.leave(this.feed.token), { signal });
    const resized = debounced(() => this.#resized(), 80);
    this.sizes = new ResizeObserver(resized);
    for (const target of [this.root, this.network.panel.body, this.boundary.panel.body, this.beside.boundary.panel.body]) this.sizes.observe(target);
  }

  // --- messages ---------------------------------------------------------------------------------------------------

  /** Streamlit has something to say: whose player this is, or which theme it has. */
  take(component) {
    this.component = component;
    this.#followTheme();
    this.feed.follow(this.comeback.choose(component.data?.feed, (token) => this.courier.command("resume", token)));
  }

  /** What the server need not send again. */
  get known() {
    const { run, version, done, tag, state } = this;
    return { run, set_up: this.setup !== null && this.setupRun === run ? this.setup.edition : 0, version, done, status: state.status ?? "", tag };
  }

  /** @param {ArrayBuffer} message */
  receive(message) {
    this.stats.bytes += message.byteLength;
    const { header, records } = decodeMessage(message);
    const changed = header.run !== this.run;
    ({ run: this.run, version: this.version, done: this.done, tag: this.tag, state: this.state } = header);
    if (header.reset || changed) this.#forget(changed);
    if (header.setup) this.#setUp(header.setup, !changed && !header.reset);
    this.courier.settle(header.done);
    this.beside.follow(this.state.beside ?? null, this.feed.token, this.state.status === "finished");
    this.network.setOff(this.state.switched_off ?? []);
    const off = this.state.off ?? {};
    this.hand.allow("place" in off ? null : (this.state.hand ?? null));
    this.network.canBeTouched = !("touch" in off);
    this.timeline.branch.hidden = "branch" in off;
    this.#checkAddress();
    if (this.setup && this.setupRun === this.run) this.#takeFrames(records, header.reset || changed);
    this.#report();
    this.#showState();
    this.wake();
  }

  /** What stands below the player speaks of the run: tell the page when it has come to rest at a new frame. */
  #report() {
    const place = `${this.run} ${this.version}`;
    if (this.#isLive(this.state.status)) this.reported ??= "";
    if (this.#isLive(this.state.status) || place === this.reported) return;
    // The first frame is what the page was drawn with; only a guided tour looks at that too.
    const isNews = this.reported !== undefined || this.state.reports;
    this.reported = place;
    clearTimeout(this.restTimer);
    // Not while the page takes in what led to this: two requests at once would run it as a whole, with its old address.
    if (isNews) this.restTimer = setTimeout(() => this.courier.command("rested"), REST_PATIENCE);
  }

  /**
   * A change made in mid-run belongs to the link once the run has taken it in, which may be after the page was drawn.
   * Only the page can write the address bar: it is asked to, where it has not done so by itself in a while.
   */
  #checkAddress() {
    const { link } = this.state;
    if (link === this.addressed) return;
    this.addressed = link;
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => {
      if (!sameQuery(link, location.search)) this.courier.command("address");
    }, ADDRESS_PATIENCE);
  }

  /** The server had to forget the run: a look at the page makes it again. */
  #revive() {
    if (!this.courier.isPending("revive")) this.courier.command("revive");
  }

  /**
   * Another server has come up that knows nothing of this page: its address says what to train again. Or the page's
   * session is over, as after minutes offline: a new one goes on with the same visit.
   */
  #openAnew(status) {
    if (status !== 404) return location.reload();
    const step = this.state.link ? (this.film.last?.step ?? 0) : 0;
    const notice = `The server was started anew: this run was trained again up to step ${count(step)}, with the same numbers.`;
    if (step) this.comeback.openAnew(this.#link(step), notice);
    else this.comeback.openAnew(location.href, null);
  }

  #forget(changed) {
    this.film.clear();
    this.pacer.reset();
    this.lastGap = null;
    if (!changed) return;
    this.pinned = null;
    this.replayAt = null;
  }

  /** `again`: the same run has other points on its plane; its film stays. */
  #setUp(setup, again) {
    const text = JSON.stringify(setup);
    this.setupRun = this.run;
    this.film.maxFrames = setup.max_frames ?? this.film.maxFrames;
    if (text === this.setupText) return;
    this.setupText = text;
    this.setup = setup;
    const before = again ? this.shown : null;
    this.shown = null;
    const boundary = setup.figures.find((spec) => spec.slot === "boundary");
    /** Whether the inputs are a plane, so that there is a boundary and a diagram of units to show. */
    this.onPlane = Boolean(boundary);
    this.stage.hidden = !this.onPlane;
    if (this.onPlane) {
      this.boundary.setUp(setup, boundary, this.theme);
      this.network.setUp(setup, this.theme);
    }
    this.figures.setUp(setup.figures.filter((spec) => spec.slot !== "boundary"));
    this.hand.settle();
    if (before) this.#show(before);
  }

  #takeFrames(records, whole) {
    const before = whole ? -1 : (this.film.last?.step ?? -1);
    const frames = records.map((record) => decodeFrame(record, this.setup.layout));
    for (const frame of frames) this.film.append(frame);
    if (frames.length) this.figures.markDirty(true);
    const fresh = frames.filter((frame) => frame.step > before);
    // A film given as a whole is not played from its beginning: its newest frame is what stands now.
    if (whole || !this.#isLive(this.status)) this.#showNewest();
    else this.pacer.push(fresh, performance.now());
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  /** The status the person should see: a command counts as carried out as soon as it was given. */
  get status() {
    const asked = this.courier.pending.findLast(({ name }) => name === "play" || name === "pause");
    if (asked) return asked.name === "play" ? "playing" : "paused";
    return this.state.status ?? "paused";
  }

  #isLive(status) {
    return status === "playing" || status === "waiting";
  }

  #showNewest() {
    this.pacer.flush();
    const frame = this.pinned === null ? this.film.last : this.film.frames[this.film.indexAt(this.pinned)];
    if (frame) this.#show(frame);
  }

  /** @param {import("./wire.js").Frame} frame */
  #show(frame) {
    const started = performance.now();
    this.shown = frame;
    Object.assign(onScreen, { run: this.run, step: frame.step });
    const detailed = this.film.detailedAt(frame.step);
    const still = !this.#isLive(this.status) || this.pinned !== null;
    const sentences = { ...(still && detailed !== frame ? dated(detailed) : detailed?.sentences), ...frame.sentences };
    if (this.onPlane) this.#showPlane(frame, detailed, sentences);
    this.figures.markDirty(false);
    this.figures.follow(frame, sentences);
    this.#showPlace();
    this.stats.framesShown += 1;
    keep(this.stats.drawing, performance.now() - started);
    this.wake();
  }

  #showPlane(frame, detailed, sentences) {
    this.boundary.show(frame, !this.#isLive(this.status));
    if (detailed) this.network.show(detailed);
    this.network.say(sentences.network);
    this.boundary.say(sentences.boundary);
    if (this.boundary.chart.followsFrame) this.boundaryDirty = true;
    if (this.boundary.neuron()) this.boundary.refresh();
    this.beside.show(frame, !this.#isLive(this.status));
  }

  #showPlace() {
    const following = this.pinned === null && this.replayAt === null;
    this.timeline.show(this.film, this.shown, this.state.marks ?? [], following, this.#isLive(this.status));
    this.controls.showStatus(this.status, following ? this.shown : this.film.last, this.state, performance.now());
  }

  #showState() {
    this.controls.setState(this.state, this.status);
    const { status } = this;
    const text = this.notice ?? (this.state.refused || this.state.message || "");
    this.banner.hidden = !text;
    this.banner.setAttribute("role", status === "diverged" ? "alert" : "status");
    this.banner.dataset.kind = this.notice ? "notice" : status;
    setText(this.banner, text);
    this.#showPlace();
  }

  #warn(text) {
    this.notice = text;
    this.#showState();
  }

  // --- actions ----------------------------------------------------------------------------------------------------

  command(name, value) {
    if (name === "speed") this.state = { ...this.state, speed: value };
    else {
      this.notice = null;
      this.pinned = null;
      this.replayAt = null;
    }
    this.courier.command(name, value);
    if (name !== "speed" && !this.#isLive(this.status)) this.#showNewest();
    this.#showState();
    this.wake();
  }

  /** Look at the frame at `index` of the film. */
  scrub(index) {
    this.replayAt = null;
    const place = Math.max(0, Math.min(this.film.length - 1, index));
    const frame = this.film.frames[place];
    if (!frame) return;
    this.#pin(place);
    this.pacer.flush();
    this.#show(frame);
  }

  /** Stay at a frame; at the newest one that means to follow the run. */
  #pin(index) {
    this.pinned = index === this.film.length - 1 ? null : this.film.frames[index].step;
  }

  goLive() {
    this.replayAt = null;
    this.pinned = null;
    this.#showNewest();
    this.#showPlace();
  }

  /** Play the film from its first frame, without the server. */
  replay() {
    if (this.film.length < 2) return;
    this.scrub(0);
    this.replayAt = performance.now();
    this.wake();
  }

  /** Keep the run as A and go on from the shown frame as B. */
  branch() {
    if (this.shown) this.command("branch", this.shown.step);
  }

  /** There is news of A, or it has gone. */
  #hearOfA() {
    this.#arrange();
    if (this.shown) this.beside.show(this.shown, !this.#isLive(this.status));
    this.figures.markDirty(true);
    this.wake();
  }

  /** Room for one boundary, or for two. */
  #arrange() {
    const { isThere } = this.beside;
    const { root } = this.beside.boundary.panel;
    if (isThere && !root.isConnected) this.boundary.panel.root.before(root);
    if (!isThere) root.remove();
    if (this.root.dataset.beside === String(isThere)) return;
    this.root.dataset.beside = String(isThere);
    this.boundary.setSide(isThere ? "B" : "");
  }

  #link(step = this.shown?.step) {
    const address = `${location.origin}${location.pathname}`;
    const query = new URLSearchParams(this.state.link ?? "");
    if (step !== undefined) query.set("view.step", step);
    return query.size ? `${address}?${query}` : address;
  }

  #key(event) {
    const { target } = event;
    const here = this.root.contains(target);
    const typing = target instanceof Element && target.closest("input, select, textarea, [contenteditable], [role=tab]");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing || (!here && target !== document.body)) return;
    const index = this.film.indexAt(this.pinned ?? Infinity);
    const actions = {
      ArrowLeft: () => this.scrub(index - 1),
      ArrowRight: () => this.scrub(index + 1),
      Home: () => this.scrub(0),
      End: () => this.goLive(),
      ".": () => this.controls.ended || this.command("step"),
    };
    // On a focused button the space bar presses that button.
    if (!target.closest("button")) actions[" "] = () => this.command(this.controls.playing ? "pause" : "play");
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  #visibility() {
    if (document.hidden && this.#isLive(this.status)) {
      this.command("pause");
      this.hiddenPause = true;
    } else if (!document.hidden && this.hiddenPause) {
      this.hiddenPause = false;
      this.#warn("Paused while this tab was hidden");
    }
  }

  // --- the loop ---------------------------------------------------------------------------------------------------

  /** Run the loop until nothing is left to draw. */
  wake() {
    if (!this.animation && !this.gone) this.animation = requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.animation = 0;
    if (this.replayAt !== null) this.#replayNext(now);
    else if (this.#isLive(this.status)) this.#playNext(now);
    if (this.shown && window.Plotly) this.#drawCharts(now);
    const moving = this.replayAt !== null || this.pacer.queue.length || this.boundaryDirty;
    if (moving || (this.figures.waiting && window.Plotly)) this.wake();
  }

  #playNext(now) {
    const frame = this.pacer.next(now);
    if (!frame || this.pinned !== null) return frame && this.#showPlace();
    const moment = performance.now();
    if (this.lastGap !== null && this.lastGap !== undefined) keep(this.stats.gaps, moment - this.lastGap);
    this.lastGap = moment;
    this.#show(frame);
  }

  #replayNext(now) {
    if (now - this.replayAt < REPLAY_EVERY) return;
    const index = this.film.indexAt(this.shown?.step ?? 0) + 1;
    if (index >= this.film.length - 1) return this.goLive();
    this.scrub(index);
    this.replayAt = now;
  }

  #drawCharts(now) {
    const detailed = this.film.detailedAt(this.shown.step);
    const view = { film: this.film, frame: this.shown, detailed, beside: this.beside };
    if (this.boundaryDirty) {
      this.boundaryDirty = false;
      this.boundary.redraw(view);
    } else {
      const busy = this.#isLive(this.status) && this.pinned === null;
      const free = pageIsRunning() ? 0 : busy ? this.pacer.due - now : Infinity;
      const spent = this.figures.drawNext(now, free, view, this.theme);
      if (spent) keep(this.stats.charts, spent);
    }
  }

  #redrawAll() {
    if (this.gone || !this.setup) return;
    if (this.onPlane) this.boundary.redraw();
    this.figures.markDirty(true);
    this.figures.resize();
    if (this.shown) this.#show(this.shown);
  }

  #resized() {
    if (this.gone) return;
    if (this.onPlane) {
      this.network.layout();
      this.boundary.chart.mounted ? this.boundary.chart.resize() : this.boundary.redraw();
      this.boundary.paint();
      this.beside.resize();
    }
    this.figures.resize();
  }

  // --- theme and end ----------------------------------------------------------------------------------------------

  #applyTheme() {
    const theme = readTheme(this.root);
    this.root.dataset.theme = theme.dark ? "dark" : "light";
    this.themeText = JSON.stringify(theme);
    return theme;
  }

  #followTheme() {
    const before = this.themeText;
    const theme = this.#applyTheme();
    if (before === this.themeText) return;
    this.theme = theme;
    if (this.onPlane !== false) {
      this.network.setTheme(theme);
      this.boundary.setTheme(theme);
      this.beside.setTheme(theme);
    }
    this.figures.markDirty(true);
    this.wake();
  }

  /** A small window for tests. */
  #expose() {
    const player = this;
    window.__gradientPlayer = {
      get steps() { return player.film.frames.map((frame) => frame.step); },
      get shown() { return player.shown?.step ?? null; },
      get status() { return player.status; },
      get beside() { return player.beside.isThere ? { steps: player.beside.film.frames.map((frame) => frame.step), shown: player.beside.shown?.step ?? null, differs: player.beside.wanted.differs } : null; },
      get figures() { return [...player.figures.figures.keys()]; },
      get pending() { return player.courier.pending.map((command) => command.name); },
      stats: this.stats,
    };
  }

  destroy() {
    this.gone = true;
    cancelAnimationFrame(this.animation);
    clearTimeout(this.addressTimer);
    clearTimeout(this.restTimer);
    this.courier.stop();
    this.feed.stop();
    this.comeback.stop();
    this.abort.abort();
    this.sizes.disconnect();
    this.controls.destroy();
    this.boundary.preview(NEVER);
    this.boundary.chart.destroy();
    this.beside.destroy();
    this.figures.destroy();
    this.root.replaceChildren();
  }
}

export const { render } = mounting(".gp-player", (root) => new Player(root));

/** The sentences of a frame that is older than the one shown: each says of which step it speaks. */
function dated(frame) {
  const said = Object.entries(frame?.sentences ?? {});
  return Object.fromEntries(said.map(([id, text]) => [id, text && `At step ${count(frame.step)}: ${text}`]));
}

/** Whether two query strings say the same. */
function sameQuery(one, other) {
  const [left, right] = [one, other].map((query) => [...new URLSearchParams(query ?? "")].sort().join("\n"));
  return left === right;
}

function keep(list, value) {
  list.push(value);
  if (list.length > KEPT_GAPS) list.shift();
}

/** The style sheet, once per page. */
function attachStyles() {
  if (document.querySelector("link[data-gradient-player]")) return;
  const address = new URL("./player.css", import.meta.url);
  document.head.append(element("link", { rel: "stylesheet", href: address.href, "data-gradient-player": true }));
}
