"""Visitors without a browser: they speak Streamlit's protocol, ask as the player asks, and draw nothing.

What a server can serve is not to be limited by how many browsers the same machine can draw.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.delivery import Delivery, Film, unpacked
from ui.feed import Known
from ui.served import ADDRESS

OPEN_SECONDS = 60.0
SETTLE_SECONDS = 0.5
"""Between two moves of a slider."""
Mark = Callable[[], None]


@dataclass
class Visitor:
    """One open Playground. ``film`` and ``nbytes`` count what came through the player's feed."""

    address: str
    """Where the app answers, as ``http://host:port``."""
    query: str
    film: Film = field(default_factory=Film)
    nbytes: int = 0
    arrivals: list[float] = field(default_factory=list)
    """When bunches of frames came, in seconds of ``time.monotonic``."""
    known: Known = Known()
    token: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    """The part of the page (Streamlit's name of the fragment) of each component and slider, by its id."""
    sliders: dict[str, str] = field(default_factory=dict)
    """Streamlit's name of a slider, by its label."""
    component: str = ""
    page: str = ""
    """Streamlit's name of the page, once it has said it."""
    socket: ClientWebSocketResponse | None = None

    async def stay(self, leave: asyncio.Event) -> None:
        """Open the page and listen to the player's feed until ``leave``."""
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        async with (
            ClientSession() as client,
            client.ws_connect(stream, protocols=["streamlit"], max_msg_size=0) as socket,
        ):
            self.socket = socket
            await socket.send_bytes(self._letter())
            reading = asyncio.create_task(self._read(socket))
            while not leave.is_set():
                await (self._listen(client) if self.token else asyncio.sleep(0.01))
            reading.cancel()

    async def command(self, name: str) -> None:
        """Ask for what a click on the player asks for."""
        events = [{"event": "send", "value": {"commands": [{"id": time.time_ns() // 1_000_000, "name": name}]}}]
        with self._widget(f"$$STREAMLIT_INTERNAL_KEY_{self.component}__events", self.component) as (letter, state):
            state.json_trigger_value = json.dumps(events)
        await self._send(letter)

    async def move(self, label: str, value: float) -> None:
        """Move a slider."""
        with self._widget(self.sliders[label], self.sliders[label]) as (letter, state):
            state.double_array_value.data.append(value)
        await self._send(letter)

    @contextmanager
    def _widget(self, id: str, element: str) -> Iterator[tuple[BackMsg, Any]]:
        letter = BackMsg()
        letter.rerun_script.CopyFrom(BackMsg.FromString(self._letter()).rerun_script)
        letter.rerun_script.fragment_id = self.parts[element]
        state = letter.rerun_script.widget_states.widgets.add()
        state.id = id
        yield letter, state

    def _letter(self) -> bytes:
        """A request to run the page."""
        letter = BackMsg()
        letter.rerun_script.query_string, letter.rerun_script.page_script_hash = self.query, self.page
        if not self.page:
            letter.rerun_script.page_name = "playground"
        return letter.SerializeToString()

    async def _send(self, letter: BackMsg) -> None:
        if self.socket is None:
            raise RuntimeError("the page is not open")
        await self.socket.send_bytes(letter.SerializeToString())

    async def _read(self, socket: ClientWebSocketResponse) -> None:
        """What Streamlit says: where the player is, and how its parts are called."""
        async for raw in socket:
            message = ForwardMsg.FromString(raw.data)
            if message.HasField("page_info_changed"):
                self.query = message.page_info_changed.query_string
            if message.HasField("navigation"):
                self.page = message.navigation.page_script_hash
            element = message.delta.new_element
            if element.HasField("bidi_component"):
                self.component = element.bidi_component.id
                self.parts[self.component] = message.delta.fragment_id
                self.token = json.loads(element.bidi_component.json)["feed"]
            if element.HasField("slider"):
                self.sliders[element.slider.label] = element.slider.id
                self.parts[element.slider.id] = message.delta.fragment_id

    async def _listen(self, client: ClientSession) -> None:
        """One request to the feed, as the player makes it."""
        asked = asdict(self.known)
        async with client.get(f"{self.address}/{ADDRESS}/feed/{self.token}", params=asked) as response:
            response.raise_for_status()
            body = await response.read()
            self.nbytes += sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
            self.nbytes += int(response.headers.get("content-length", 0))
        if body:
            self._take(unpacked(body))

    def _take(self, delivery: Delivery) -> None:
        """Count its frames and remember what need not come again."""
        header = delivery.header
        before = self.known.set_up if header["run"] == self.known.run else 0
        set_up = header["setup"]["edition"] if "setup" in header else before
        said = {name: header[name] for name in ("run", "version", "done", "tag")}
        self.known = Known(**said, set_up=set_up, status=header["state"]["status"])
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
    """Compressed, with the heads of the answers."""
    seconds: float
    film: Film
    """Of the first visitor."""


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
            await visitor.command("play")
        await _until_all(present, staying, "playing")
        await asyncio.sleep(settle)
        return await _counted(present, seconds, mark)
    finally:
        leave.set()
        await asyncio.gather(*staying, return_exceptions=True)


async def moves(address: str, query: str, label: str, values: Sequence[float]) -> list[float]:
    """Seconds from each message of a moved slider to the first frame of the run that it began."""
    leave = asyncio.Event()
    visitor = Visitor(address, query)
    staying = asyncio.create_task(visitor.stay(leave))
    waits = []
    try:
        await _until_all([visitor], [staying], "paused")
        for value in values:
            await asyncio.sleep(SETTLE_SECONDS)
            before, began = visitor.known.run, time.monotonic()
            await visitor.move(label, value)
            while (visitor.known.run == before or not visitor.known.set_up) and time.monotonic() < began + OPEN_SECONDS:
                await asyncio.sleep(0.001)
            waits.append(visitor.arrivals[-1] - began)
        return waits
    finally:
        leave.set()
        await asyncio.gather(staying, return_exceptions=True)


async def _until_all(present: list[Visitor], staying: list[asyncio.Task[None]], status: str) -> None:
    end = time.monotonic() + OPEN_SECONDS
    while not all(visitor.known.status == status for visitor in present):
        broken = next((task.exception() for task in staying if task.done()), None)
        if broken or time.monotonic() > end:
            found = sorted({visitor.known.status or "not open" for visitor in present})
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
        film=present[0].film,
    )
