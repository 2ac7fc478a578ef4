"""The catalog of tokenizers, each trained on the spot on a text. Cutting is done by Hugging Face's ``tokenizers`` library."""

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from weakref import WeakKeyDictionary

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from engine.choice import Choice
from engine.text.text import Text
from engine.text.vocabulary import CONTINUES, SPECIAL, UNKNOWN, Build, Pairs, Vocabulary
from engine.text.wordpiece import RAREST, learned

KEPT = 12
"""Vocabularies that are kept for each text."""
BYTES = 256
TO_WORDS = r"\w+|[^\w\s]"
TO_CHUNKS = r" ?[^\W\d_]+| ?\d+| ?[^\s\w]+|_|\s"
"""What no merge of byte pairs reaches beyond: letters, digits or signs, each with the space before; as GPT-2's pattern."""


def cap(default: int, most: int = 8000) -> Any:
    """The knob of the vocabulary's size."""
    return Field(
        default,
        ge=8,
        le=most,
        title="Vocabulary cap",
        description="At most so many tokens, the four special ones included; what is left out becomes <unk>.",
        json_schema_extra={"scale": "log"},
    )


class TokenizerChoice(Choice):
    """A row of the catalog of tokenizers."""

    size: int = cap(1000)
    lower_case: bool = Field(False, title="Lower case", description="Every letter is made small before anything else.")

    def train(self, parts: Sequence[str]) -> Vocabulary:
        """The vocabulary of a text in parts."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """Tokens beside the special ones."""
        return self.size - len(SPECIAL)


class Characters(TokenizerChoice, frozen=True):
    kind: Literal["character"] = "character"
    size: int = cap(256)
    label: ClassVar = "Characters"
    formula: ClassVar = r"\text{token} = \text{character}"
    lesson: ClassVar = "The smallest vocabulary and the longest sequences; next to nothing is unknown."
    source: ClassVar = "as in Graves 2013"

    def train(self, parts: Sequence[str]) -> Vocabulary:
        build = partial(_listed, self.lower_case, r"[\s\S]", True)
        normal = _blank(build).tokenizer.normalizer.normalize_str
        counts = Counter[str]()
        for part in parts:
            counts.update(normal(part))
        return _vocabulary(_most(counts, self.room), (), build)


class Words(TokenizerChoice, frozen=True):
    kind: Literal["word"] = "word"
    label: ClassVar = "Words"
    formula: ClassVar = r"\text{token} = \text{word or sign}"
    lesson: ClassVar = "Short sequences, but a word that the cap leaves out is <unk>, whatever it means."
    source: ClassVar = "as in Mikolov 2013"

    def train(self, parts: Sequence[str]) -> Vocabulary:
        build = partial(_listed, self.lower_case, TO_WORDS, False)
        return _vocabulary(_most(_blank(build).cut(parts), self.room), (), build)


class BytePair(TokenizerChoice, frozen=True):
    kind: Literal["bpe"] = "bpe"
    byte_level: bool = Field(
        False,
        title="Begin with bytes",
        description="The first tokens are the 256 bytes instead of the text's characters: then nothing is ever unknown.",
    )
    label: ClassVar = "Byte-pair encoding"
    formula: ClassVar = r"(a, b) = \arg\max_{a, b}\ \operatorname{count}(ab)"
    lesson: ClassVar = (
        "Begins with characters and merges, again and again, the pair that stands side by side most often."
    )
    source: ClassVar = "Gage 1994, Sennrich 2016"

    @model_validator(mode="after")
    def _bytes_fit(self) -> "BytePair":
        if self.byte_level and self.room < BYTES:
            allowed = f"at least {BYTES + len(SPECIAL)} where it begins with bytes"
            raise PydanticCustomError("size", allowed, {"field": "size", "value": self.size})
        return self

    def train(self, parts: Sequence[str]) -> Vocabulary:
        from tokenizers.pre_tokenizers import ByteLevel
        from tokenizers.trainers import BpeTrainer

        build = partial(_byte_pairs, self.lower_case, self.byte_level)
        blank = _blank(build)
        words, letters = blank.cut(parts), Counter[str]()
        for word, often in words.items():
            letters.update({c: often * word.count(c) for c in set(word)})
        alphabet = sorted(ByteLevel.alphabet() if self.byte_level else _most(letters, self.room))
        trainer = BpeTrainer(
            vocab_size=self.size,
            min_frequency=RAREST,
            special_tokens=list(SPECIAL),
            initial_alphabet=alphabet,
            limit_alphabet=len(alphabet),  # else the library keeps any of equally rare characters
            show_progress=False,
        )
        library = blank.tokenizer
        library.train_from_iterator(parts, trainer)
        merges = tuple((left, right) for left, right in json.loads(library.to_str())["model"]["merges"])
        return _vocabulary(alphabet, merges, build, words)


class WordPiece(TokenizerChoice, frozen=True):
    kind: Literal["wordpiece"] = "wordpiece"
    size: int = cap(1000, 4000)
    by: Literal["count", "score"] = Field(
        "count",
        title="Pairs by",
        description="count: the most frequent pair, as Hugging Face's trainer does. score: count(ab) / (count(a) count(b)), "
        "the pair whose merge makes the text most likely for a model of independent pieces, as first published.",
    )
    label: ClassVar = "WordPiece"
    formula: ClassVar = (
        r"(a, b) = \arg\max_{a, b}\ \operatorname{count}(ab)\ \text{or}\ "
        r"\frac{\operatorname{count}(ab)}{\operatorname{count}(a)\,\operatorname{count}(b)}"
    )
    lesson: ClassVar = (
        "Pieces of words; ## goes on with one. A word is cut from the left, each time into the longest piece there is, and is "
        "<unk> as a whole where that fails."
    )
    source: ClassVar = "Schuster and Nakajima 2012, Devlin 2019"

    def train(self, parts: Sequence[str]) -> Vocabulary:
        build = partial(_word_pieces, self.lower_case)
        words = _blank(build).cut(parts)
        alphabet, merges = learned(words, self.by, self.room)
        return _vocabulary(alphabet, tuple(merges), build, words, CONTINUES)


Tokenizer = Annotated[Characters | Words | BytePair | WordPiece, Field(discriminator="kind")]


# --- trained ones -----------------------------------------------------------------------------------------------------

_LOCK = threading.Lock()
_trained: WeakKeyDictionary[Text, dict[TokenizerChoice, Vocabulary]] = WeakKeyDictionary()


def trained(row: TokenizerChoice, text: Text) -> Vocabulary:
    """The vocabulary that ``row`` learns of a text; kept as long as the text is."""
    with _LOCK:
        made = _trained.setdefault(text, {}).pop(row, None)
    made = made or row.train([f"{line}{text.joint}" for line in text.lines])
    with _LOCK:
        found = _trained[text]
        found[row] = made
        for oldest in list(found)[:-KEPT]:
            del found[oldest]
    return made


def learned_before(row: TokenizerChoice, text: Text) -> Vocabulary | None:
    """The vocabulary that ``row`` learned of a text, where it is still kept."""
    with _LOCK:
        return _trained.get(text, {}).get(row)


def _vocabulary(
    alphabet: Sequence[str], merges: Pairs, build: Build, parts: Mapping[str, int] | None = None, prefix: str = ""
) -> Vocabulary:
    """Tokens in the order in which they came: special ones, those there were at first, those that were merged."""
    made = (left + right[len(prefix) :] for left, right in merges)
    tokens = tuple(dict.fromkeys([*SPECIAL, *alphabet, *made]))
    return Vocabulary(tokens, len(alphabet), tuple(merges), build(tokens, merges), build, parts or {}, prefix)


def _blank(build: Build) -> Vocabulary:
    """The vocabulary before anything is learned."""
    return _vocabulary((), (), build)


def _most(counts: Mapping[str, int], room: int) -> list[str]:
    """The most frequent, the most frequent first; equally frequent ones by their letters."""
    return [token for token, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))][:room]


# --- the library's tokenizers, made of a vocabulary -------------------------------------------------------------------


def _listed(lower_case: bool, pattern: str, is_glued: bool, tokens: Sequence[str], merges: Pairs) -> Any:
    """Each part that matches ``pattern`` is a token or unknown; ``is_glued`` where decoding puts no spaces between."""
    from tokenizers import Regex, decoders, models, pre_tokenizers

    model = models.WordLevel(_numbered(tokens), unk_token=SPECIAL[UNKNOWN])
    cut = pre_tokenizers.Split(Regex(pattern), "removed", invert=True)
    return _dressed(model, lower_case, cut, decoders.Fuse() if is_glued else None)


def _byte_pairs(lower_case: bool, byte_level: bool, tokens: Sequence[str], merges: Pairs) -> Any:
    from tokenizers import Regex, decoders, models, pre_tokenizers

    model = models.BPE(_numbered(tokens), list(merges), unk_token=SPECIAL[UNKNOWN])
    if byte_level:
        return _dressed(model, lower_case, pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel())
    return _dressed(model, lower_case, pre_tokenizers.Split(Regex(TO_CHUNKS), "isolated"), decoders.Fuse())


def _word_pieces(lower_case: bool, tokens: Sequence[str], merges: Pairs) -> Any:
    from tokenizers import Regex, decoders, models, pre_tokenizers

    model = models.WordPiece(_numbered(tokens), unk_token=SPECIAL[UNKNOWN], continuing_subword_prefix=CONTINUES)
    cut = pre_tokenizers.Split(Regex(TO_WORDS), "removed", invert=True)
    return _dressed(model, lower_case, cut, decoders.WordPiece(prefix=CONTINUES, cleanup=False))


def _dressed(model: Any, lower_case: bool, cut: Any, decoder: Any) -> Any:
    from tokenizers import Tokenizer as Library
    from tokenizers import normalizers

    made = Library(model)
    made.normalizer = normalizers.Sequence([normalizers.NFC(), *([normalizers.Lowercase()] if lower_case else [])])
    made.pre_tokenizer = cut
    if decoder is not None:
        made.decoder = decoder
    return made


def _numbered(tokens: Sequence[str]) -> dict[str, int]:
    return {token: number for number, token in enumerate(tokens)}
