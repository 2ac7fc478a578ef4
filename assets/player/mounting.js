/** What a component of Streamlit shows: made once for each place on the page, kept until it leaves. */

/** So long after its cleanup was called, in milliseconds, it is looked whether an element has left the page. */
const LATER = 250;

/**
 * Streamlit calls a component's function at each change of its data. Where a call is overtaken by the next one while its
 * module still loads, it runs a cleanup after the second call: the first one's, or that of the second, which is still on
 * the page. So each call has a cleanup of its own, only the newest call's counts, and it waits until the element has gone.
 *
 * @param {string} selector of the element, in the component's html, that `make` fills
 * @param {(root: HTMLElement) => {take: (component: object) => void, destroy: () => void}} make
 */
export function mounting(selector, make) {
  /** @type {WeakMap<HTMLElement, {root: HTMLElement, newest: object, shown: object}>} */
  const living = new WeakMap();

  function end(host) {
    living.get(host)?.shown.destroy();
    living.delete(host);
  }

  function leave(host, call) {
    if (living.get(host)?.newest !== call) return;
    if (host.isConnected) setTimeout(() => leave(host, call), LATER);
    else end(host);
  }

  function render(component) {
    const host = component.parentElement;
    const root = host.querySelector(selector) ?? host;
    // Streamlit may have written the html anew: what stood in the old element is gone with it.
    if (living.has(host) && living.get(host).root !== root) end(host);
    if (!living.has(host)) living.set(host, { root, newest: {}, shown: make(root) });
    const place = living.get(host);
    const call = {};
    place.newest = call;
    place.shown.take(component);
    return () => leave(host, call);
  }

  return { render };
}
