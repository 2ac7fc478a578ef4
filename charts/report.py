"""A run as one HTML file: its charts, what they show, its settings, costs and findings. It opens without a network.

The charts can be zoomed and read off point by point: the file carries Plotly for that (4.5 MB). Drawn as plain pictures
they would need a browser on the server.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from charts import theme
from charts.board import board
from charts.formulas import formula_html
from charts.live import LiveFigure, filled
from charts.png import data_url, indexed_png
from charts.sentences import sentences
from engine.film import Film
from engine.scene import Scene, Surroundings

ASSETS = Path(__file__).parent.parent / "assets" / "report"


@dataclass(frozen=True)
class Setting:
    """One choice of a run."""

    part: str
    name: str
    values: tuple[tuple[str, str], ...]
    """Its knobs and their values."""
    formula: str = ""
    """LaTeX."""
    lesson: str = ""
    source: str = ""


@dataclass(frozen=True)
class Facts:
    """What a report says beside its charts; plain text throughout."""

    title: str
    said: str
    """Where the run stands, and why it trains no further where that is so."""
    link: str
    numbers: tuple[tuple[str, str], ...]
    settings: tuple[Setting, ...]
    edits: tuple[tuple[int, str], ...]
    """Changes in mid-run: step, and what was changed."""
    costs: tuple[tuple[str, str, int, int], ...] | tuple[tuple[str, str, int], ...]
    """Layer, weights, parameters, multiply-adds; or weight matrix, its size, parameters."""
    findings: tuple[str, ...]
    made: str
    """With what it was made."""


def report(facts: Facts, scene: Surroundings, film: Film, step: int) -> str:
    """The whole file, showing ``film`` at ``step``."""
    from plotly.offline import get_plotlyjs  # 4.5 MB of text: for those who take a report home

    charts = [live for live in board(scene) if len(film)]
    said = _sentences(scene, film, step)
    drawn = _in_script([_drawn(live, scene, film, step) for live in charts])
    body = [
        _head(facts),
        *([_section("What the doctor found", _list(facts.findings))] if facts.findings else []),
        *([_section("Charts", _figures(charts, said))] if charts else []),
        _section("Settings", _settings(facts.settings)),
        *([_section("Changed while it trained", _changes(facts.edits))] if facts.edits else []),
        _section("Parameters and cost", _costs(facts.costs)),
        f'<p class="muted">{escape(facts.made)}</p>',
    ]
    style, program = ((ASSETS / name).read_text() for name in ("report.css", "report.js"))
    scripts = [
        f'<script type="application/json" id="charts">{drawn}</script>',
        f"<script>{get_plotlyjs()}</script>",
        f"<script>{program}</script>",
    ]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(facts.title)}</title>\n<style>{style}</style>\n</head>\n<body>",
            *body,
            *scripts,
            "</body>\n</html>\n",
        ]
    )


def _head(facts: Facts) -> str:
    numbers = "".join(f"<li><span>{escape(name)}</span><b>{escape(value)}</b></li>" for name, value in facts.numbers)
    link = f'<p><a href="{escape(facts.link)}">{escape(facts.link)}</a></p>' if _is_address(facts.link) else ""
    return (
        f'<h1>{escape(facts.title)}</h1>\n<p>{escape(facts.said)}</p>\n{link}\n<ul class="numbers">{numbers}</ul>\n'
        "<noscript><p>The charts are drawn by a program in this file: allow scripts to see them.</p></noscript>"
    )


def _is_address(link: str) -> bool:
    return link.startswith(("http://", "https://"))


def _section(title: str, html: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{html}\n</section>"


def _list(texts: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


# --- charts -----------------------------------------------------------------------------------------------------------


def _sentences(scene: Surroundings, film: Film, step: int) -> dict[str, str]:
    """What each chart shows at ``step``; those of the details at the nearest frame that has them."""
    if not len(film):
        return {}
    detailed = [film.detailed(step)] if any(frame.detail is not None for frame in film) else []
    found: dict[str, str] = {}
    for frame in [*detailed, film.at(step)]:
        found |= sentences(scene, frame)
    return found


def _figures(charts: Sequence[LiveFigure], said: dict[str, str]) -> str:
    figures = [
        f'<figure><h3>{escape(live.title)}</h3><div class="plot" id="chart-{live.id}" role="img" '
        f'aria-label="{escape(live.title)}"></div><figcaption>{escape(said.get(live.id, ""))}'
        f'<p class="muted">{escape(live.help)}</p></figcaption></figure>'
        for live in charts
    ]
    return f'<div class="charts">{"".join(figures)}</div>'


def _drawn(live: LiveFigure, scene: Surroundings, film: Film, step: int) -> dict[str, Any]:
    """A chart's traces and layout as the browser takes them; of a boundary also its shades, for light and dark."""
    figure = filled(live, film, step)
    if live.decades:
        figure.update_yaxes(range=_decades(figure))
    tree = json.loads(figure.to_json())
    found = {"id": live.id, "data": tree["data"], "layout": tree["layout"]}
    if live.slot == "boundary" and isinstance(scene, Scene) and scene.dimensions == 2:
        found["images"] = {
            "light": _shades(scene, film, step, theme.LIGHT),
            "dark": _shades(scene, film, step, theme.DARK),
        }
    return found


def _decades(figure: Any) -> list[float]:
    """A logarithmic axis from a power of ten below the smallest bar to one above the largest."""
    values = np.concatenate([np.asarray(trace.y, dtype=float) for trace in figure.data])
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return [-4.0, 0.0]
    return [float(np.floor(np.log10(values.min()) - 0.5)), float(np.ceil(np.log10(values.max()) + 0.1))]


def _shades(scene: Scene, film: Film, step: int, background: str) -> dict[str, Any]:
    """The boundary as a picture beneath the points."""
    frame = film.at(step)
    fine = frame.on_plane.fine if frame.on_plane is not None else np.zeros((0, 0), np.uint8)
    codes = fine if fine.size else frame.boundary
    colours = theme.shade_colours(
        scene.shades, background, scores=bool(scene.classes) and scene.shades.scale == "value"
    )
    low_x, high_x, low_y, high_y = scene.extent
    # Cells are measured at their centres, and the first and last lie on the extent: half a cell hangs over.
    over = 0.5 / (len(codes) - 1)
    wide, tall = high_x - low_x, high_y - low_y
    return {
        "source": data_url(indexed_png(np.ascontiguousarray(codes[::-1]), colours)),
        "xref": "x",
        "yref": "y",
        "x": low_x - over * wide,
        "y": high_y + over * tall,
        "sizex": wide * (1 + 2 * over),
        "sizey": tall * (1 + 2 * over),
        "sizing": "stretch",
        "layer": "below",
    }


def _in_script(tree: Any) -> str:
    """JSON that no browser takes for markup, whatever names are in it."""
    return json.dumps(tree, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")


# --- tables -----------------------------------------------------------------------------------------------------------


def _settings(settings: Iterable[Setting]) -> str:
    rows = []
    for item in settings:
        values = "".join(f"<small>{escape(name)}: {escape(value)}</small>" for name, value in item.values)
        source = f" ({escape(item.source)})" if item.source else ""
        lesson = f"<small>{escape(item.lesson)}{source}</small>" if item.lesson else ""
        formula = formula_html(item.formula) if item.formula else ""
        rows.append([escape(item.part), f"{escape(item.name)}{values}", f"{formula}{lesson}"])
    return _table(["part", "choice", "formula"], rows, formula=2)


def _changes(edits: Iterable[tuple[int, str]]) -> str:
    return _table(["after step", "what"], [[f"{step:,}", escape(said)] for step, said in edits], numbers=(0,))


COST_HEADS = {
    3: ["weights", "rows × columns", "parameters"],
    4: ["layer", "weights (out × in)", "parameters", "multiply-adds per example"],
}


def _costs(costs: Sequence[tuple[str, str, int, int]] | Sequence[tuple[str, str, int]]) -> str:
    rows = [[escape(row[0]), escape(row[1]), *(f"{count:,}" for count in row[2:])] for row in costs]
    return _table(COST_HEADS[len(rows[0])] if rows else [], rows, numbers=(2, 3))


def _table(
    heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: tuple[int, ...] = (), formula: int = -1
) -> str:
    """A table; the cells are HTML already."""
    kinds = ["number" if i in numbers else "formula" if i == formula else "" for i in range(len(heads))]
    head = "".join(f'<th class="{kind}">{escape(name)}</th>' for name, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f'<td class="{kind}">{cell}</td>' for cell, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
