"""Tokenizers: every row, against the plainest way of doing the same."""

import hashlib
import re
import subprocess
import sys
from collections import Counter

import pytest

from engine.choice import catalog
from engine.text.corpora import Countries, Reviews, Sentences
from engine.text.tokenizers import (
    BytePair,
    Characters,
    Tokenizer,
    TokenizerChoice,
    WordPiece,
    Words,
    learned_before,
    trained,
)
from engine.text.vocabulary import SPECIAL, UNKNOWN
from tests.engine.text import naive
from tests.engine.text.texts import HUGS, text

ROWS: list[TokenizerChoice] = [
    Characters(),
    Words(size=200),
    BytePair(size=200),
    BytePair(size=400, byte_level=True),
    WordPiece(size=200),
    WordPiece(size=200, by="score"),
    BytePair(size=150, lower_case=True),
]
NAMES = [
    f"{row.kind} {row.size} {'bytes' if getattr(row, 'byte_level', 0) else getattr(row, 'by', '')}" for row in ROWS
]
STRANGE = "<pad> <unk> The King’s naïve 東京 ##ing <eos>\n\t🙂 e\u0301"
each = pytest.mark.parametrize("row", ROWS, ids=NAMES)


def test_every_row_of_the_catalog_is_tested() -> None:
    assert {row.kind for row in ROWS} == set(catalog(Tokenizer))


@each
def test_special_tokens_have_the_first_ids_and_no_text_is_cut_into_them(row: TokenizerChoice) -> None:
    vocabulary = trained(row, Sentences().read())
    assert vocabulary.tokens[:4] == SPECIAL and len(set(vocabulary.tokens)) == vocabulary.size <= row.size
    for shown in (STRANGE, "".join(SPECIAL)):
        assert not {0, 2, 3} & set(vocabulary.encode(shown).ids)


@each
def test_ids_tokens_and_offsets_belong_together(row: TokenizerChoice) -> None:
    vocabulary = trained(row, Sentences().read())
    for line in (*Sentences().read().lines[:20], STRANGE, ""):
        found = vocabulary.encode(line)
        assert len(found.ids) == len(found.tokens) == len(found.offsets)
        assert all(vocabulary.tokens[number] == token for number, token in zip(found.ids, found.tokens, strict=True))
        starts = [start for start, _ in found.offsets]
        assert starts == sorted(starts) and all(0 <= start < end <= len(line) for start, end in found.offsets)
        assert vocabulary.encode_all([line]) == [list(found.ids)]


@each
def test_a_vocabulary_is_learned_once_for_a_text_and_goes_with_it(row: TokenizerChoice) -> None:
    own = text(*Sentences().read().lines[:30])
    assert learned_before(row, own) is None
    first = trained(row, own)
    assert trained(row, own) is first is learned_before(row, own)


@pytest.mark.parametrize("row", [Characters(), BytePair(size=300), BytePair(size=600, byte_level=True)], ids=str)
def test_what_loses_nothing_gives_every_line_back(row: TokenizerChoice) -> None:
    known = Sentences().read()
    vocabulary = trained(row, known)
    assert all(vocabulary.decode(vocabulary.encode(line).ids) == line for line in known.lines)
    assert vocabulary.decode(vocabulary.encode(known.whole).ids) == known.whole, "line ends too"


def test_bytes_leave_nothing_unknown() -> None:
    vocabulary = trained(BytePair(size=600, byte_level=True), Sentences().read())
    strange = "naïve 東京 🙂 \x7f"
    assert vocabulary.decode(vocabulary.encode(strange).ids) == strange
    assert vocabulary.encode(strange).unknown_share == 0


def test_padding_beginning_and_end_are_left_out_of_a_decoded_text_and_a_wrong_id_is_refused() -> None:
    vocabulary = trained(Characters(), Sentences().read())
    ids = vocabulary.encode("The king").ids
    assert vocabulary.decode([2, *ids, 3, 0, 0]) == "The king"
    assert vocabulary.decode([UNKNOWN]) == "<unk>"
    with pytest.raises(ValueError, match=f"token id {vocabulary.size}: ids of this vocabulary go from 0 to"):
        vocabulary.decode([vocabulary.size])


@each
def test_every_letter_is_small_where_that_is_asked_for(row: TokenizerChoice) -> None:
    vocabulary = trained(row.model_copy(update={"lower_case": True}), Sentences().read())
    learned = (
        vocabulary.tokens[4 + vocabulary.alphabet :] if getattr(row, "byte_level", False) else vocabulary.tokens[4:]
    )
    assert not any(c.isupper() for token in learned for c in token if c.isascii())
    assert vocabulary.encode("THE KING").ids == vocabulary.encode("the king").ids


def test_the_most_frequent_words_are_kept_and_the_others_are_unknown() -> None:
    lines = Reviews().read().lines
    counts = Counter(word for line in lines for word in re.findall(r"\w+|[^\w\s]", line))
    vocabulary = Words(size=204).train(lines)
    kept = vocabulary.tokens[4:]
    assert [counts[word] for word in kept] == sorted(counts.values(), reverse=True)[:200]
    unknown = sum(often for word, often in counts.items() if word not in kept)
    assert vocabulary.unknown_share(lines) == pytest.approx(unknown / sum(counts.values()))


def test_the_most_frequent_characters_are_kept() -> None:
    whole = Countries().read().whole
    vocabulary = Characters(size=14).train([whole])
    counts = Counter(whole)
    assert (
        sorted((counts[c] for c in vocabulary.tokens[4:]), reverse=True) == sorted(counts.values(), reverse=True)[:10]
    )
    kept = sum(counts[c] for c in vocabulary.tokens[4:])
    assert vocabulary.unknown_share([whole]) == pytest.approx(1 - kept / len(whole))


def test_a_cap_below_the_alphabet_keeps_its_most_frequent_part() -> None:
    for row in (BytePair(size=20), WordPiece(size=20)):
        vocabulary = row.train(Sentences().read().lines)
        assert vocabulary.size == 20 and not vocabulary.merges
        assert vocabulary.unknown_share(Sentences().read().lines) > 0


# --- merges -----------------------------------------------------------------------------------------------------------


def test_the_merges_of_a_worked_example_are_those_of_its_book() -> None:
    pairs = BytePair(size=14).train(HUGS)
    assert pairs.merges == (("u", "g"), ("u", "n"), ("h", "ug"))
    pieces = WordPiece(size=14, by="score").train(HUGS)
    assert pieces.merges[0] == ("##g", "##s")
    assert pieces.merges[1] in {(first, "##u") for first in "hpb"}, "all score 1/36: the book takes the first"


@pytest.mark.parametrize("lines", [Sentences().read().lines[:80], Countries().read().lines], ids=["sentences", "names"])
@pytest.mark.parametrize("row", [BytePair(size=150), WordPiece(size=170), WordPiece(size=170, by="score")], ids=str)
def test_every_merge_has_most_of_what_is_maximised_counted_anew(row: TokenizerChoice, lines: tuple[str, ...]) -> None:
    vocabulary = row.train(lines)
    prefix, by = vocabulary.prefix, getattr(row, "by", "count")
    spelling = {word: naive.spelled(word, prefix) for word in vocabulary.parts}
    assert vocabulary.merges
    for pair in vocabulary.merges:
        pairs, pieces = naive.counts(vocabulary.parts, spelling)
        best = max(naive.value(by, each, pairs, pieces) for each, often in pairs.items() if often > 1)
        assert naive.value(by, pair, pairs, pieces) == pytest.approx(best)
        made = vocabulary.joined(pair)
        spelling = {word: naive.replaced(cut, pair, made) for word, cut in spelling.items()}


@pytest.mark.parametrize("row", [BytePair(size=250), WordPiece(size=250)], ids=str)
def test_a_vocabulary_after_some_merges_cuts_as_these_merges_do(row: TokenizerChoice) -> None:
    vocabulary = trained(row, Sentences().read())
    words = list(vocabulary.parts)[:150]
    for made in (0, 1, 17, len(vocabulary.merges)):
        then = vocabulary.after(made)
        assert then.merged(words) == [naive.cut(word, vocabulary.merges[:made], vocabulary.prefix) for word in words]
        assert len(then.tokens) == len(set(then.tokens)) and then.tokens == vocabulary.tokens[: len(then.tokens)]
    assert vocabulary.after(10**6).tokens == vocabulary.tokens


def test_byte_pairs_cut_a_sentence_by_replaying_merges_and_wordpiece_by_the_longest_piece() -> None:
    lines = Sentences().read().lines
    pairs, pieces = trained(BytePair(size=250), Sentences().read()), trained(WordPiece(size=250), Sentences().read())
    for line in lines[:60]:
        words = list(pairs.cut([line]).elements())
        assert sorted(pairs.encode(line).tokens) == sorted(p for word in words for p in naive.cut(word, pairs.merges))
        words = list(pieces.cut([line]).elements())
        own = [p for word in words for p in naive.longest_first(word, set(pieces.tokens))]
        assert sorted(pieces.encode(line).tokens) == sorted(own)


def test_pieces_learned_by_count_are_as_good_as_those_of_the_librarys_own_trainer() -> None:
    from tokenizers import Regex, models, pre_tokenizers, trainers
    from tokenizers import Tokenizer as Library

    lines = Sentences().read().lines
    library = Library(models.WordPiece(unk_token="<unk>"))
    library.pre_tokenizer = pre_tokenizers.Split(Regex(r"\w+|[^\w\s]"), "removed", invert=True)
    library.train_from_iterator(
        lines, trainers.WordPieceTrainer(vocab_size=250, special_tokens=list(SPECIAL), show_progress=False)
    )
    vocabulary = WordPiece(size=250).train(lines)
    shared = set(vocabulary.tokens) & set(library.get_vocab())
    assert len(shared) > 0.85 * 250, "the library breaks ties in another way in every process"
    tokens = sum(len(found.ids) for found in library.encode_batch(list(lines)))
    assert sum(map(len, vocabulary.encode_all(lines))) == pytest.approx(tokens, rel=0.01)


def test_another_process_learns_the_same_ids() -> None:
    code = (
        "import hashlib; from engine.text.corpora import Sentences; from engine.text.tokenizers import *\n"
        "rows = [Characters(), Words(size=200), BytePair(size=200), BytePair(size=400, byte_level=True), WordPiece(size=200)]\n"
        "found = [trained(row, Sentences().read()).tokens for row in rows]\n"
        "print(hashlib.sha256(repr(found).encode()).hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    mine = [trained(row, Sentences().read()).tokens for row in ROWS[:5]]
    assert told == hashlib.sha256(repr(mine).encode()).hexdigest()


def test_a_vocabulary_of_bytes_has_room_for_all_of_them() -> None:
    with pytest.raises(ValueError, match="at least 260 where it begins with bytes"):
        BytePair(size=259, byte_level=True)
    assert BytePair(size=260, byte_level=True).train(["abab"]).size == 260
