"""A PostgreSQL of our own for tests and benchmarks: on a socket in a folder of its own, gone when they end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

LIBRARIES = Path("/usr/lib/postgresql")
START_SECONDS = 30


class NoServer(Exception):
    """No server can be started here, and why."""


class Server:
    """A server in a folder of its own; ``url(name)`` is a database on it."""

    def __init__(self, programs: Path, folder: Path, owner: dict[str, Any]) -> None:
        self.programs, self.folder, self.owner = programs, folder, owner
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str) -> str:
        """How an owner would write the address of a database on this server."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run one statement outside of any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoServer."""
        command: list[Any] = [
            self.programs / "postgres",
            "-D",
            self.folder / "data",
            "-k",
            self.folder,
            "-c",
            "listen_addresses=",
        ]
        options = ["-c", "fsync=on", "-c", "max_connections=120", "-c", "timezone=Asia/Kolkata"]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen([*command, *options], cwd="/", stdout=log, stderr=log, **self.owner)
        self.process = process
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.run("SELECT 1")
            except psycopg.OperationalError as error:
                if process.poll() is not None or time.monotonic() > until:
                    said = (self.folder / "log").read_text(errors="replace")[-300:]
                    raise NoServer(f"the server does not start: {error} {said}") from None
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it at once, and wait until it has."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(30)


@contextmanager
def server() -> Iterator[Server]:
    """A server with ``fsync`` on, as an owner's has. Raises NoServer."""
    programs = _programs()
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="gp-postgres-"))
    running = Server(programs, folder, owner)
    try:
        if "user" in owner:
            shutil.chown(folder, owner["user"])
        _init(programs, folder, owner)
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(LIBRARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    named = shutil.which("initdb")
    if not found and named is None:
        raise NoServer(f"no PostgreSQL is installed: neither {LIBRARIES}/*/bin/initdb nor initdb on the path")
    return found[-1].parent if found else Path(str(named)).parent


def _owner() -> dict[str, Any]:
    """Who runs the server: it refuses to be root."""
    if os.getuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        raise NoServer("PostgreSQL does not run as root, and there is no user postgres") from None
    return {"user": "postgres", "group": entry.pw_gid, "extra_groups": []}


def _init(programs: Path, folder: Path, owner: dict[str, Any]) -> None:
    command: list[Any] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
    ]
    done = subprocess.run([*command, "--no-sync"], cwd="/", capture_output=True, text=True, **owner)
    if done.returncode != 0:
        raise NoServer(f"initdb failed: {done.stderr.strip()[-300:]}")
