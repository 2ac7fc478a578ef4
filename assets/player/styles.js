/** Style sheets beside these modules, each read in once for the whole page. */

import { element } from "./dom.js";

/** @param {string} file the name of one in this folder */
export function loadStyles(file) {
  const address = new URL(`./${file}`, import.meta.url).href;
  if (document.head.querySelector(`link[href="${address}"]`)) return;
  document.head.append(element("link", { rel: "stylesheet", href: address }));
}
