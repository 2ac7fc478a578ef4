"""Results kept within so many bytes."""

from dataclasses import dataclass

from engine.kept import kept


@dataclass(frozen=True)
class Thing:
    name: str
    nbytes: int


def test_what_was_asked_for_longest_ago_goes_first_when_bytes_run_out() -> None:
    made = []

    @kept(most=lambda: 100)
    def thing(name: str, nbytes: int) -> Thing:
        made.append(name)
        return Thing(name, nbytes)

    for name in ("a", "b", "a", "c"):  # 40 + 40, then c drives out b
        thing(name, 40)
    assert made == ["a", "b", "c"]
    assert thing("a", 40) is thing("a", 40)
    thing("b", 40)
    assert made == ["a", "b", "c", "b"]
    thing("huge", 101)
    thing("huge", 101)
    assert made[-2:] == ["huge", "huge"]


def test_all_can_be_forgotten() -> None:
    made = []

    @kept(most=lambda: 100)
    def thing(name: str) -> Thing:
        made.append(name)
        return Thing(name, 1)

    thing("a")
    thing.cache_clear()  # type: ignore[attr-defined]
    thing("a")
    assert made == ["a", "a"]
