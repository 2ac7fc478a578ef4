"""The server: heavy imports before the first visitor, the player's files beside the pages. ``streamlit run server.py``."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch: else every script thread sets OpenMP up anew

from engine import heap

heap.settle()  # before the heavy imports: they begin threads

import gc
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit.runtime.pages_manager import PagesManager

from engine.stage import opening_run
from ui.cookie import LearnersCookie
from ui.served import ADDRESS, FOLDER

# Until app.py has run once, Streamlit would serve pages/ by itself, without app.py: a first visit may go to any page.
PagesManager.uses_pages_directory = False

HERE = Path(__file__).parent
YEAR = "public, max-age=31536000, immutable"


@cache
def _plotly_js() -> tuple[bytes, bytes]:
    """Plotly.js as it stands in the Python package: (plain, gzipped)."""
    plain = (Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes()
    return plain, gzip.compress(plain, compresslevel=6)


def plotly_js(request: Request) -> Response:
    """The one Plotly.js that all charts of the player share; cached by browsers."""
    plain, zipped = _plotly_js()
    headers = {"Cache-Control": YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(zipped, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})
    return Response(plain, media_type="text/javascript", headers=headers)


async def feed(request: Request) -> Response:
    """What the player is sent. The first page brings Plotly and all else that this needs: a server at rest does not."""
    from ui import feed as player_feed

    return await player_feed.feed(request)


class KeptFiles(StaticFiles):
    """Files that browsers may keep: their address changes when they do."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["Cache-Control"] = YEAR
        return response


def warm_up() -> None:
    """Pay for slow first times here: torch, its first optimizer, and the run that pages open with."""
    opening_run()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Warm up before the first visitor."""
    warm_up()
    yield


app = st.App(
    HERE / "app.py",
    lifespan=lifespan,
    middleware=[Middleware(LearnersCookie)],
    routes=[
        Route(f"/{ADDRESS}/plotly.min.js", plotly_js),
        Route(f"/{ADDRESS}/feed/{{token}}", feed),
        Mount(f"/{ADDRESS}", app=KeptFiles(directory=FOLDER)),
    ],
)
