/** What a component of Streamlit shows: made once for each place on the page, kept until it leaves. */

/**
 * Streamlit calls a component's function at each change of its data. Where a call is overtaken by the next one while its
 * module still loads, it runs the cleanup of the first after the second, and both may get the same `component`: each call
 * has a cleanup of its own, and only the newest call's counts.
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
    return () => {
      if (living.get(host)?.newest === call) end(host);
    };
  }

  return { render };
}
