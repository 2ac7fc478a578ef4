"""A visitor's ratings: a table with a line for each rating, or with a line for each user and a column for each item."""

import hashlib
from collections.abc import Sequence

import numpy as np

from engine.data.own import numbers
from engine.data.own.columns import MISSING, MISSING_IN_NUMBERS
from engine.data.own.decode import decode
from engine.data.own.parse import Parsed, parse
from engine.data.own.refusal import Refused, at
from engine.labs.tokens.results.ratings import RatingTable
from engine.names import plain_name, plain_names
from engine.settings import Settings, settings

MOST_USERS, MOST_ITEMS = 2000, 500
FEWEST = 3
"""Users, and items."""
FEWEST_RATINGS = 20
LARGEST = 1e6
RATING = ("rating", "ratings", "score", "stars", "value", "grade", "points")
USER = ("user", "users", "user_id", "userid", "user id", "person", "name")
ITEM = (
    "item",
    "items",
    "item_id",
    "itemid",
    "item id",
    "movie",
    "movieid",
    "movie_id",
    "film",
    "book",
    "product",
    "title",
)
EMPTY = MISSING | MISSING_IN_NUMBERS
HOW = (
    "Give a line for each rating (columns user, item, rating), or a line for each user and a column for each item, with the "
    "users' names in the first column."
)

EXAMPLE = """user,Sunrise,Old Bridge,Night Train,Garden,Storm,Lighthouse
ann,5,4,1,5,1,
ben,1,2,5,,4,2
cleo,4,5,,4,2,4
dan,,1,4,1,5,1
eve,5,,2,4,1,5
finn,2,1,5,2,,2
"""


def read_ratings(content: bytes, name: str = "", limits: Settings | None = None) -> RatingTable:
    """The ratings in a file's bytes. Raises Refused, saying what is wrong and where."""
    limits = limits or settings()
    text = decode(content, limits.own_file_mb, limits.own_unzipped_mb).text
    parsed = parse(text, limits.own_rows, max(MOST_ITEMS + 1, limits.own_columns))
    places = _long(parsed)
    users, items, user, item, rating = _of_lines(parsed, *places) if places else _of_grid(parsed)
    _must_be_enough(users, items, rating)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return RatingTable(
        plain_name(name) or "your ratings",
        digest,
        plain_names(users, "user"),
        plain_names(items, "item"),
        user,
        item,
        rating,
    )


Read = tuple[tuple[str, ...], tuple[str, ...], np.ndarray, np.ndarray, np.ndarray]


def _long(parsed: Parsed) -> tuple[int, int, int] | None:
    """The columns of user, item and rating where each line is a rating; None where each line is a user."""
    names = [name.strip().lower() for name in parsed.header]

    def column(called: Sequence[str]) -> int | None:
        return next((place for place, name in enumerate(names) if name in called), None)

    user, item, rating = column(USER), column(ITEM), column(RATING)
    if rating is not None and user is not None and item is not None:
        return user, item, rating
    return (0, 1, 2) if len(names) == 3 else None


def _of_lines(parsed: Parsed, user: int, item: int, rating: int) -> Read:
    users, items, values = (parsed.columns[place] for place in (user, item, rating))
    numbered = _numbers(parsed, rating, values.distinct)[values.codes]
    for place, column in ((user, users), (item, items)):
        empty = [code for code, cell in enumerate(column.distinct) if not cell]
        if empty:
            raise Refused(
                f"{at(parsed.line_of(place, empty[0]), parsed.header[place])}: the name is missing. Fill it in."
            )
    kept = ~np.isnan(numbered)
    _must_be_once(parsed, users.codes, items.codes, kept, (users.distinct, items.distinct))
    return users.distinct, items.distinct, users.codes[kept], items.codes[kept], numbered[kept]


def _of_grid(parsed: Parsed) -> Read:
    names = parsed.columns[0]
    codes, counts = np.unique(names.codes, return_counts=True)
    if (counts > 1).any():
        twice = names.distinct[int(codes[counts > 1][0])]
        lines = parsed.lines[names.codes == codes[counts > 1][0]]
        raise Refused(f"{at(int(lines[1]))}: user '{plain_name(twice)}' has a line already, line {lines[0]:,}. {HOW}")
    table = np.stack(
        [
            _numbers(parsed, place, column.distinct)[column.codes]
            for place, column in enumerate(parsed.columns[1:], start=1)
        ],
        axis=1,
    )
    user, item = np.nonzero(~np.isnan(table))
    users = tuple(names.distinct[code] for code in names.codes)
    return users, parsed.header[1:], user, item, table[user, item]


def _numbers(parsed: Parsed, place: int, cells: Sequence[str]) -> np.ndarray:
    """Each different cell of a column as a number, NaN where it stands for no rating."""
    given = [cell for cell in cells if cell.lower() not in EMPTY]
    way = numbers.format_of(given)
    if way is None:
        wrong = next((cell for cell in given if not numbers.looks_numeric(cell)), given[-1])
        where = at(parsed.line_of(place, list(cells).index(wrong)), parsed.header[place])
        raise Refused(f"{where}: '{plain_name(wrong)}' is no rating: a number is needed, or an empty cell. {HOW}")
    found = np.array([np.nan if cell.lower() in EMPTY else way.value(cell) for cell in cells])
    if (np.abs(found) > LARGEST).any():
        wrong = cells[int(np.nanargmax(np.abs(found)))]
        where = at(parsed.line_of(place, list(cells).index(wrong)), parsed.header[place])
        raise Refused(f"{where}: '{plain_name(wrong)}' is too large; ratings go from -1e6 to 1e6.")
    return found


def _must_be_once(
    parsed: Parsed, user: np.ndarray, item: np.ndarray, kept: np.ndarray, names: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    seen: dict[tuple[int, int], int] = {}
    for row in np.flatnonzero(kept).tolist():
        pair = (int(user[row]), int(item[row]))
        if pair in seen:
            who, what = (plain_name(names[side][pair[side]]) for side in (0, 1))
            raise Refused(
                f"{at(int(parsed.lines[row]))}: '{who}' has rated '{what}' already, in line {parsed.lines[seen[pair]]:,}. "
                "Keep one of the two."
            )
        seen[pair] = row


def _must_be_enough(users: Sequence[str], items: Sequence[str], rating: np.ndarray) -> None:
    for count, least, most, what in (
        (len(users), FEWEST, MOST_USERS, "users"),
        (len(items), FEWEST, MOST_ITEMS, "items"),
    ):
        if not least <= count <= most:
            raise Refused(f"The table has {count:,} {what}; {least} to {most:,} can be used. {HOW}")
    if len(rating) < FEWEST_RATINGS:
        raise Refused(f"The table has {len(rating)} ratings; at least {FEWEST_RATINGS} are needed.")
    if np.ptp(rating) == 0:
        raise Refused(f"Every rating is {rating[0]:g}: there is nothing to explain.")
