/** Frames arrive in bunches and are shown evenly: a small buffer whose pace follows the arrivals. */

/** @typedef {import("./wire.js").Frame} Frame */

const MAX_LAG = 400;
const START_INTERVAL = 50;
const QUIET = 1500;
/** Weight of the newest bunch in what is known of the pace. */
const LEARNING = 0.15;
/** Less than this (ms) left to show when the next bunch is there: the pace slows a little, before a late bunch is seen. */
const LITTLE = 40;
/** So many frames left over are a buffer; between `LITTLE` and these the pace stays as it is. */
const FEW = 2;
/** Repaints of a screen at 60 Hz, until its own are known; longer than these ms, something was in the way. */
const REPAINT = 1000 / 60;
const NO_REPAINT = 25;
/** A pace this near to a whole number of repaints (ms) becomes that: else one frame in so many would wait one more. */
const NEAR = 2.5;

export class Pacer {
  constructor() {
    /** How long a repaint takes, and when the last one was. */
    this.repaint = REPAINT;
    this.painted = 0;
    this.reset();
  }

  reset() {
    /** @type {Frame[]} */
    this.queue = [];
    this.interval = START_INTERVAL;
    this.wait = START_INTERVAL;
    this.bunch = 4;
    this.span = this.bunch * START_INTERVAL;
    this.due = 0;
    this.arrived = 0;
  }

  /** Take a bunch of frames that arrived at `now` (ms) and learn the pace from it. */
  push(frames, now) {
    if (!frames.length) return;
    const since = now - this.arrived;
    if (this.arrived && since < QUIET) {
      // Time and frames are averaged apart: the mean of their ratios would be too long where bunches differ.
      this.span += LEARNING * (since - this.span);
      this.bunch += LEARNING * (frames.length - this.bunch);
      this.interval = Math.min(250, Math.max(4, this.span / this.bunch));
    }
    this.arrived = now;
    // Decided once per bunch: many frames left over mean it plays too slowly, little time left that it will starve.
    const left = this.queue.length;
    const starves = this.due + left * this.wait - now < LITTLE;
    const haste = left > FEW ? 1 + (0.3 * (left - 1)) / this.bunch : starves ? 0.94 : 1;
    const wait = this.interval / Math.min(1.5, haste);
    const whole = Math.max(1, Math.round(wait / this.repaint)) * this.repaint;
    this.wait = Math.abs(wait - whole) < NEAR ? whole : wait;
    this.queue.push(...frames);
    const most = Math.max(2, Math.ceil(MAX_LAG / this.interval));
    if (this.queue.length > most) this.queue.splice(0, this.queue.length - most);
  }

  /** The frame to show at `now`, or null. Where several are due (more frames than repaints) the last of them. */
  next(now) {
    let shown = null;
    const since = now - this.painted;
    if (since > 0 && since < NO_REPAINT) this.repaint += 0.05 * (since - this.repaint);
    this.painted = now;
    // Due within half a repaint is due now: the next repaint would be later than this one is early.
    while (this.queue.length && now >= this.due - this.repaint / 2) {
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
