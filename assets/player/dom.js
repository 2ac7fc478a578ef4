/** Small helpers to build the page without markup strings: text is always text. */

const SVG = "http://www.w3.org/2000/svg";

/** Shapes of the buttons' icons, on a 24 by 24 field. */
const ICONS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z",
  reset: "M12 5V1.5L6.5 6 12 10.5V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z",
  step: "M5 4.5v15l10-7.5zM16.5 4.5H19v15h-2.5z",
  epoch: "M3 5v14l8-7zM11.5 5v14l8-7zM20 5h2v14h-2z",
  seed: "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm3.2 3.6a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zm7.6 0a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zM12 10.4a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zm-3.8 3.8a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2zm7.6 0a1.6 1.6 0 1 0 0 3.2 1.6 1.6 0 0 0 0-3.2z",
  share: "M17 15.5a3 3 0 0 0-2.3 1.1l-5.9-3.3a3 3 0 0 0 0-1.6l5.9-3.3A3 3 0 1 0 14 6.5l.1.7-6 3.4a3 3 0 1 0 0 3.8l6 3.4A3 3 0 1 0 17 15.5z",
  branch: "M7 3a3 3 0 0 1 1 5.8v6.4a3 3 0 1 1-2 0V8.800a3 3 0 0 1 1-5.800zM17 3a3 3 0 0 1 1 5.800c-.2 3.600-2.600 5.200-7 5.700v-2c3.400-.4 4.900-1.500 5-3.700A3 3 0 0 1 17 3z",
  save: "M11 3h2v9.2l3.3-3.3 1.4 1.4L12 16l-5.7-5.7 1.4-1.4 3.3 3.3zM4 18h16v2.5H4z",
  replay: "M4 5v14h2.5V5zM8.5 12 20 19V5z",
};

/**
 * Make an element. `text` becomes its text, `on` its listeners, `data-*`, `aria-*` and the rest its attributes.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node|string)} children
 * @returns {HTMLElement & Record<string, any>}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", "gp-icon");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", ICONS[name]);
  drawing.append(shape);
  return drawing;
}

/** Set an element's text only when it differs: an unchanged node costs no layout and no announcement. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Run `action` once, `wait` ms after the last call. */
export function debounced(action, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(action, wait);
  };
}
