/** Colours and fonts of the surrounding Streamlit page, and how Plotly takes them. */

/**
 * @typedef {{background: string, text: string, secondary: string, primary: string, border: string, font: string,
 *   dark: boolean, positive: string, negative: string, muted: string, grid: string}} Theme
 */

const FALLBACK = {
  light: { background: "#ffffff", text: "#2f2d2b", secondary: "#f8f8f7", border: "rgba(47,45,43,0.2)" },
  dark: { background: "#171614", text: "#edebe8", secondary: "#2d2b27", border: "rgba(237,235,232,0.2)" },
};
const EDGES = {
  light: { positive: "#d98200", negative: "#0072b2" },
  dark: { positive: "#f2a93b", negative: "#4da6e0" },
};

/** @param {Element} host @returns {Theme} */
export function readTheme(host) {
  const style = getComputedStyle(host);
  const read = (name) => style.getPropertyValue(name).trim();
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const background = read("--st-background-color") || FALLBACK[prefersDark ? "dark" : "light"].background;
  const dark = brightness(background) < 0.5;
  const mode = dark ? "dark" : "light";
  const text = read("--st-text-color") || FALLBACK[mode].text;
  return {
    background,
    text,
    secondary: read("--st-secondary-background-color") || FALLBACK[mode].secondary,
    primary: read("--st-primary-color") || "#ff4b4b",
    border: read("--st-border-color") || FALLBACK[mode].border,
    font: read("--st-font") || style.fontFamily || "sans-serif",
    dark,
    positive: read("--gp-positive") || EDGES[mode].positive,
    negative: read("--gp-negative") || EDGES[mode].negative,
    muted: withAlpha(text, 0.66),
    grid: withAlpha(text, 0.1),
  };
}

/** Red, green, blue of any CSS colour, 0..255: the browser's own parser reads it. */
export function channels(colour) {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** @param {string} colour @param {number} alpha */
export function withAlpha(colour, alpha) {
  return `rgba(${channels(colour).join(",")},${alpha})`;
}

/** ``share`` of one colour over another, without any transparency. @param {string} over @param {string} under @param {number} share */
export function mixed(over, under, share) {
  const below = channels(under);
  return `rgb(${channels(over).map((part, place) => Math.round(share * part + (1 - share) * below[place])).join(",")})`;
}

/** @param {string} colour */
function brightness(colour) {
  const [red, green, blue] = channels(colour);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/**
 * A figure's layout in the page's colours. The paper is transparent, so that what lies beneath shows.
 * @param {Record<string, any>} layout
 * @param {Theme} theme
 */
export function dressed(layout, theme) {
  const result = {
    ...layout,
    template: undefined,
    autosize: true,
    width: undefined,
    height: undefined,
    showlegend: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, size: 11, color: theme.text, family: theme.font },
    hoverlabel: { bgcolor: theme.background, bordercolor: theme.border, font: { color: theme.text, family: theme.font, size: 12 } },
    // On a touch screen a drag scrolls the page.
    dragmode: matchMedia("(pointer: coarse)").matches ? false : "zoom",
  };
  for (const name of Object.keys(result)) if (/^[xy]axis\d*$/.test(name)) result[name] = dressedAxis(name, result[name], theme);
  return result;
}

/** A trace in the page's colours: colour bars, and numbers written on cells. */
export function dressedTrace(trace, theme) {
  // Plotly chooses the letters' colour as if cells that let the page through lay on white.
  if (trace.texttemplate && theme.dark && trace.meta !== "opaque") return { ...trace, textfont: { ...trace.textfont, color: theme.text } };
  if (!trace.colorbar) return trace;
  const title = { ...trace.colorbar.title, font: { size: 10, color: theme.muted } };
  return { ...trace, colorbar: { ...trace.colorbar, title, x: 1, xanchor: "left", thickness: 8, xpad: 4, outlinewidth: 0, tickfont: { size: 10, color: theme.muted } } };
}

function dressedAxis(name, axis, theme) {
  const title = typeof axis.title === "string" ? { text: axis.title } : axis.title;
  // Beside numbers, whose width changes, a title without a standoff keeps its place and out of their way.
  const numbers = name.startsWith("y") && axis.type !== "category" && !axis.tickvals;
  return {
    // Said outright: an axis left to guess takes its first range for one that was asked for, and stays there.
    ...(axis.range ? {} : { autorange: true }),
    ...axis,
    title: title && { ...title, standoff: numbers ? undefined : title.standoff, font: { ...title.font, size: 11, color: theme.muted } },
    // A tick for every power of ten is too many where gradients span fifteen of them.
    dtick: axis.type === "log" ? undefined : axis.dtick,
    exponentformat: axis.exponentformat ?? "e",
    gridcolor: theme.grid,
    zerolinecolor: theme.grid,
    linecolor: theme.border,
    tickfont: { ...axis.tickfont, size: 10, color: theme.muted },
    automargin: false,
  };
}
