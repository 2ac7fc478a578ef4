"""Take the README's screenshots from the running app. ``make screenshots`` starts it, drives it and stops it."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent
SHOTS = ROOT / "assets" / "screenshots"
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
SIZES = {"": (1400, 900), "-phone": (390, 844)}


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The app on a free port."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "server.py", f"--server.port={port}"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    try:
        for _ in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def shoot(browser: Browser, address: str, path: str, name: str, scheme: str, size: tuple[int, int]) -> None:
    """One page at one size in one colour scheme."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{address}/{path}")
    page.wait_for_selector(".gp-player .gp-panel" if path.startswith("playground") else "h1", timeout=30_000)
    page.wait_for_timeout(3500)
    page.screenshot(path=SHOTS / f"{name}.png")
    context.close()


def main(target: str | None = None) -> None:
    """Home and Playground, light and dark, desk and phone."""
    global SHOTS
    SHOTS = Path(target) if target else SHOTS
    SHOTS.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for scheme in ("light", "dark"):
            for suffix, size in SIZES.items():
                shoot(browser, address, "playground", f"playground-{scheme}{suffix}", scheme, size)
                shoot(browser, address, "", f"home-{scheme}{suffix}", scheme, size)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
