"""Who is served next."""

from engine.entry import Entry
from engine.turns import REMEMBERED, Turns


def entry(owner: str, due: float) -> Entry:
    made = Entry(f"{owner}{due}", lambda: None, 0, True, None, owner=owner)  # type: ignore[arg-type,return-value]
    made.due = due
    return made


def test_who_was_served_longest_ago_comes_first_and_of_ones_own_runs_the_one_due_first() -> None:
    turns = Turns()
    many, one = [entry("many", due) for due in (1.0, 2.0, 3.0)], entry("one", 2.5)
    served = []
    for _ in range(6):
        first = turns.first([*many, one], now=10.0)
        assert first is not None
        turns.given_to(first)
        served.append(first.id)
    assert served == ["many1.0", "one2.5"] * 3


def test_where_nobody_is_due_yet_the_first_to_be_is_named() -> None:
    turns = Turns()
    early, later = entry("a", 5.0), entry("b", 6.0)
    turns.given_to(early)
    assert turns.first([later, early], now=1.0) is early
    assert turns.first([], now=1.0) is None


def test_runs_of_nobody_take_turns_one_by_one() -> None:
    turns = Turns()
    first, second = entry("", 1.0), entry("", 2.0)
    turns.given_to(first)
    assert turns.first([first, second], now=3.0) is second


def test_only_so_many_visitors_are_remembered() -> None:
    turns = Turns()
    for number in range(REMEMBERED + 50):
        turns.given_to(entry(f"v{number}", 0.0))
    assert len(turns._last) == REMEMBERED
