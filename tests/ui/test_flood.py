"""One page that asks a hundred times at once, over HTTP, on a real server: nobody else waits for it."""

import asyncio
import time
from collections import Counter

import pytest
from aiohttp import ClientSession, ClientTimeout

from benchmarks.visitor import Visitor
from scripts.browser import served
from ui.served import ADDRESS

FLOOD = 100


async def statuses(address: str, token: str) -> list[int]:
    """What ``FLOOD`` requests at once are answered."""
    async with ClientSession(timeout=ClientTimeout(60)) as client:

        async def ask() -> int:
            async with client.get(f"{address}/{ADDRESS}/feed/{token}") as response:
                await response.read()
                return response.status

        return list(await asyncio.gather(*(ask() for _ in range(FLOOD))))


async def flooded(address: str) -> tuple[Counter[int], float]:
    """How the flood is answered, and how long a quiet visitor waits for a first answer meanwhile."""
    leave = asyncio.Event()
    wild = Visitor(address, "v=1&model.hidden=5")
    staying = asyncio.create_task(wild.stay(leave))
    while not wild.known.set_up:
        await asyncio.sleep(0.02)
    flood = asyncio.create_task(statuses(address, wild.token))
    began = time.monotonic()
    quiet_leaves = asyncio.Event()
    quiet = Visitor(address, "v=1&model.hidden=4")
    coming = asyncio.create_task(quiet.stay(quiet_leaves))
    while not quiet.known.set_up:
        await asyncio.sleep(0.01)
    waited = time.monotonic() - began
    found = Counter(await flood)
    leave.set()
    quiet_leaves.set()
    await asyncio.gather(staying, coming, return_exceptions=True)
    return found, waited


@pytest.mark.timeout(180)
def test_a_flood_of_one_page_is_sent_away_and_others_are_served() -> None:
    with served() as server:
        found, waited = asyncio.run(flooded(server.address))
    assert set(found) <= {200, 429}
    assert 1 <= found[200] <= 8, found
    assert found[429] >= FLOOD - 8
    assert waited < 20
