"""Lets few requests of one page in at once: the newest stay, older ones are sent away, so that no page floods a server."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from engine.settings import settings

SHARE = 3.0
"""An answer is followed by a rest of so many times what it took: a page asks for a third of a processor at most."""
LONGEST_REST = 1.0


class Ticket:
    """One request that was let in. ``sent_away`` once a newer one needs its place."""

    def __init__(self) -> None:
        self.sent_away = False
        self.answering = False
        """Whether its answer is being made: then it can no longer be sent away."""


class Turnstile:
    """One page's requests. Used on one event loop only."""

    def __init__(self, places: int | None = None) -> None:
        self._places = places
        self._inside: list[Ticket] = []
        self.one_by_one = asyncio.Lock()
        """Held while an answer is made: a page has one at a time."""
        self.open_again = 0.0
        """When the next answer may be begun, in seconds of ``time.monotonic``."""

    @contextmanager
    def pass_through(self, wake: Callable[[], None]) -> Iterator[Ticket | None]:
        """A ticket, or None where every place is taken by an answer in the making; ``wake`` is for who is sent away."""
        places = self._places or settings().visitor_requests
        present = [ticket for ticket in self._inside if not ticket.sent_away]
        if len(present) >= places:
            waiting = next((ticket for ticket in present if not ticket.answering), None)
            if waiting is None:
                yield None
                return
            waiting.sent_away = True
            wake()
        mine = Ticket()
        self._inside.append(mine)
        try:
            yield mine
        finally:
            self._inside.remove(mine)

    @asynccontextmanager
    async def turn(self, ticket: Ticket) -> AsyncIterator[bool]:
        """Wait for the turn of ``ticket`` to be answered; whether it has come, or the ticket was sent away meanwhile."""
        async with self.one_by_one:
            await asyncio.sleep(max(0.0, self.open_again - time.monotonic()))
            ticket.answering = not ticket.sent_away
            began = time.monotonic()
            try:
                yield ticket.answering
            finally:
                now = time.monotonic()
                self.open_again = now + min((now - began) * (SHARE - 1), LONGEST_REST)
