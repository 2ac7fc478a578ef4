/** Talks to the server: sends commands until they are done, confirms what came, and asks while there may be more. */

const EVERY = 200;
const PATIENCE = 1000;

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
    this.sentAt = -Infinity;
    this.answered = true;
    this.timer = 0;
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
  settle({ ack, run, done, live }) {
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

  /** Ask once more after `EVERY` ms, or after `PATIENCE` ms where no answer comes. */
  schedule() {
    clearTimeout(this.timer);
    if (!this.live && !this.pending.length && this.confirmed === this.ack) return;
    const wait = this.sentAt + (this.answered ? EVERY : PATIENCE) - performance.now();
    this.timer = setTimeout(() => this.post(), Math.max(0, wait));
  }

  post() {
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
