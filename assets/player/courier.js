/** Takes what a person asks for to the server, through Streamlit, until it is done. */

const PATIENCE = 1000;
const GLANCE = 10;
const HELD_BACK_AT_MOST = 3000;

/** @typedef {{id: number, name: string, value?: unknown}} Command */

export class Courier {
  /** @param {(letter: {commands: Command[]}) => void} send */
  constructor(send) {
    this.send = send;
    /** @type {Command[]} */
    this.pending = [];
    this.lastId = 0;
    this.timer = 0;
    this.heldBack = 0;
  }

  /** Queue a command and send it at once. Ids start at the clock, so that a remount does not repeat them. */
  command(name, value) {
    this.lastId = Math.max(Date.now(), this.lastId + 1);
    this.pending.push({ id: this.lastId, name, ...(value === undefined ? {} : { value }) });
    this.#post();
  }

  /** @param {string} name */
  isPending(name) {
    return this.pending.some((command) => command.name === name);
  }

  /** The server has carried out everything up to the command `done`. */
  settle(done) {
    this.pending = this.pending.filter((command) => command.id > done);
  }

  /**
   * Send now, or as soon as the page stands still. A request that reaches the server while the whole page runs there is
   * served right after it; Streamlit may then drop what the page run said of the player, and the browser remounts it.
   */
  #post() {
    clearTimeout(this.timer);
    if (!this.pending.length) return;
    if (pageIsRunning() && this.heldBack < HELD_BACK_AT_MOST) {
      this.heldBack += GLANCE;
      this.timer = setTimeout(() => this.#post(), GLANCE);
      return;
    }
    this.heldBack = 0;
    this.send({ commands: [...this.pending] });
    this.timer = setTimeout(() => this.#post(), PATIENCE);
  }

  stop() {
    clearTimeout(this.timer);
    this.pending = [];
  }
}

/** Whether Streamlit is running the page's script, or is about to. */
export function pageIsRunning() {
  const state = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState;
  return state === "running" || state === "rerunRequested";
}
