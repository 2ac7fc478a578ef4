"""Visitors without a browser: they speak Streamlit's protocol, ask as the player asks, and draw nothing.

What a server can serve is not to be limited by how many browsers the same machine can draw.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.delivery import Delivery, Film, player_message

PATIENCE_SECONDS = 1.0
"""How long it waits for an answer before it asks again."""
OPEN_SECONDS = 60.0
Mark = Callable[[], None]


@dataclass
class Visitor:
    """One open Playground. ``film`` and ``nbytes`` count what came."""

    address: str
    """Where the app answers, as ``http://host:port``."""
    query: str
    film: Film = field(default_factory=Film)
    nbytes: int = 0
    arrivals: list[float] = field(default_factory=list)
    """When bunches of frames came, in seconds of ``time.monotonic``."""
    status: str = ""
    component: str = ""
    fragment: str = ""
    run: str = ""
    seq: int = 0
    ask_seconds: float = 0.2
    """How long the player's courier waits between two requests: as the server says."""
    commands: list[dict[str, Any]] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def stay(self, leave: asyncio.Event) -> None:
        """Open the page, play once the first frame is there, and go on asking until ``leave``."""
        async with connect(_socket(self.address), subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
            await connection.send(self._letter())
            reading = asyncio.create_task(self._read(connection))
            while not leave.is_set():
                began = time.monotonic()
                await self._ask(connection)
                await asyncio.sleep(max(0.0, began + self.ask_seconds - time.monotonic()))
            reading.cancel()

    def command(self, name: str) -> None:
        """Ask for ``name`` until it is done."""
        self.commands.append({"id": time.time_ns() // 1_000_000, "name": name})

    async def _ask(self, connection: ClientConnection) -> None:
        if not self.component:
            return
        self.answered.clear()
        asked = {"ack": self.seq, "run": self.run, "commands": self.commands}
        await connection.send(self._letter([{"event": "send", "value": asked}]))
        try:
            await asyncio.wait_for(self.answered.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            return

    def _letter(self, events: list[dict[str, Any]] | None = None) -> bytes:
        """A request to run the page, or only the player's fragment with its events."""
        letter = BackMsg()
        rerun = letter.rerun_script
        rerun.query_string = self.query
        rerun.page_name = "playground"
        if events is not None:
            rerun.fragment_id = self.fragment
            state = rerun.widget_states.widgets.add()
            state.id = f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events"
            state.json_trigger_value = json.dumps(events)
        return letter.SerializeToString()

    async def _read(self, connection: ClientConnection) -> None:
        async for raw in connection:
            if isinstance(raw, str):
                continue
            self.nbytes += len(raw)
            message = ForwardMsg.FromString(raw)
            if message.HasField("page_info_changed"):
                self.query = message.page_info_changed.query_string
            delivery = player_message(message)
            if delivery is not None:
                self.component, self.fragment = delivery.component, delivery.fragment
                self._take(delivery)
                self.answered.set()

    def _take(self, delivery: Delivery) -> None:
        """Count its frames and remember what to confirm."""
        header = delivery.header
        if not header:
            return
        self.seq, self.run, self.status = header["seq"], header["run"], header["state"]["status"]
        self.ask_seconds = header["state"]["ask_ms"] / 1000
        self.commands = [command for command in self.commands if command["id"] > header["done"]]
        if self.film.take(delivery):
            self.arrivals.append(time.monotonic())


@dataclass(frozen=True)
class Crowd:
    """What a number of visitors got while all of them played."""

    frames_per_second: list[float]
    """One rate per visitor."""
    waits: list[float]
    """Seconds between bunches of frames, of all visitors."""
    frames: int
    repeated: int
    """Frames that came once more."""
    nbytes: int
    seconds: float


async def crowd(address: str, query: str, visitors: int, settle: float, seconds: float, mark: Mark) -> Crowd:
    """Let ``visitors`` play for ``settle`` + ``seconds``; ``mark`` is called where the measured seconds begin and end.

    Raises RuntimeError where a page does not open or does not play.
    """
    leave = asyncio.Event()
    present = [Visitor(address, query) for _ in range(visitors)]
    staying = [asyncio.create_task(visitor.stay(leave)) for visitor in present]
    try:
        await _until_all(present, staying, "paused")
        for visitor in present:
            visitor.command("play")
        await _until_all(present, staying, "playing")
        await asyncio.sleep(settle)
        return await _counted(present, seconds, mark)
    finally:
        leave.set()
        await asyncio.gather(*staying, return_exceptions=True)


async def pages(address: str, queries: Sequence[str]) -> list[float]:
    """Seconds from each request for the whole page, one after another, to the first frame of its network."""
    waits = []
    async with connect(_socket(address), subprotocols=["streamlit"], max_size=None) as connection:  # type: ignore[list-item]
        for query in queries:
            letter = BackMsg()
            letter.rerun_script.query_string, letter.rerun_script.page_name = query, "playground"
            began = time.monotonic()
            await connection.send(letter.SerializeToString())
            waits.append(await _until_first_frame(connection) - began)
    return waits


async def _until_first_frame(connection: ClientConnection) -> float:
    """When it came, once the page is through. Raises RuntimeError where none did."""
    came = None
    async for raw in connection:
        message = ForwardMsg.FromString(raw) if isinstance(raw, bytes) else ForwardMsg()
        delivery = player_message(message)
        if delivery is not None and delivery.frames and came is None:
            came = time.monotonic()
        if message.HasField("script_finished"):
            break
    if came is None:
        raise RuntimeError("a page came without a first frame")
    return came


def _socket(address: str) -> str:
    return address.replace("http", "ws", 1) + "/_stcore/stream"


async def _until_all(present: list[Visitor], staying: list[asyncio.Task[None]], status: str) -> None:
    end = time.monotonic() + OPEN_SECONDS
    while not all(visitor.status == status for visitor in present):
        broken = next((task.exception() for task in staying if task.done()), None)
        if broken or time.monotonic() > end:
            found = sorted({visitor.status or "not open" for visitor in present})
            raise RuntimeError(f"visitors should all be {status}, they are {', '.join(found)}") from broken
        await asyncio.sleep(0.05)


async def _counted(present: list[Visitor], seconds: float, mark: Mark) -> Crowd:
    for visitor in present:
        visitor.film.clear()
        visitor.arrivals.clear()
        visitor.nbytes = 0
    began = time.monotonic()
    mark()
    await asyncio.sleep(seconds)
    mark()
    lasted = time.monotonic() - began
    frames = [len(visitor.film.frames) for visitor in present]
    return Crowd(
        frames_per_second=[count / lasted for count in frames],
        waits=[b - a for visitor in present for a, b in itertools.pairwise(visitor.arrivals)],
        frames=sum(frames),
        repeated=sum(visitor.film.repeated for visitor in present),
        nbytes=sum(visitor.nbytes for visitor in present),
        seconds=lasted,
    )
