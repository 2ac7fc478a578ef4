"""What the page of tokens and embeddings shows."""

from typing import Any, Literal

from pydantic import Field

from engine.choice import Frozen
from engine.experiment import MAX_SEED
from engine.optimizers import Adam, Optimizer
from engine.text.corpora import AnyCorpus, Sentences
from engine.text.tokenizers import BytePair, Characters, TokenizerChoice, WordPiece, Words

Section = Literal["cut", "merges", "sizes", "onehot", "skipgram", "counts", "ratings", "vectors"]
LONGEST_SENTENCE = 400
LONGEST_WORD = 40
"""Characters of a word that is looked up."""


def epochs(default: int, most: int) -> Any:
    """How long a run lasts."""
    return Field(
        default,
        ge=1,
        le=most,
        title="Epochs",
        description="Passes over the training data.",
        json_schema_extra={"scale": "log"},
    )


def rate(default: float, least: float) -> Any:
    """How far an update goes, at least ``least``."""
    return Field(
        default,
        ge=least,
        le=1.0,
        title="Learning rate",
        description="Step size η of Adam.",
        json_schema_extra={"scale": "log"},
    )


def batch(default: int) -> Any:
    """How many examples there are in an update."""
    return Field(
        default,
        ge=1,
        le=4096,
        title="Batch size",
        description="Examples per update.",
        json_schema_extra={"scale": "log"},
    )


def asked_word(title: str) -> Any:
    """A word that is looked up; empty, an example of the text is."""
    return Field("", max_length=LONGEST_WORD, title=title)


class Merges(Frozen):
    """Merge after merge."""

    of: Literal["bpe", "wordpiece"] = Field("bpe", title="Of", description="Whose merges are made one by one.")
    made: int = Field(40, ge=0, le=8000, title="Merges made", description="So many of the merges that were learned.")


class OneHot(Frozen):
    """One-hot beside embedding."""

    token: int = Field(
        1, ge=0, le=LONGEST_SENTENCE - 1, title="Token", description="Which token of the sentence, from 0."
    )
    dim: int = Field(8, ge=1, le=32, title="Dimensions d", description="Numbers in a token's row of E.")


class SkipGram(Frozen):
    """Skip-gram with negative sampling."""

    window: int = Field(4, ge=1, le=8, title="Window", description="Words to each side that count as a word's context.")
    dim: int = Field(
        24,
        ge=2,
        le=100,
        title="Dimensions d",
        description="Numbers in a word's vector.",
        json_schema_extra={"scale": "log"},
    )
    negatives: int = Field(
        5, ge=1, le=20, title="Negatives k", description="Drawn words for each pair that was really seen."
    )
    smoothing: float = Field(
        0.75,
        ge=0.0,
        le=1.0,
        title="Smoothing α",
        description="Negatives are drawn in proportion to count^α: 1 as often as they occur, 0 all alike.",
        json_schema_extra={"step": 0.05},
    )
    subsample: float = Field(
        0.0,
        ge=0.0,
        le=0.1,
        title="Subsampling t",
        description="A word with share f of the text is kept with probability √(t/f), drawn once; 0 keeps all. On large texts "
        "0.001 is usual.",
        json_schema_extra={"scale": "log"},
    )
    rarest: int = Field(2, ge=1, le=20, title="Rarest word", description="Words that occur less often are left out.")
    words: int = Field(
        1000,
        ge=20,
        le=2000,
        title="Words at most",
        description="The most frequent ones are kept.",
        json_schema_extra={"scale": "log"},
    )
    shown: int = Field(
        60,
        ge=10,
        le=150,
        title="Words in the picture",
        description="The most frequent of those that do not stand beside everything, as 'the' does.",
    )
    epochs: int = epochs(40, 300)
    batch_size: int = batch(256)
    optimizer: Optimizer = Adam(lr=0.01)


class Look(Frozen):
    """What is looked up among vectors."""

    word: str = asked_word("Word")
    a: str = asked_word("a")
    b: str = asked_word("b")
    c: str = asked_word("c")


class Ratings(Frozen):
    """A table of ratings, factorized."""

    table: Literal["generated", "own"] = Field("generated", title="Table", description="Whose ratings.")
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of the table's text.")
    users: int = Field(60, ge=10, le=400, title="Users", description="Rows.", json_schema_extra={"scale": "log"})
    items: int = Field(40, ge=10, le=200, title="Items", description="Columns.", json_schema_extra={"scale": "log"})
    true_factors: int = Field(2, ge=1, le=6, title="True factors", description="The table was made with so many.")
    known: float = Field(
        0.3, ge=0.02, le=1.0, title="Share known", description="Of all ratings, those that anybody gave.",
        json_schema_extra={"step": 0.01},
    )  # fmt: skip
    bias: float = Field(
        0.6, ge=0.0, le=2.0, title="Spread of true biases", description="Standard deviation of how high users rate, and items "
        "are rated, whatever their factors.", json_schema_extra={"step": 0.1},
    )  # fmt: skip
    noise: float = Field(
        0.3, ge=0.0, le=2.0, title="Noise", description="Standard deviation of what nothing explains.",
        json_schema_extra={"step": 0.1},
    )  # fmt: skip
    factors: int = Field(2, ge=1, le=20, title="Factors learned", description="Numbers for each user and each item.")
    user_bias: bool = Field(True, title="User biases", description="One number for each user: how high they rate.")
    item_bias: bool = Field(True, title="Item biases", description="One number for each item: how high it is rated.")
    penalty: float = Field(
        0.05,
        ge=0.0,
        le=10.0,
        title="L2 penalty λ",
        description="Times the sum of squares of a rating's own factors and biases, added to its squared error.",
        json_schema_extra={"scale": "log"},
    )
    held_out: float = Field(
        0.2, ge=0.05, le=0.5, title="Held out", description="Share of the known ratings that no update sees.",
        json_schema_extra={"step": 0.05},
    )  # fmt: skip
    epochs: int = epochs(150, 1000)
    batch_size: int = batch(64)
    lr: float = rate(0.02, 1e-4)


class Classifier(Frozen):
    """A classifier of the reviews on top of vectors."""

    labelled: int = Field(
        200,
        ge=20,
        le=380,
        title="Reviews with labels",
        description="So many are trained on; a quarter of all is held out.",
        json_schema_extra={"scale": "log"},
    )
    seeds: int = Field(
        5, ge=3, le=20, title="Seeds", description="Another seed draws other reviews, weights and batches."
    )
    epochs: int = epochs(40, 200)
    batch_size: int = batch(20)
    lr: float = rate(0.01, 1e-5)


class FileVectors(Frozen):
    """Vectors that were not learned here."""

    source: Literal["learned", "server", "own"] = Field(
        "learned", title="Vectors", description="Those of the skip-gram section, the server's file, or your own."
    )
    file: str = Field("", pattern=r"^([0-9a-f]{16})?$", title="File", description="Digest of your own file.")


class TokensLab(Frozen):
    """Its settings, as its address has them."""

    section: Section = "cut"
    sentence: str = Field(
        "The young queen walks unbelievably far to the castle.",
        min_length=1,
        max_length=LONGEST_SENTENCE,
        title="Your sentence",
        description="Cut into tokens as you write it.",
    )
    text: AnyCorpus = Sentences()
    seed: int = Field(0, ge=0, le=MAX_SEED, title="Seed", description="Decides every draw.")
    characters: Characters = Characters()
    words: Words = Words(size=300)
    pairs: BytePair = BytePair(size=300)
    pieces: WordPiece = WordPiece(size=300)
    merges: Merges = Merges()
    onehot: OneHot = OneHot()
    skipgram: SkipGram = SkipGram()
    look: Look = Look()
    ratings: Ratings = Ratings()
    vectors: FileVectors = FileVectors()
    classifier: Classifier = Classifier()

    @property
    def tokenizers(self) -> tuple[TokenizerChoice, ...]:
        """All four, from the shortest tokens to the longest."""
        return self.characters, self.pairs, self.pieces, self.words

    @property
    def merging(self) -> TokenizerChoice:
        """The one whose merges are looked at."""
        return self.pairs if self.merges.of == "bpe" else self.pieces
