"""The catalog of texts: those that come with Python and Plotly, those written for this project, and a visitor's own."""

import csv
import gzip
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from engine.choice import Choice
from engine.data.own.refusal import Refused
from engine.data.own.store import reader, store
from engine.text.text import Text

WRITTEN = Path(__file__).parents[2] / "assets" / "texts"
MARKS = ("-", "+")
NO_TEXT = "This text stays with its owner: a link holds none of it. If you have it, paste or upload it here."


class Corpus(Choice):
    """A row of the catalog of texts."""

    formula: ClassVar = r"\text{written, not drawn}"
    is_private: ClassVar[bool] = False
    examples: ClassVar[tuple[str, str, str, str]] = ("", "", "", "")
    """A word to look up, and three for a - b + c; empty where nobody knows any."""

    def read(self) -> Text:
        """The text; read once. Raises Refused where it is a visitor's own and not, or no longer, there."""
        return _read(type(self))

    @classmethod
    def load(cls) -> Text:
        """Read it from where it lies."""
        raise NotImplementedError


@cache
def _read(row: type[Corpus]) -> Text:
    return row.load()


class Sentences(Corpus, frozen=True):
    kind: Literal["sentences"] = "sentences"
    label: ClassVar = "Short sentences"
    lesson: ClassVar = (
        "A small world of people, animals, food and places, in a few hundred words that come again and again."
    )
    examples: ClassVar = ("king", "king", "man", "woman")
    source: ClassVar = "written for this project"

    @classmethod
    def load(cls) -> Text:
        return Text(cls.label, _lines("sentences.txt"))


class Reviews(Corpus, frozen=True):
    kind: Literal["reviews"] = "reviews"
    label: ClassVar = "Reviews"
    lesson: ClassVar = "Reviews of meals, films, books, journeys and things, each marked as positive or negative."
    examples: ClassVar = ("soup", "best", "good", "bad")
    source: ClassVar = "written for this project"

    @classmethod
    def load(cls) -> Text:
        rows, group = list[tuple[int, str, int]](), 0
        for line in _lines("reviews.tsv"):
            mark, _, review = line.partition("\t")
            if review:
                rows.append((MARKS.index(mark), review, group))
            else:
                group += 1  # an empty line parts one group from the next
        labels, reviews, groups = zip(*rows, strict=True)
        return Text(cls.label, reviews, classes=("negative", "positive"), labels=labels, groups=groups)


class PythonReference(Corpus, frozen=True):
    kind: Literal["python"] = "python"
    label: ClassVar = "Python reference"
    lesson: ClassVar = (
        "What Python's own help says of its statements, types and rules: prose with pieces of grammar and code."
    )
    examples: ClassVar = ("string", "classes", "class", "function")
    source: ClassVar = "pydoc_data.topics, with every Python"

    @classmethod
    def load(cls) -> Text:
        from pydoc_data.topics import topics

        return Text(cls.label, tuple("\n\n".join(topics.values()).split("\n\n")), joint="\n\n")


class Countries(Corpus, frozen=True):
    kind: Literal["countries"] = "countries"
    label: ClassVar = "Country names"
    lesson: ClassVar = "A name a line: short, so that characters and their order are all there is to learn."
    source: ClassVar = "Gapminder, as the plotly package ships it"

    @classmethod
    def load(cls) -> Text:
        with gzip.open(plotly_data("gapminder.csv.gz"), "rt", encoding="utf-8", newline="") as file:
            names = dict.fromkeys(row["country"] for row in csv.DictReader(file))
        return Text(cls.label, tuple(names))


class OwnText(Corpus, frozen=True):
    """A visitor's text. A link names it by its digest and holds none of it."""

    kind: Literal["own"] = "own"
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of the text.")
    label: ClassVar = "Your own text"
    formula: ClassVar = r"\text{yours}"
    lesson: ClassVar = (
        "Pasted or uploaded: it stays in this server's memory while your visit lasts, and no link holds it."
    )
    source: ClassVar = "Your file"
    is_private: ClassVar = True

    def read(self) -> Text:
        found = store().find(reader(), self.file, Text)
        if found is None:
            raise Refused(NO_TEXT if self.file else "No text has been pasted or uploaded yet.")
        return found


AnyCorpus = Annotated[Sentences | Reviews | PythonReference | Countries | OwnText, Field(discriminator="kind")]


@lru_cache(maxsize=4)
def _lines(name: str) -> tuple[str, ...]:
    return tuple((WRITTEN / name).read_text(encoding="utf-8").splitlines())


def plotly_data(name: str) -> Path:
    """A file of data inside the plotly package, which is found without being imported. Raises Refused where it is not there."""
    found = find_spec("plotly")
    folder = Path(found.origin).parent if found and found.origin else Path()
    path = folder / "package_data" / "datasets" / name
    if not path.is_file():
        raise Refused(f"The plotly package of this server has no {name}: install the version of requirements.txt.")
    return path
