"""Formulas without LaTeX: every row of every catalog, and some by hand."""

import re

import pytest

from charts.formulas import formula_html
from engine.activations import ELU, LeakyReLU, Sigmoid
from engine.choice import Choice, catalog
from engine.dropout import Dropout
from engine.losses import Huber
from engine.optimizers import Adam
from engine.penalties import L1Proximal
from engine.sequences.cells import Cell
from engine.sequences.models import SequenceModel
from engine.sequences.positions import Place
from engine.sequences.tasks.catalog import AnyTask
from engine.text.corpora import AnyCorpus
from engine.text.tokenizers import Tokenizer
from engine.vision.augment.catalog import AnyAugmentation
from engine.vision.blocks import AnyBlock
from engine.vision.heads.catalog import Head
from engine.vision.models import VisionModel
from engine.vision.norms import MapNorm
from engine.vision.sources.catalog import AnySource
from tests.engine.export.draws import CATALOGS

ON_SEQUENCES = (AnyTask, SequenceModel, Cell, Place, AnyCorpus, Tokenizer)
ON_PICTURES = (AnySource, Head, VisionModel, AnyBlock, MapNorm, AnyAugmentation)
ROWS = [row for union in (*CATALOGS.values(), *ON_SEQUENCES, *ON_PICTURES) for row in catalog(union).values()]


@pytest.mark.parametrize("row", [*ROWS, Dropout], ids=lambda row: f"{row.__module__}.{row.__name__}")
def test_every_formula_of_the_catalogs_is_written_without_commands(row: type[Choice]) -> None:
    html = formula_html(row.formula)
    commands = r"[\\^]" if r"\{" in row.formula else r"[\\{}^]"  # a set is written with braces
    assert html and not re.search(commands, html)
    assert set(re.findall(r"<[^>]*>", html)) <= {"<sub>", "</sub>", "<sup>", "</sup>"}
    assert html.count("(") == html.count(")")


@pytest.mark.parametrize(
    ("latex", "html"),
    [
        (Sigmoid.formula, "a = (1 / (1 + e<sup>−z</sup>))"),
        (LeakyReLU.formula, "a = max(0, z) + α min(0, z)"),
        (ELU.formula, "a = z if z &gt; 0 else α (e<sup>z</sup> − 1)"),
        (L1Proximal.formula, "w ← sign(w) max(|w| − η λ, 0)\u2003after the update"),
        (r"\hat y_i", "y\u0302<sub>i</sub>"),
        (r"\tfrac12 x", "(1 / 2) x"),
        (r"\sqrt{v / (1 - \beta_2^t)} + \epsilon", "√(v / (1 − β<sub>2</sub><sup>t</sup>)) + ε"),
        (r"92 \% < \text{a <b> & c}", "92 % &lt; a &lt;b&gt; &amp; c"),
    ],
)
def test_formulas_read_as_they_are_meant(latex: str, html: str) -> None:
    assert formula_html(latex) == html


def test_cases_are_listed_one_after_another() -> None:
    assert "r<sub>i</sub><sup>2</sup> / 2 : |r<sub>i</sub>| ≤ δ; δ (|r<sub>i</sub>| − δ / 2)" in formula_html(
        Huber.formula
    )
    assert "max<sub>s ≤ t</sub>" in formula_html(Adam.formula)


def test_a_command_without_a_sign_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"no sign for \\oint"):
        formula_html(r"\oint f")
