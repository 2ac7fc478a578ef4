"""The doctor below a lab's live run: on a small page of its own, with a run that is ill, and one that is well."""

import time
from typing import Any

from streamlit.testing.v1 import AppTest

from engine import stage
from engine.sequences.experiment import SequenceExperiment

QUICK = {
    "task.kind": "recall",
    "task.delay": 3,
    "task.samples": 200,
    "task.symbols": 3,
    "model.units": 12,
    "model.embedding": 4,
    "training.updates": 220,
    "training.batch_size": 16,
}
"""A run that is judged at its end, after a second."""


def page() -> None:
    """A lab with nothing but its live run and what ails it."""
    import streamlit as st

    from engine.choice import Frozen
    from engine.labs.lab import Lab
    from engine.sequences.experiment import SequenceExperiment
    from ui import doctor, lab, live

    class State(Frozen):
        experiment: SequenceExperiment = SequenceExperiment()

    here = Lab("ward", "Ward", "What ails it?", "Look.", ":material/healing:", "Sequences")
    asked = st.session_state.pop("asked", None)
    bench = lab.visit().labs.get(here.id)
    state = State(experiment=asked) if bench is None else bench.state
    if bench is None:
        lab.put(here, state)
    live.player(here, state.experiment)
    doctor.of_lab(here)


def opened(**patch: Any) -> AppTest:
    """The page with a run at its end, examined."""
    experiment = SequenceExperiment().patched({**QUICK, **{name.replace("__", "."): v for name, v in patch.items()}})
    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["asked"] = experiment
    app.run()
    assert not app.exception, app.exception
    wait(app, lambda run: run.ending is not None)
    return examined(app)


def stand(app: AppTest) -> Any:
    return app.session_state["gradient_playground"].stands["ward"]


def wait(app: AppTest, done: Any, seconds: float = 60.0) -> None:
    pool, end = stage.pool(), time.monotonic() + seconds
    entry = pool.get(stand(app).entry_id)
    while (entry.run is None or not done(entry.run) or entry.busy) and time.monotonic() < end:
        pool.touch(entry)
        time.sleep(0.01)
    assert not entry.failure, entry.failure
    assert done(entry.run)


def examined(app: AppTest) -> AppTest:
    app.button(key="ward.examine").click().run()
    assert not app.exception, app.exception
    return app.run()


def said(app: AppTest) -> str:
    return " ".join(item.value for item in app.caption if item.value.startswith("**Doctor.**"))


def test_a_run_that_is_well_is_said_to_be_in_one_line() -> None:
    app = opened(training__optimizer__lr=0.02)
    assert "Nothing wrong to be seen at step 220." in said(app)
    assert any("padding" in str(item.proto.help) for item in app.caption)
    assert not [item for item in app.button if "cure" in str(item.key)]


def test_a_fix_is_found_shown_before_and_after_and_taken_in_place_of_the_run() -> None:
    app = opened(training__optimizer__lr=1e-5)
    ill = stand(app).now
    assert "1 sign of trouble at step 220." in said(app)
    shown = " ".join(item.value for item in app.markdown).replace("\\", "")
    assert "Learning rate too low" in shown and "every answer follows from what was read" in shown
    assert any("See it in **Update / weight** at step 220" in item.value for item in app.caption)
    app.button(key="ward.cure.rate_low").click().run()
    search = stand(app).checkup.search
    end = time.monotonic() + 60
    while not search.is_over and time.monotonic() < end:
        search.poll()
        time.sleep(0.01)
    app.run()
    assert search.offered is not None, [item.said for item in search.tried]
    shown = " ".join(item.value for item in app.markdown).replace("\\", "")
    assert "before, step 220" in shown and "after, step 220" in shown and "Learning rate: 1e-05 →" in shown
    app.button(key="ward.apply_fix").click().run()
    app.run()
    assert not app.exception, app.exception
    now = stand(app).now
    assert now == search.offered.experiment and now.seed == ill.seed
    assert app.session_state["gradient_playground"].labs["ward"].state.experiment == now
    shown = " ".join(item.value for item in app.markdown).replace("\\", "")
    assert "This run has the fix:" in shown and "before, step 220" in shown
    wait(app, lambda run: run.ending is not None)
    assert "Nothing wrong to be seen at step 220." in said(examined(app))
