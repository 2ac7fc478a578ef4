"""``Vocabulary``: a trained tokenizer at rest. It cuts texts into tokens, numbers them, and puts them together again."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

SPECIAL = ("<pad>", "<unk>", "<bos>", "<eos>")
"""Padding, unknown, beginning and end: their ids are 0 to 3 in every vocabulary, and no text is ever cut into them."""
PAD, UNKNOWN, BEGIN, END = range(4)
CONTINUES = "##"
"""What WordPiece writes before a piece that goes on with a word."""
Pairs = Sequence[tuple[str, str]]
Build = Callable[[Sequence[str], Pairs], Any]


@dataclass(frozen=True)
class Encoded:
    """A text as a vocabulary sees it."""

    text: str
    ids: tuple[int, ...]
    tokens: tuple[str, ...]
    """As the vocabulary writes them; ``<unk>`` for what it does not have."""
    offsets: tuple[tuple[int, int], ...]
    """Where in the text each token is from: first character, and the one after the last. Those of whole bytes may share one."""

    @property
    def pieces(self) -> tuple[str, ...]:
        """What of the text each token stands for."""
        return tuple(self.text[start:end] for start, end in self.offsets)

    @property
    def unknown_share(self) -> float:
        """Share of the tokens that are unknown; 0 of an empty text."""
        return self.ids.count(UNKNOWN) / len(self.ids) if self.ids else 0.0


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """What training a tokenizer left. It never changes."""

    tokens: tuple[str, ...]
    """By their ids; the first four are ``SPECIAL``."""
    alphabet: int
    """So many tokens after the special ones were there before any merge."""
    merges: Pairs
    """Pairs of tokens in the order in which they were merged; empty for characters and words."""
    tokenizer: Any
    """The library's; its model is made of the above, and no token of it is special to it."""
    build: Build
    """Makes the library's tokenizer of (tokens, merges)."""
    parts: Mapping[str, int] = field(default_factory=dict, repr=False)
    """What the text was cut into before any token was learned, and how often each is there; empty where nothing is merged."""
    prefix: str = ""
    """What its tokens have before them where they go on with a word."""

    @property
    def size(self) -> int:
        """Number of tokens, special ones included."""
        return len(self.tokens)

    def encode(self, text: str) -> Encoded:
        """Cut and number a text; no special token is added."""
        found = self.tokenizer.encode(text, add_special_tokens=False)
        return Encoded(text, tuple(found.ids), tuple(found.tokens), tuple(map(tuple, found.offsets)))

    def encode_all(self, texts: Iterable[str]) -> list[list[int]]:
        """The ids of many texts."""
        return [found.ids for found in self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def cut(self, texts: Iterable[str]) -> Counter[str]:
        """How often each part is there that a text is cut into before the vocabulary is looked at: no token reaches beyond."""
        normal, cut = self.tokenizer.normalizer.normalize_str, self.tokenizer.pre_tokenizer.pre_tokenize_str
        return Counter(part for text in texts for part, _ in cut(normal(text)))

    def merged(self, parts: Sequence[str]) -> list[list[str]]:
        """Each of some ``parts`` as merging alone leaves it: a WordPiece vocabulary cuts texts in another way."""
        from tokenizers.models import BPE

        numbers = {token: number for number, token in enumerate(self.tokens)}
        prefix = {"continuing_subword_prefix": self.prefix} if self.prefix else {}
        model = BPE(numbers, list(self.merges), unk_token=SPECIAL[UNKNOWN], **prefix)
        return [[token.value for token in model.tokenize(part)] for part in parts]

    def decode(self, ids: Sequence[int]) -> str:
        """Ids put together to a text; padding, beginning and end are left out. Raises ValueError for an id that is none."""
        for number in ids:
            if not 0 <= number < self.size:
                raise ValueError(f"token id {number}: ids of this vocabulary go from 0 to {self.size - 1}")
        return str(self.tokenizer.decode([n for n in ids if n not in (PAD, BEGIN, END)], skip_special_tokens=False))

    def unknown_share(self, texts: Iterable[str]) -> float:
        """Share of the tokens of some texts that are unknown."""
        ids = self.encode_all(texts)
        total = sum(map(len, ids))
        return sum(line.count(UNKNOWN) for line in ids) / total if total else 0.0

    def after(self, merges: int) -> "Vocabulary":
        """The vocabulary as it was after the first so many merges."""
        made = self.merges[:merges]
        base = self.tokens[: len(SPECIAL) + self.alphabet]
        tokens = tuple(dict.fromkeys([*base, *map(self.joined, made)]))
        return replace(self, tokens=tokens, merges=made, tokenizer=self.build(tokens, made))

    def joined(self, pair: tuple[str, str]) -> str:
        """The token that two make together."""
        left, right = pair
        return left + right[len(self.prefix) :]
