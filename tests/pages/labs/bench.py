"""How tests open a lab and read what it drew."""

import json
import time
from pathlib import Path
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from engine import stage

APP = str(Path(__file__).parents[3] / "app.py")


def open_lab(lab: str, query: dict[str, str] | None = None) -> AppTest:
    """The lab's page as a visitor sees it who opens a link to it."""
    app = AppTest.from_file(APP, default_timeout=60)
    app.switch_page(f"pages/{lab}.py")
    for name, value in (query or {}).items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def with_picture(app: AppTest, seconds: float = 30.0) -> AppTest:
    """The page once it shows what its longer work has come to first: that takes a moment."""
    ends = time.monotonic() + seconds
    while not figures(app) and time.monotonic() < ends:
        time.sleep(0.1)
        app.run()
    return app


def until_done(app: AppTest, place: str, seconds: float = 90.0) -> AppTest:
    """The page, drawn once more, when all longer work of ``place`` is over: a lab's, a dot, and a part of it or none."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        jobs = [job for job in stage.workshop()._jobs if f"{job.place}.".startswith(f"{place.rstrip('.')}.")]
        for job in jobs:
            stage.workshop().look(job)
        if jobs and all(job.is_over for job in jobs):
            break
        time.sleep(0.05)
    app.run()
    assert not app.exception and not app.error
    return app


def figures(app: AppTest) -> list[dict[str, Any]]:
    """The Plotly figures that the page drew, in their order, as dicts of ``data`` and ``layout``."""
    found = [json.loads(item.proto.json) for item in app.get("bidi_component")]
    return [json.loads(item["figure"]) for item in found if "figure" in item]


def address(app: AppTest) -> dict[str, str]:
    """The query that the page wrote."""
    return {name: value if isinstance(value, str) else value[0] for name, value in app.query_params.items()}


def send(app: AppTest, key: str, event: str, value: dict[str, Any]) -> AppTest:
    """The page after the browser has sent ``value`` as ``event`` of the figure ``key``, beside what its controls say."""
    proto = next(item.proto for item in app.get("bidi_component") if item.proto.id.endswith(f"-{key}"))
    states = app._tree.get_widget_states()
    told = states.widgets.add(id=_make_trigger_id(proto.id, "events"))
    told.json_trigger_value = json.dumps([{"event": event, "value": value}])
    app._run(states)
    assert not app.exception, app.exception
    return app
