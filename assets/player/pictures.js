/** Every view as a picture to keep: PNG, twice as fine as the screen, or SVG, in the colours of the page. */

import { element, icon } from "./dom.js";
import { SvgPen } from "./svgpen.js";

const FINENESS = 2;
const TITLE = 26;
const LEGEND = 22;

/** What file names say of the run on screen; the player keeps it true. */
export const onScreen = { run: "", step: 0 };

/**
 * A picture in two forms.
 * @typedef {{png: () => Promise<string>, svg: () => Promise<string>}} Picture each gives the address of the file
 */

/**
 * A small menu in a panel's head: save what it shows.
 * @param {import("./panel.js").Panel} panel @param {() => string} name of the chart @param {() => Picture|null} picture
 */
export function offerPictures(panel, name, picture) {
  const button = element("button", { type: "button", class: "gp-save", title: "Save as a picture", "aria-label": "Save as a picture", "aria-haspopup": "menu", "aria-expanded": "false" }, icon("save"));
  const menu = element("div", { class: "gp-save-menu", role: "menu", hidden: true });
  const root = element("div", { class: "gp-save-root" }, button, menu);
  const open = (shown) => {
    menu.hidden = !shown;
    button.setAttribute("aria-expanded", String(shown));
    if (shown) menu.firstElementChild.focus();
  };
  for (const kind of ["png", "svg"]) {
    const item = element("button", { type: "button", role: "menuitem", class: "gp-save-item", text: kind.toUpperCase(), tabindex: -1 });
    item.addEventListener("click", async () => {
      open(false);
      button.focus();
      const made = picture();
      if (made) download(await made[kind](), `${name()}-step-${onScreen.step}-run-${onScreen.run}.${kind}`);
    });
    menu.append(item);
  }
  button.addEventListener("click", () => open(menu.hidden));
  root.addEventListener("keydown", (event) => walk(event, menu, () => (open(false), button.focus())));
  root.addEventListener("focusout", (event) => !root.contains(event.relatedTarget) && open(false));
  panel.helpButton.after(root);
}

/** Arrows go from item to item, Escape closes; the player's own keys stay out of it. */
function walk(event, menu, close) {
  if (menu.hidden) return;
  const items = [...menu.children];
  const place = items.indexOf(document.activeElement);
  const turn = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (turn) items[(place + turn + items.length) % items.length].focus();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/**
 * A Plotly chart as it stands, with its title and legend, which are not Plotly's on the page.
 * @param {import("./chart.js").Chart} chart @param {string} title @param {import("./theme.js").Theme} theme
 * @param {any[]} [images] what lies beneath its points
 * @returns {Picture|null}
 */
export function pictureOfChart(chart, title, theme, images = []) {
  if (!chart.mounted) return null;
  const { plot, spec } = chart;
  const { offsetWidth: width, offsetHeight: height } = plot;
  const named = Boolean(spec.figure.layout.showlegend);
  const above = TITLE + (named ? LEGEND : 0);
  const { margin } = plot.layout;
  const layout = {
    ...plot.layout,
    images,
    title: { text: asText(title), x: 0, xref: "paper", y: 1, yref: "container", yanchor: "top", pad: { t: 6 }, font: { size: 14 } },
    showlegend: named,
    legend: { orientation: "h", x: 0, y: 1, xanchor: "left", yanchor: "bottom" },
    paper_bgcolor: theme.background,
    margin: { ...margin, t: margin.t + above },
  };
  const make = (format, scale) => window.Plotly.toImage({ data: plot.data, layout }, { format, scale, width, height: height + above });
  return { png: () => make("png", FINENESS), svg: () => make("svg", 1) };
}

/** A title is text: Plotly would read tags in it. Names in traces and axes come as text already. */
function asText(name) {
  return name.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/**
 * Cells beneath a chart's points, at the places of their centres.
 * @param {HTMLCanvasElement} cells @param {number[]} extent lowest and highest x, lowest and highest y
 */
export function imageOfCells(cells, [lowX, highX, lowY, highY]) {
  const half = 0.5 / (cells.width - 1);
  const [overX, overY] = [(highX - lowX) * half, (highY - lowY) * half];
  const place = { x: lowX - overX, y: highY + overY, sizex: highX - lowX + 2 * overX, sizey: highY - lowY + 2 * overY };
  return { source: enlarged(cells).toDataURL("image/png"), xref: "x", yref: "y", sizing: "stretch", layer: "below", ...place };
}

/** Large enough that no viewer blurs one cell into the next. */
function enlarged(cells) {
  const times = Math.max(1, Math.ceil(800 / cells.width));
  const made = element("canvas", { width: cells.width * times, height: cells.height * times });
  const pen = made.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.drawImage(cells, 0, 0, made.width, made.height);
  return made;
}

/**
 * What a function draws with a pen.
 * @param {(pen: CanvasRenderingContext2D) => void} draw @param {number} width @param {number} height
 * @param {import("./theme.js").Theme} theme
 * @returns {Picture}
 */
export function pictureOfDrawing(draw, width, height, theme) {
  return {
    png: async () => {
      const canvas = element("canvas", { width: Math.round(width * FINENESS), height: Math.round(height * FINENESS) });
      const pen = canvas.getContext("2d");
      pen.scale(FINENESS, FINENESS);
      pen.fillStyle = theme.background;
      pen.fillRect(0, 0, width, height);
      draw(pen);
      return canvas.toDataURL("image/png");
    },
    svg: async () => {
      const pen = new SvgPen(width, height);
      pen.fillStyle = theme.background;
      pen.fillRect(0, 0, width, height);
      draw(pen);
      return `data:image/svg+xml,${encodeURIComponent(pen.text)}`;
    },
  };
}

function download(address, name) {
  const link = element("a", { href: address, download: name.replace(/[^\w.-]+/g, "-") });
  document.body.append(link);
  link.click();
  link.remove();
}
