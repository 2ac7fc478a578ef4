/** Draws the report's charts in the colours of the page, and again where those change: by the system, or for paper. */

const charts = JSON.parse(document.getElementById("charts").textContent);
const darkness = matchMedia("(prefers-color-scheme: dark)");

function dressed({ layout, images }, dark) {
  const [text, grid] = dark ? ["#fafafa", "rgba(250,250,250,0.12)"] : ["#31333f", "rgba(49,51,63,0.12)"];
  const result = {
    ...layout,
    template: undefined,
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...layout.font, color: text },
    images: images ? [images[dark ? "dark" : "light"]] : [],
    hoverlabel: { bgcolor: dark ? "#1a1d26" : "#ffffff", font: { color: text } },
  };
  for (const name of Object.keys(result)) {
    if (/^[xy]axis\d*$/.test(name)) result[name] = { ...result[name], automargin: true, gridcolor: grid, linecolor: grid };
  }
  return result;
}

function draw(dark) {
  for (const chart of charts) {
    const data = chart.data.map((trace) => (trace.texttemplate && dark ? { ...trace, textfont: { color: "#fafafa" } } : trace));
    Plotly.react(`chart-${chart.id}`, data, dressed(chart, dark), { displayModeBar: false, responsive: true });
  }
}

draw(darkness.matches);
darkness.addEventListener("change", () => draw(darkness.matches));
addEventListener("beforeprint", () => draw(false));
addEventListener("afterprint", () => draw(darkness.matches));
