"""A visitor's ratings: both shapes are read, and what is wrong with a file is told with its line."""

import numpy as np
import pytest

from engine.data.own.refusal import Refused
from engine.labs.tokens.own_ratings import EXAMPLE, read_ratings

USERS = "abcdef"


def long(*rows: str, head: str = "user,item,rating") -> bytes:
    """A line for each rating, and enough of them."""
    plain = [f"{user},{item},{(n * 7 + k) % 5}" for n, user in enumerate(USERS) for k, item in enumerate("wxyz")]
    return "\n".join([head, *plain, *rows]).encode()


def test_the_example_is_read() -> None:
    table = read_ratings(EXAMPLE.encode(), "ratings.csv")
    assert table.users == ("ann", "ben", "cleo", "dan", "eve", "finn") and table.items[1] == "Old Bridge"
    whole = np.full((6, 6), np.nan)
    whole[table.user, table.item] = table.rating
    assert whole[0].tolist()[:5] == [5, 4, 1, 5, 1] and np.isnan(whole[0, 5])


def test_a_line_for_each_rating_and_a_line_for_each_user_give_the_same_table() -> None:
    one = read_ratings(long())
    grid = "user,w,x,y,z\n" + "\n".join(
        f"{user},{','.join(str((n * 7 + k) % 5) for k in range(4))}" for n, user in enumerate(USERS)
    )
    other = read_ratings(grid.encode())
    assert one.users == other.users == tuple(USERS) and one.items == other.items == tuple("wxyz")
    tables = []
    for table in (one, other):
        whole = np.zeros((6, 4))
        whole[table.user, table.item] = table.rating
        tables.append(whole)
    np.testing.assert_array_equal(*tables)


def test_named_columns_are_found_wherever_they_stand_and_others_are_passed_over() -> None:
    rows = [f"2024-01-0{n + 1};{(n + k) % 5 + 1},5;film {k};{user}" for n, user in enumerate(USERS) for k in range(4)]
    table = read_ratings("\n".join(["when;rating;movie;user", *rows]).encode())
    assert table.users == tuple(USERS) and table.items[0] == "film 0" and table.rating[0] == 1.5


BAD = {
    "no number": (long("a,v,good"), r"Line 26, column 'rating': 'good' is no rating"),
    "rated twice": (long("b,x,4"), r"Line 26: 'b' has rated 'x' already, in line 7\. Keep one"),
    "a name missing": (long(",x,4"), r"Line 26, column 'user': the name is missing"),
    "a user twice": (b"user,w,x,y\na,1,2,3\nb,2,3,1\na,1,1,1\n", r"Line 4: user 'a' has a line already, line 2"),
    "too large": (long("a,v,1e9"), r"'1e9' is too large; ratings go from -1e6 to 1e6"),
    "two users": (b"user,w,x,y\na,1,2,3\nb,2,3,1\n", "The table has 2 users; 3 to 2,000"),
    "few ratings": (b"user,w,x,y\na,1,2,3\nb,2,3,1\nc,1,1,1\n", "The table has 9 ratings; at least 20"),
    "all alike": (long().replace(b",0\n", b",3\n").replace(b",1\n", b",3\n").replace(b",2\n", b",3\n")
                  .replace(b",4\n", b",3\n").replace(b"f,z,4", b"f,z,3").replace(b"f,z,3", b"f,z,3"), "Every rating is 3"),
    "a word in the grid": (b"user,w,x,y\na,1,2,3\nb,2,bad,1\nc,1,1,1\n", r"Line 3, column 'x': 'bad' is no rating"),
    "not a table": (b"\x89PNG\r\n", "a PNG picture"),
    "empty": (b"", "The file is empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_wrong_with_a_file_is_told_with_its_line(case: str) -> None:
    content, said = BAD[case]
    with pytest.raises(Refused, match=said):
        read_ratings(content)


def test_too_many_items_are_refused() -> None:
    head = "user," + ",".join(f"i{n}" for n in range(600))
    with pytest.raises(Refused, match="601 columns; at most 501"):
        read_ratings(f"{head}\n".encode())


def test_an_empty_cell_is_no_rating() -> None:
    table = read_ratings(long("a,v,", "b,v,NA"))
    assert len(table.rating) == 24 and "v" in table.items
