"""A page's requests: few at once, the newest first, one answer at a time."""

import asyncio
import itertools
import time

from ui.turnstile import Turnstile


def test_a_newer_request_takes_the_place_of_the_one_that_waits_longest() -> None:
    woken = []
    turnstile = Turnstile(2)
    with (
        turnstile.pass_through(lambda: None) as first,
        turnstile.pass_through(lambda: None) as second,
        turnstile.pass_through(lambda: woken.append(True)) as third,
    ):
        assert first and second and third
        assert (first.sent_away, second.sent_away, third.sent_away) == (True, False, False)
        assert woken == [True]


def test_who_left_leaves_a_place() -> None:
    turnstile = Turnstile(1)
    for _ in range(3):
        with turnstile.pass_through(lambda: None) as ticket:
            assert ticket and not ticket.sent_away


def test_nobody_is_let_in_while_every_place_is_being_answered() -> None:
    turnstile = Turnstile(1)
    with turnstile.pass_through(lambda: None) as first:
        assert first
        first.answering = True
        with turnstile.pass_through(lambda: None) as second:
            assert second is None
        assert not first.sent_away


def test_answers_are_made_one_by_one_with_a_rest_that_grows_with_them() -> None:
    async def ask(turnstile: Turnstile, spans: list[tuple[float, float]]) -> None:
        with turnstile.pass_through(lambda: None) as ticket:
            assert ticket
            async with turnstile.turn(ticket) as has_come:
                assert has_come
                began = time.monotonic()
                await asyncio.sleep(0.05)
                spans.append((began, time.monotonic()))

    async def all_of_them() -> list[tuple[float, float]]:
        spans: list[tuple[float, float]] = []
        turnstile = Turnstile(3)
        await asyncio.gather(*(ask(turnstile, spans) for _ in range(3)))
        return spans

    spans = asyncio.run(all_of_them())
    assert len(spans) == 3
    for (_, end), (begin, _) in itertools.pairwise(spans):
        assert begin - end >= 0.09


def test_who_was_sent_away_while_waiting_for_a_turn_gets_none() -> None:
    async def late() -> bool:
        turnstile = Turnstile(1)
        with turnstile.pass_through(lambda: None) as ticket:
            assert ticket
            ticket.sent_away = True
            async with turnstile.turn(ticket) as has_come:
                return has_come

    assert asyncio.run(late()) is False
