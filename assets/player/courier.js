/** Talks to the server: sends commands until they are done, confirms what came, and asks while there may be more. */

const PATIENCE = 1000;
const GLANCE = 10;
const HELD_BACK_AT_MOST = 3000;

/** @typedef {{id: number, name: string, value?: unknown}} Command */

export class Courier {
  /** @param {(letter: {ack: number, run: string, commands: Command[]}) => void} send */
  constructor(send) {
    this.send = send;
    /** @type {Command[]} */
    this.pending = [];
    this.ack = 0;
    /** The newest message whose arrival was confirmed. */
    this.confirmed = 0;
    this.run = "";
    this.live = false;
    this.lastId = 0;
    /** Milliseconds between two requests, as the server can bear. */
    this.every = 200;
    this.sentAt = -Infinity;
    this.answered = true;
    this.timer = 0;
    this.heldBack = 0;
  }

  /** Queue a command and send it at once. Ids start at the clock, so that a remount does not repeat them. */
  command(name, value) {
    this.lastId = Math.max(Date.now(), this.lastId + 1);
    const command = { id: this.lastId, name, ...(value === undefined ? {} : { value }) };
    this.pending.push(command);
    this.post();
    return command;
  }

  /** @param {string} name */
  isPending(name) {
    return this.pending.some((command) => command.name === name);
  }

  /** An answer came: `done` is the last command executed, `live` whether more frames are to be expected. */
  settle({ ack, run, done, live, every }) {
    this.every = every ?? this.every;
    this.ack = ack;
    this.run = run;
    this.live = live;
    this.pending = this.pending.filter((command) => command.id > (done ?? 0));
    this.answer();
  }

  /** The server has answered the last letter, if only with nothing. */
  answer() {
    this.answered = true;
    this.schedule();
  }

  /** Ask once more after `every` ms, or after `PATIENCE` ms where no answer comes. */
  schedule() {
    if (this.heldBack) return;
    clearTimeout(this.timer);
    if (!this.live && !this.pending.length && this.confirmed === this.ack) return;
    const wait = this.sentAt + (this.answered ? this.every : PATIENCE) - performance.now();
    this.timer = setTimeout(() => this.post(), Math.max(0, wait));
  }

  /**
   * Send now, or as soon as the page stands still. A request that reaches the server while the whole page runs there is
   * served right after it; Streamlit may then drop what the page run said of the player, and the browser remounts it.
   */
  post() {
    if (pageIsRunning() && this.heldBack < HELD_BACK_AT_MOST) {
      this.heldBack += GLANCE;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.post(), GLANCE);
      return;
    }
    this.heldBack = 0;
    this.sentAt = performance.now();
    this.answered = false;
    this.confirmed = this.ack;
    this.send({ ack: this.ack, run: this.run, commands: [...this.pending] });
    this.schedule();
  }

  stop() {
    clearTimeout(this.timer);
    this.live = false;
    this.pending = [];
  }
}

/** Whether Streamlit is running the page's script, or is about to. */
export function pageIsRunning() {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return state === "running" || state === "rerunRequested";
}
