/** Frames arrive in bunches and are shown evenly: a small buffer whose pace follows the arrivals. */

/** @typedef {import("./wire.js").Frame} Frame */

const MAX_LAG = 400;
const START_INTERVAL = 50;
const QUIET = 1500;
/** A frame due within half a repaint is shown now: waiting for the next repaint would be later than it is early. */
const HALF_REPAINT = 8;

export class Pacer {
  constructor() {
    this.reset();
  }

  reset() {
    /** @type {Frame[]} */
    this.queue = [];
    this.interval = START_INTERVAL;
    this.wait = START_INTERVAL;
    this.bunch = 4;
    this.due = 0;
    this.arrived = 0;
  }

  /** Take a bunch of frames that arrived at `now` (ms) and learn the pace from it. */
  push(frames, now) {
    if (!frames.length) return;
    const since = now - this.arrived;
    if (this.arrived && since < QUIET) {
      const measured = Math.min(250, Math.max(4, since / frames.length));
      this.interval += 0.25 * (measured - this.interval);
      this.bunch += 0.25 * (frames.length - this.bunch);
    }
    this.arrived = now;
    // Decided once per bunch: frames left over mean it plays too slowly, none left mean it may be starving.
    const left = this.queue.length;
    this.wait = this.interval / Math.min(1.5, Math.max(0.94, 1 + (0.3 * (left - 1)) / this.bunch));
    this.queue.push(...frames);
    const most = Math.max(2, Math.ceil(MAX_LAG / this.interval));
    if (this.queue.length > most) this.queue.splice(0, this.queue.length - most);
  }

  /** The frame to show at `now`, or null. Where several are due (more frames than repaints) the last of them. */
  next(now) {
    let shown = null;
    while (this.queue.length && now >= this.due - HALF_REPAINT) {
      shown = this.queue.shift();
      this.due = Math.max(this.due, now - this.wait) + this.wait;
    }
    return shown;
  }

  /** Empty the buffer: the newest frame it held, or null. */
  flush() {
    const newest = this.queue.at(-1) ?? null;
    this.queue = [];
    return newest;
  }
}
