/** Legends as buttons above a chart: they wrap, they can be reached by keyboard, and they cost the plot no room. */

import { legendKey, swatchOf } from "./chart.js";
import { element } from "./dom.js";

/**
 * @param {HTMLElement} host @param {import("./chart.js").Chart} chart @param {() => void} onChange
 */
export function drawLegend(host, chart, onChange) {
  const { data, layout } = chart.spec.figure;
  const entries = layout.showlegend ? data.filter((trace) => trace.name && trace.showlegend !== false) : [];
  host.replaceChildren(...entries.map((trace) => entry(trace, chart, onChange)));
}

/** Names are escaped for Plotly, which reads entities; a text node does not. */
const asText = (name) => name.replaceAll("&lt;", "<").replaceAll("&amp;", "&");

function entry(trace, chart, onChange) {
  const key = legendKey(trace);
  const { colour, kind } = swatchOf(trace);
  const swatch = element("span", { class: `gp-swatch gp-swatch-${kind}` });
  swatch.style.color = colour;
  const shown = !chart.hidden.has(key);
  const button = element("button", { type: "button", class: "gp-legend-entry", "aria-pressed": String(shown), title: "Show or hide" });
  button.append(swatch, element("span", { text: asText(trace.name) }));
  button.addEventListener("click", () => {
    if (!chart.hidden.delete(key)) chart.hidden.add(key);
    button.setAttribute("aria-pressed", String(!chart.hidden.has(key)));
    onChange();
  });
  return button;
}
