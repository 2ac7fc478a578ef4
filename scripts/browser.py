"""The app on a free port and a Chromium to look at it: for browser tests, benchmarks and screenshots."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright, ViewportSize

ROOT = Path(__file__).parent.parent
START_SECONDS = 90
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """The running app: where it answers, its process, what it wrote.

    ``settings`` are environment variables, such as ``GP_MAX_RUNS``; ``prelude`` is Python that its process runs first.
    What learners answer it keeps in a folder of its own.
    """

    def __init__(self, port: int | None = None, settings: Mapping[str, str] | None = None, prelude: str = "") -> None:
        self.log = Path(tempfile.mkdtemp()) / "log.txt"
        self.port = port or _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        begin = f"{prelude}\nfrom streamlit.web.cli import main\nmain()"
        command = [sys.executable, "-c", begin, "run", "server.py", f"--server.port={self.port}"]
        own = {"OMP_NUM_THREADS": "1", "GP_DATA_DIR": str(self.log.parent / "data")}
        environment = {**os.environ, **own, **(settings or {})}
        with self.log.open("w") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, env=environment)

    def wait(self) -> None:
        """Wait until it answers. Raises RuntimeError with its log when it does not come up."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server did not come up:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=20)


@contextlib.contextmanager
def served(settings: Mapping[str, str] | None = None, prelude: str = "") -> Iterator[Server]:
    """The app, as ``make run`` serves it, answering."""
    server = Server(settings=settings, prelude=prelude)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def chromium() -> str | None:
    """Where Debian's Chromium is, or None."""
    return shutil.which("chromium")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium. Raises RuntimeError where there is none."""
    return playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)


def launch_with_memory(playwright: Playwright, folder: Path) -> BrowserContext:
    """One that keeps in ``folder`` what it was sent and how it compiled it: a page opens in two thirds of the work.

    It ends with its last tab: the blank one that it begins with should stay. Raises RuntimeError where there is none.
    """
    size = ViewportSize(width=1400, height=900)
    path = _chromium()
    return playwright.chromium.launch_persistent_context(folder, executable_path=path, args=FLAGS, viewport=size)


def _chromium() -> str:
    path = chromium()
    if path is None:
        raise RuntimeError("no chromium on this machine: apt-get install chromium")
    return path


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
