"""Names from somebody's file stand in charts as they are: Plotly reads no tag, no entity and no template in them."""

import json
import re
from typing import Any

import numpy as np
import pytest

from charts.board import board
from charts.live import plain
from charts.sentences import sentences
from engine.data.plane import ColumnsPlane
from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from tests.engine.data.own.files import used
from tests.engine.test_names import HOSTILE


def hostile_file() -> bytes:
    import csv
    import io

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*HOSTILE[:6], "kind <i>", "target %{z} <b>"])
    for row in range(40):
        writer.writerow(
            [*(f"{row * place * 0.5 % 7:.2f}" for place in range(1, 7)), HOSTILE[row % 2], HOSTILE[2 + row % 3]]
        )
    return out.getvalue().encode()


def texts(node: Any) -> list[str]:
    """Every string in a figure."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts(value)]
    return [text for value in node for text in texts(value)] if isinstance(node, list | tuple) else []


TAG = re.compile(r"<(?!br>|extra>|/extra>)")
TEMPLATE = re.compile(r"%\{(?!(x|y|z|customdata(\[\d\])?)(:[^}]*)?\})")


@pytest.mark.parametrize("view", [None, ColumnsPlane(x=0, y=6), ColumnsPlane(x=6, y=1)])
def test_no_chart_holds_a_name_that_plotly_could_read(view: ColumnsPlane | None) -> None:
    data = used(hostile_file())
    assert data.classes == 3 and len(data.inputs) == 7
    run = SupervisedRun(Experiment(data=data), view=view)
    for live in board(run.scene):
        found = texts(json.loads(json.dumps(live.as_json["figure"], default=np.ndarray.tolist)))
        assert not [text for text in found if TAG.search(text)]
        assert not [text for text in found if TEMPLATE.search(text)]
    assert sentences(run.scene, run.snapshot())["boundary"]


def test_a_number_to_predict_may_have_any_name() -> None:
    data = used(b"<b>a</b>,%{x}\n" + b"".join(b"%d.5,%d.25\n" % (i, 3 * i) for i in range(30)))
    assert data.task == "regression"
    for live in board(SupervisedRun(Experiment(data=data)).scene):
        found = texts(json.loads(json.dumps(live.as_json["figure"], default=np.ndarray.tolist)))
        assert not [text for text in found if TAG.search(text) or TEMPLATE.search(text)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_plain_name_has_no_tag_no_entity_and_no_template(name: str) -> None:
    shown = plain(name, 60)
    assert "<" not in shown and "%{" not in shown
    assert not re.search(r"&(?!amp;|lt;)", shown)
    assert len(plain("x" * 1000, 24)) == 24


def test_the_boundary_names_its_bands() -> None:
    run = SupervisedRun(Experiment(data=used(hostile_file())), view=ColumnsPlane(x=0, y=6))
    figure = board(run.scene)[0].figure
    assert list(figure.layout.yaxis.tickvals) == [0, 1]
    assert all(len(text) <= 20 for text in figure.layout.yaxis.ticktext)
    assert figure.layout.xaxis.ticktext is None
    assert "Each category is a band" in board(run.scene)[0].help
