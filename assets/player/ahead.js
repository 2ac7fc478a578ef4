/** What the next page draws with, fetched and read in while this one is being read. */

import { loadPlotly } from "./chart.js";
import "./player.js";
import "./still.js";

/** A page that has just come is busy: seconds later it may be scrolled, and pauses between. */
const AFTER_MS = 400;

/** Begin once the page rests, unless the visitor's browser asks to save data. */
export function fetchAhead() {
  if (window.Plotly || navigator.connection?.saveData) return;
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(() => loadPlotly().catch(() => {})), AFTER_MS);
}
