"""The doctor's part of the Playground: quiet where all is well, a card and a cure where it is not."""

import time
from typing import Any

from streamlit.testing.v1 import AppTest

from engine import stage
from engine.permalink import Link, Look, encode
from engine.presets import preset
from tests.pages.test_pages import now, open_page, wait_for, whole


def said(app: AppTest) -> str:
    return " ".join(item.value for item in app.caption if item.value.startswith("**Doctor.**"))


def opened(id: str, step: int, **patch: Any) -> AppTest:
    """A preset taken to ``step``, at rest there, and examined."""
    experiment = preset(id).experiment.patched({name.replace("__", "."): value for name, value in patch.items()})
    app = open_page(encode(Link(experiment, look=Look(step=step))))
    entry = stage.pool().get(app.session_state["gradient_playground"].entry_id)
    wait_for(lambda: entry.status not in ("waiting", "playing"), 90)
    return examined(app)


def examined(app: AppTest) -> AppTest:
    app.button(key="examine").click().run()
    assert not app.exception
    return whole(app)


def test_the_opening_run_is_found_healthy_in_one_line() -> None:
    app = open_page()
    wait_for(lambda: stage.opening_run().status == "finished", 120)
    app = examined(app)
    assert "Nothing wrong to be seen at step 3,000" in said(app)
    assert any("rare classes" in str(item.proto.help) for item in app.caption)
    assert not [item for item in app.button if str(item.key).startswith("cure.")]


def test_a_run_that_has_just_begun_is_told_from_which_step_on_it_is_judged() -> None:
    assert "Too early to say at step 40: it judges from step 100 on." in said(opened("spiral", 40))
    assert "curves is judged from step 200 on" in said(opened("spiral", 150))


def test_a_cure_is_found_shown_before_and_after_and_applied() -> None:
    app = opened("vanishing", 200)
    assert "1 sign of trouble at step 200" in said(app)
    shown = " ".join(item.value for item in app.markdown).replace("\\", "")
    assert "Vanishing gradients" in shown and "hidden layer 1 gets 1/" in shown
    assert any("See it in **Gradient over time**" in item.value for item in app.caption)
    app.button(key="cure.vanishing").click().run()
    search = app.session_state["gradient_playground"].checkup.search
    wait_for(lambda: _polled(app, search), 60)
    app = whole(app)
    shown = " ".join(item.value for item in app.markdown).replace("\\", "")
    assert "Activation: Sigmoid → ReLU" in shown
    assert "before, step 200" in shown and "after, step 200" in shown
    app.button(key="apply_fix").click().run()
    assert not app.exception
    assert now(app) == search.offered.experiment
    assert now(app).seed == preset("vanishing").experiment.seed
    assert stage.pool().get(app.session_state["gradient_playground"].entry_id).wants_to_play
    assert app.session_state["gradient_playground"].checkup.search is None


def _polled(app: AppTest, search: Any) -> bool:
    if not search.is_over:
        search.poll()
        time.sleep(0.01)
    return search.is_over


def test_another_experiment_ends_the_search_and_its_trial() -> None:
    app = opened("vanishing", 120)
    app.button(key="cure.vanishing").click().run()
    checkup = app.session_state["gradient_playground"].checkup
    search = checkup.search
    assert search is not None and search.trying is not None
    trial = search._entry
    whole(app).selectbox(key="form.data.kind").set_value("moons").run()
    assert checkup.search is None
    assert stage.pool().get(trial.id) is None
    assert not app.exception


def test_names_in_a_finding_are_shown_as_they_stand() -> None:
    from ui.doctor import _table

    row = _table(("", "measured"), [("size of <b>x</b> | $y$ [a](b)", "3 :red[mm]")])
    cells = row.splitlines()[2]
    assert r"\<b\>x\<\/b\> \| \$y\$ \[a\]\(b\)" in cells
    assert r"3 \:red\[mm\]" in cells
