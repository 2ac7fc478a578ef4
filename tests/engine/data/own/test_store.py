"""Files are kept for their owner only, within bounds, and go when the owner does."""

import gc
import threading

import pytest

from engine.data.own.refusal import Refused
from engine.data.own.sheet import Sheet, read
from engine.data.own.store import Store, mine, read_as, reader, reading_as, store
from tests.engine.data.own.files import csv, flowers, kept


def sheet(number: int, rows: int = 100) -> Sheet:
    """Files of one size."""
    return read(csv("a,b", *(f"{i + number}.5,{'xy'[i % 2]}" for i in range(rows))))


SIZE = sheet(1000).nbytes


def test_a_file_is_there_for_its_owner_and_for_nobody_else() -> None:
    shelf = Store(10 * SIZE, 100 * SIZE)
    one = sheet(1000)
    shelf.put("ann", one)
    assert shelf.get("ann", one.digest) is one
    assert shelf.get("bob", one.digest) is None
    assert shelf.get("ann", "0" * 16) is None


def test_the_longest_unused_of_a_visitor_goes_first() -> None:
    shelf = Store(int(2.5 * SIZE), 100 * SIZE)
    first, second, third = (sheet(number) for number in (1001, 1002, 1003))
    shelf.put("ann", first)
    shelf.put("ann", second)
    shelf.get("ann", first.digest)
    shelf.put("ann", third)
    assert [shelf.get("ann", item.digest) for item in (first, second, third)] == [first, None, third]
    assert shelf.bytes_of("ann") <= 2.5 * SIZE


def test_all_visitors_together_keep_within_the_total() -> None:
    shelf = Store(10 * SIZE, int(3.5 * SIZE))
    for number, owner in enumerate("abcdef"):
        shelf.put(owner, sheet(1000 + number))
    assert shelf.bytes_of() <= 3.5 * SIZE
    assert [owner for owner in "abcdef" if shelf.bytes_of(owner)] == ["d", "e", "f"]


def test_a_file_too_large_for_a_visitor_is_refused_and_others_stay() -> None:
    shelf = Store(int(1.5 * SIZE), 100 * SIZE)
    small = sheet(1000)
    shelf.put("ann", small)
    with pytest.raises(Refused, match=r"of memory; .* MB are there for each visitor. Leave out a part of it"):
        shelf.put("ann", sheet(1, 1000))
    assert shelf.get("ann", small.digest) is small


def test_the_same_file_again_takes_no_more_room() -> None:
    shelf = Store(10 * SIZE, 100 * SIZE)
    shelf.put("ann", sheet(1000))
    before = shelf.bytes_of("ann")
    shelf.put("ann", sheet(1000))
    assert shelf.bytes_of("ann") == before


def test_what_an_owner_keeps_is_let_go_at_once() -> None:
    shelf = Store(10 * SIZE, 100 * SIZE)
    shelf.put("ann", sheet(1000))
    shelf.put("bob", sheet(1001))
    shelf.release("ann")
    assert shelf.bytes_of("ann") == 0 < shelf.bytes_of("bob")


def test_each_thread_reads_on_behalf_of_its_own_visitor() -> None:
    one = kept(flowers(31), "ann")
    seen: list[str] = []
    with reading_as("ann"):
        assert mine(one.digest) is one
        thread = threading.Thread(target=lambda: seen.append(reader()))
        thread.start()
        thread.join()
    assert seen == [""]
    assert mine(one.digest) is None
    store().release("ann")


def test_a_thread_may_read_as_somebody_from_now_on() -> None:
    seen: list[str] = []

    def work() -> None:
        read_as("bob")
        seen.append(reader())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == ["bob"] and reader() == ""


def test_a_visits_files_go_with_it() -> None:
    from ui import visitors
    from ui.visit import Visit

    visit = Visit()
    token = visit.token
    store().put(token, sheet(1000))
    assert store().bytes_of(token) > 0
    del visit
    visitors._kept.pop(token)  # nobody came back
    gc.collect()
    assert store().bytes_of(token) == 0


def test_many_threads_at_once_keep_the_books() -> None:
    shelf = Store(4 * SIZE, 12 * SIZE)
    sheets = [sheet(1000 + number) for number in range(8)]

    def work(owner: str) -> None:
        for turn in range(60):
            shelf.put(owner, sheets[turn % 8])
            shelf.get(owner, sheets[(turn + 3) % 8].digest)
            if turn % 20 == 19:
                shelf.release(owner)

    threads = [threading.Thread(target=work, args=(owner,)) for owner in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.bytes_of() == sum(shelf.bytes_of(owner) for owner in "abcd") <= 12 * SIZE
