/**
 * What a tab keeps of its visit while its page is opened anew: after a reload, a long time offline, another server.
 *
 * It stands in the tab's storage only between two pages: a duplicated tab finds nothing there and is a visitor of its own.
 */

const KEY = "gradient-playground";
/** How long the page waits for its earlier visit, in ms. */
const PATIENCE = 2500;

/** @type {{token?: string, search?: string, notice?: string|null}} */
const stored = take();

export class Comeback {
  /**
   * @param {() => void} late nobody knows the earlier visit: go on with the present one
   * @param {() => void} lost the same, where this very page has shown the earlier visit's run
   */
  constructor(late, lost) {
    this.late = late;
    this.lost = lost;
    this.notice = stored.notice ?? null;
    /** The visit to go on with, where the address still says the same. */
    this.earlier = stored.search === location.search ? (stored.token ?? "") : "";
    stored.token = stored.notice = undefined;
  }

  /**
   * The visit to listen to: `token`, or none yet while the earlier one is asked for. A session that was lost, and a page
   * that was opened anew, begin as a new visit.
   * @param {string|undefined} token
   * @param {(earlier: string) => void} ask
   */
  choose(token, ask) {
    if (!token || token === this.refusedFor) return token;
    if (this.followed && token !== this.followed) this.earlier = this.followed;
    if (!this.earlier || token === this.earlier) {
      this.stop();
      return (this.followed = token);
    }
    if (!this.timer) {
      ask(this.earlier);
      this.timer = setTimeout(() => {
        const tell = this.followed ? this.lost : this.late;
        this.stop();
        this.followed = this.refusedFor = token;
        tell();
      }, PATIENCE);
    }
    return undefined;
  }

  /** The page goes: what comes next in this tab may go on with the visit `token`. */
  leave(token) {
    put(this.anew ? { notice: this.anew.notice } : { token, search: location.search });
  }

  /** The server knows this visit no more: open `address` and say there what has happened. */
  openAnew(address, notice) {
    this.anew = { notice };
    location.assign(address);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.earlier = "";
  }
}

function take() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    sessionStorage.removeItem(KEY);
    return found;
  } catch {
    return {}; // the browser keeps nothing: each page is a visitor of its own
  }
}

function put(what) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(what));
  } catch {
    return;
  }
}
