"""A visitor of a server that has a GPU: the run on it is shown, examined and taken home as one on the CPU."""

import pytest
import torch
from streamlit.testing.v1 import AppTest

from engine import stage
from engine.entry import Entry
from engine.supervised import SupervisedRun
from tests.engine.export.running import ran
from tests.pages.test_doctor import examined, said
from tests.pages.test_pages import at, open_page, wait_for

pytestmark = [
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine"),
    pytest.mark.filterwarnings("default:Attempting to run cuBLAS"),  # once, of a thread's first product
]
VIEWS = ("Layers and cost", "Neurons", "Hardest examples", "Data table", "Formulas", "Units", "Hidden space", "Seeds")
SMALL = {"v": "1", "data.kind": "moons", "model.hidden": "5,4", "view.step": "60"}


def at_rest(app: AppTest) -> tuple[Entry, SupervisedRun]:
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)
    assert entry is not None
    wait_for(lambda: entry.status not in ("waiting", "playing"), 90)
    assert isinstance(entry.run, SupervisedRun), entry.failure
    return entry, entry.run


def test_a_run_moves_to_the_gpu_and_every_view_of_it_opens() -> None:
    app = open_page(SMALL)
    app.selectbox(key=at(app, "device")).select("cuda").run()
    assert not app.exception
    entry, run = at_rest(app)
    assert run.device.type == "cuda"
    begun = run.steps
    stage.pool().step(entry, 100)
    entry, run = at_rest(app)
    assert run.steps == begun + 100 and entry.film.last.scores[0] < entry.film.frames[0].scores[0]
    assert "step" in said(examined(app))
    further = app.run().segmented_control(key="further")
    for view in VIEWS:
        further.set_value(next(title for title in further.options if title.startswith(view))).run()
        assert not app.exception and not app.error, view
    further.set_value("Take it home").run()
    assert ran(app.code[0].value)["train_loss"] == pytest.approx(float(entry.film.last.scores[0]), abs=0.02)
