"""Tokens of a person's text as coloured words on the page. All of it is escaped: what stands there is text, never markup."""

from html import escape

from charts.tokens.signs import seen
from engine.text.vocabulary import UNKNOWN, Encoded

COLOURS = 5
"""Of ``assets/app.css``: neighbouring tokens are told apart by them."""


def tokens_html(encoded: Encoded, *, ids: bool = True) -> str:
    """Each token in its colour with its id; one that is unknown has a dashed border and no colour."""
    spans = []
    for place, (piece, number) in enumerate(zip(_surfaces(encoded), encoded.ids, strict=True)):
        unknown = number == UNKNOWN
        kind = "gp-token-unknown" if unknown else f"gp-token-{place % COLOURS}"
        told = f"unknown: &lt;unk&gt;, id {number}" if unknown else f"{escape(encoded.tokens[place])}, id {number}"
        below = f"<sub>{number}</sub>" if ids else ""
        spans.append(f'<span class="gp-token {kind}" title="{told}">{escape(piece)}{below}</span>')
    return f'<div class="gp-tokens">{"".join(spans)}</div>'


def _surfaces(encoded: Encoded) -> list[str]:
    """What of the text each token stands for, as one can see it; several for one character are numbered."""
    found = []
    for place, (piece, span) in enumerate(zip(encoded.pieces, encoded.offsets, strict=True)):
        same = [n for n, other in enumerate(encoded.offsets) if other == span]
        part = f" {same.index(place) + 1}/{len(same)}" if len(same) > 1 else ""
        found.append(f"{seen(piece)}{part}")
    return found
