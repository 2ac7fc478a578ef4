"""A learner without a browser: opens Practice, answers, rates and goes on, and keeps count of what the page said."""

import random
import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, CookieJar
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Markdown_pb2 import Markdown

from quiz.records import Rating
from ui.cookie import NAME

PAGE = "practice"
RUN_SECONDS = 60.0
"""A run of the page that takes longer has failed."""
DONT_KNOW = "give_up"
OF_A_DESK = re.compile(r"-([0-9a-f]{16})\.([\w.]+)$")
"""The end of Streamlit's name of a widget that belongs to a question: the name of its answer, and what the widget does."""


@dataclass
class Shown:
    """What one run of the page drew of the question."""

    text: str = ""
    text_at: float = 0.0
    """When it came, in seconds of ``time.monotonic``."""
    answer: str = ""
    """The name under which the answer will be kept."""
    widgets: dict[str, Any] = field(default_factory=dict)
    """By what they do: ``give_up``, ``go``, ``option``, ``rate.GOOD``."""
    fragments: dict[str, str] = field(default_factory=dict)
    """Streamlit's name of the part of the page, by the widget's."""
    exceptions: int = 0

    @property
    def is_graded(self) -> bool:
        """Whether the answer was graded: then it asks how well it was known."""
        return "rate.GOOD" in self.widgets


@dataclass
class Learner:
    """One browser, known by the cookie that the server gave it."""

    address: str
    """Where the app answers, as ``http://host:port``."""
    dice: random.Random
    secret: str = ""
    graded: dict[str, int] = field(default_factory=dict)
    """The rating that was pressed for each answer whose grading was shown, by its name; 0 for none."""
    grading: list[float] = field(default_factory=list)
    """Seconds from handing in an answer to its grading."""
    going_on: list[float] = field(default_factory=list)
    """Seconds from pressing a rating to the text of the next question."""
    failure: str = ""
    """What ended the visit before its time."""
    shown: Shown = field(default_factory=Shown)
    page: str = ""
    socket: ClientWebSocketResponse | None = None

    async def open(self, client: ClientSession) -> None:
        """Fetch the page, as a browser does, and connect with the cookie that came with it."""
        async with client.get(f"{self.address}/{PAGE}") as response:
            response.raise_for_status()
            self.secret = response.cookies[NAME].value
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = await client.ws_connect(stream, protocols=["streamlit"], max_msg_size=0)
        letter = BackMsg()
        letter.rerun_script.page_name = PAGE
        await self._run(letter)
        if DONT_KNOW not in self.shown.widgets:
            raise RuntimeError(f"{PAGE} asks nothing of a new learner")

    async def answer(self) -> None:
        """Choose an option where there are some, every other time; else say that it is not known."""
        option = self.shown.widgets.get("option")
        name = self.shown.answer
        if option is not None and self.dice.random() < 0.5:
            letter, state = self._widget("option")
            state.string_value = self.dice.choice(list(option.options))
            await self._run(letter)
            letter, state = self._widget("go")
        else:
            letter, state = self._widget(DONT_KNOW)
        state.trigger_value = True
        began = time.monotonic()
        await self._run(letter)
        if not self.shown.is_graded or self.shown.answer != name:
            raise RuntimeError(f"no grading was shown of {name}")
        self.graded[name] = 0
        self.grading.append(time.monotonic() - began)

    async def rate(self) -> bool:
        """Press a rating; whether another question came."""
        name, rating = self.shown.answer, self.dice.choice(list(Rating))
        letter, state = self._widget(f"rate.{rating.name}")
        state.trigger_value = True
        began = time.monotonic()
        await self._run(letter)
        self.graded[name] = int(rating)
        if DONT_KNOW not in self.shown.widgets:
            return False
        if self.shown.answer == name:
            raise RuntimeError(f"{name} is still asked after it was rated")
        self.going_on.append(self.shown.text_at - began)
        return True

    def _widget(self, role: str) -> tuple[BackMsg, Any]:
        """A letter that runs a widget's part of the page, and the state to be set."""
        widget = self.shown.widgets[role].id
        letter = BackMsg()
        letter.rerun_script.page_script_hash = self.page
        letter.rerun_script.fragment_id = self.shown.fragments[widget]
        state = letter.rerun_script.widget_states.widgets.add()
        state.id = widget
        return letter, state

    async def _run(self, letter: BackMsg) -> None:
        """Send it and take in what is drawn until the run is over. Raises RuntimeError where it shows an exception."""
        if self.socket is None:
            raise RuntimeError("the page is not open")
        self.shown = Shown()
        await self.socket.send_bytes(letter.SerializeToString())
        until = time.monotonic() + RUN_SECONDS
        while True:
            raw = await self.socket.receive(max(0.0, until - time.monotonic()))
            if not isinstance(raw.data, bytes):
                raise RuntimeError(f"the connection ended: {raw.type.name}")
            message = ForwardMsg.FromString(raw.data)
            self._take(message)
            if message.WhichOneof("type") != "script_finished":
                continue
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                break
        if self.shown.exceptions:
            raise RuntimeError("the page shows an exception")

    def _take(self, message: ForwardMsg) -> None:
        if message.HasField("navigation"):
            self.page = message.navigation.page_script_hash
        element, shown = message.delta.new_element, self.shown
        kind = element.WhichOneof("type")
        if kind == "exception":
            shown.exceptions += 1
        elif kind == "markdown" and not shown.text and message.delta.fragment_id:
            if element.markdown.element_type == Markdown.NATIVE:
                shown.text, shown.text_at = element.markdown.body, time.monotonic()
        elif kind in ("button", "radio"):
            widget = getattr(element, kind)
            found = OF_A_DESK.search(widget.id)
            if found is not None:
                shown.answer, role = found.groups()
                shown.widgets[role] = widget
                shown.fragments[widget.id] = message.delta.fragment_id


def browser() -> ClientSession:
    """A browser's connections and its cookies, which it keeps for an address in numbers, too."""
    return ClientSession(cookie_jar=CookieJar(unsafe=True))
