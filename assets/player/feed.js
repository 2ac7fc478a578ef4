/** Hears of the run: one request is kept open, which the server answers as soon as there is news, and then the next. */

const AT_LEAST = 20;
/** So many answers that nobody knows this page (404) or its session (409), one after another: it is opened anew. */
const UNKNOWN_FOR_GOOD = 5;
const UNKNOWN = [404, 409];
const AFTER_FAILURE = 1000;
const AFTER_LOSS = 300;

/** @typedef {{run: string, set_up: 0|1, version: number, done: number, status: string, tag: string}} Known */

export class Feed {
  /**
   * @param {() => Known} known what the player has
   * @param {(message: ArrayBuffer) => void} take
   * @param {() => void} lost the server has forgotten the run
   * @param {(status: number) => void} gone the server does not know this page, or no longer its session
   */
  constructor(known, take, lost, gone) {
    this.gone = gone;
    this.known = known;
    this.take = take;
    this.lost = lost;
    this.token = "";
    this.turn = 0;
  }

  /** Listen to the visit with this token from now on. */
  follow(token) {
    if (!token || token === this.token) return;
    this.stop();
    this.token = token;
    this.#listen(this.turn);
  }

  stop() {
    this.turn += 1;
    this.token = "";
    this.request?.abort();
  }

  async #listen(turn) {
    while (turn === this.turn) {
      if (document.hidden) await seen();
      const began = performance.now();
      const rest = await this.#ask(turn);
      await pause(Math.max(rest, AT_LEAST - (performance.now() - began)));
    }
  }

  /** Ask once; returns how many ms to wait before the next time. */
  async #ask(turn) {
    this.request = new AbortController();
    const address = new URL(`feed/${this.token}?${new URLSearchParams(this.known())}`, import.meta.url);
    try {
      const response = await fetch(address, { cache: "no-store", signal: this.request.signal });
      const message = await response.arrayBuffer();
      if (turn !== this.turn) return 0;
      if (response.status === 410) this.lost();
      this.unknown = UNKNOWN.includes(response.status) ? (this.unknown ?? 0) + 1 : 0;
      if (this.unknown === UNKNOWN_FOR_GOOD) this.gone(response.status);
      if (response.status === 200) this.take(message);
      return response.ok ? 0 : response.status === 410 ? AFTER_LOSS : AFTER_FAILURE;
    } catch (error) {
      // The server can't be reached: Streamlit says so on the page. Anything else is a fault of ours.
      if (turn === this.turn && !(error instanceof TypeError)) console.error(error);
      return AFTER_FAILURE;
    }
  }
}

/** @param {number} ms */
function pause(ms) {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
}

/** Until the tab can be seen again. */
function seen() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
  });
}
