/** The frames the browser holds: the same ones engine/film.py holds, because both drop by the same rule. */

/** @typedef {import("./wire.js").Frame} Frame */

/**
 * The inner position whose removal leaves the smallest weighted gap; ties go to the earliest.
 * @param {Frame[]} frames
 */
export function crowded(frames) {
  let found = 1;
  let smallest = Infinity;
  for (let i = 1; i < frames.length - 1; i += 1) {
    const gap = (frames[i + 1].step - frames[i - 1].step) * (frames[i].detailed ? 2 : 1);
    if (gap < smallest) [found, smallest] = [i, gap];
  }
  return found;
}

export class Film {
  constructor(maxFrames = 200) {
    this.maxFrames = maxFrames;
    /** @type {Frame[]} */
    this.frames = [];
  }

  get length() {
    return this.frames.length;
  }

  /** @returns {Frame|undefined} */
  get last() {
    return this.frames.at(-1);
  }

  clear() {
    this.frames = [];
  }

  /** Add the newest frame; one at the same step is replaced, and later ones go: the run went back. */
  append(frame) {
    while (this.frames.length && this.frames.at(-1).step >= frame.step) this.frames.pop();
    this.frames.push(frame);
    if (this.frames.length > this.maxFrames) this.frames.splice(crowded(this.frames), 1);
  }

  /** Position of the newest frame at or before `step`; 0 when all are later, -1 in an empty film. */
  indexAt(step) {
    let low = 0;
    let high = this.frames.length - 1;
    if (high < 0) return -1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.frames[middle].step <= step) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The newest frame with details at or before `step`, else the first that has them. */
  detailedAt(step) {
    for (let i = this.indexAt(step); i >= 0; i -= 1) if (this.frames[i].detailed) return this.frames[i];
    return this.frames.find((frame) => frame.detailed);
  }

  /** Where `step` lies among the frames, from 0 to 1: the timeline's scale. */
  shareAt(step) {
    if (this.frames.length < 2) return 0;
    const index = this.indexAt(step);
    const here = this.frames[index];
    const next = this.frames[index + 1];
    const between = next && step > here.step ? (step - here.step) / (next.step - here.step) : 0;
    return Math.max(0, Math.min(1, (index + between) / (this.frames.length - 1)));
  }
}
