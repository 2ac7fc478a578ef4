/** What the next page draws with, fetched and read in while this one is being read. */

import { loadPlotly } from "./chart.js";
import "./player.js";
import "./still.js";

/** The browser draws a page that has just come; milliseconds. */
const AFTER_MS = 400;

/** Begin once the page rests, unless the visitor's browser asks to save data. */
export function fetchAhead() {
  if (window.Plotly || navigator.connection?.saveData) return;
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => loadPlotly().catch(() => {})), AFTER_MS);
}
