"""Four tokenizers side by side, merge after merge, under growing caps; and one-hot beside embedding."""

import numpy as np
import pytest
import torch

from engine.labs.tokens.cutting import lengths, merging, sides
from engine.labs.tokens.onehot import embedding, lookup
from engine.labs.tokens.sizes import CAPS, held_out, sizes
from engine.labs.tokens.state import TokensLab
from engine.refusal import Refusal
from engine.text.corpora import Countries, Sentences
from engine.text.text import Text
from engine.text.tokenizers import BytePair, WordPiece, Words, trained
from tests.engine.labs.tokens.runs import results
from tests.engine.text import naive

LAB = TokensLab()


def test_all_four_come_one_after_another() -> None:
    steps = list(sides(LAB.tokenizers, Sentences().read()))
    assert [len(step.result or ()) for step in steps] == [1, 2, 3, 4]
    assert [side.label for side in steps[-1].result or ()] == [row.label for row in LAB.tokenizers]
    assert steps[-1].share == 1.0


def test_longer_tokens_make_a_sentence_shorter() -> None:
    found = results(sides(LAB.tokenizers, Sentences().read()))[-1]
    counts = {side.vocabulary.tokens[4:] and side.label: len(side.encode(LAB.sentence).ids) for side in found}
    assert counts["Characters"] == len(LAB.sentence) > counts["Byte-pair encoding"] > counts["Words"]


@pytest.mark.parametrize("row", [BytePair(size=250), WordPiece(size=250), WordPiece(size=250, by="score")], ids=str)
@pytest.mark.parametrize("made", [0, 7, 100, 9999])
def test_the_candidates_of_a_merge_are_those_counted_anew(row: BytePair | WordPiece, made: int) -> None:
    vocabulary = trained(row, Sentences().read())
    found = merging(vocabulary, made)
    first = vocabulary.merges[: found.made]
    spelling = {word: naive.cut(word, first, vocabulary.prefix) for word in vocabulary.parts}
    pairs, pieces = naive.counts(vocabulary.parts, spelling)
    for by, candidates in (("count", found.by_count), ("score", found.by_score)):
        values = sorted((naive.value(by, p, pairs, pieces) for p, often in pairs.items() if often > 1), reverse=True)
        mine = [c.both if by == "count" else c.score for c in candidates]
        assert mine == pytest.approx(values[: len(mine)])
    assert found.text_tokens == sum(pieces.values())
    assert found.made == min(made, len(vocabulary.merges)) and found.total == len(vocabulary.merges)
    assert found.last == (first[-1] if first else None)


def test_what_is_merged_next_leads_the_candidates() -> None:
    for row, by_score in ((BytePair(size=250), False), (WordPiece(size=250, by="score"), True)):
        vocabulary = trained(row, Sentences().read())
        for made in (0, 3, 50):
            found = merging(vocabulary, made)
            best = (found.by_score if by_score else found.by_count)[0]
            candidate = next(
                c for c in (found.by_score if by_score else found.by_count) if (c.left, c.right) == found.following
            )
            assert (candidate.score if by_score else candidate.both) == (best.score if by_score else best.both)


def test_a_sentence_has_fewer_tokens_after_more_merges() -> None:
    vocabulary = trained(BytePair(size=250), Sentences().read())
    points = lengths(vocabulary, "the young queen")
    counts = [count for _, count in points]
    assert points[0] == (0, 15) and counts == sorted(counts, reverse=True) and counts[-1] < 8
    assert points[-1][0] == len(vocabulary.merges)


def test_caps_are_measured_on_lines_that_nothing_was_learned_of() -> None:
    text = Countries().read()
    training, held = held_out(text, 0)
    assert sorted([*training, *held]) == sorted(f"{line}\n" for line in text.lines)
    found = results(sizes(LAB.tokenizers, text, 0))[-1]
    assert found.held_out == sum(map(len, held))
    words = next(line for line in found.lines if line.label == "Words")
    for point in words.points:
        vocabulary = Words(size=point.cap).train(training)
        ids = [number for line in held for number in vocabulary.encode(line).ids]
        assert point.unknown == pytest.approx(ids.count(1) / len(ids)) and point.size == vocabulary.size <= point.cap
        assert point.per_token == pytest.approx(sum(map(len, held)) / len(ids))
    assert [point.cap for point in words.points] == list(CAPS)


def test_bytes_are_measured_only_where_the_cap_has_room_for_them() -> None:
    found = results(sizes((BytePair(byte_level=True),), Countries().read(), 0))[-1]
    assert found.lines[0].points[0].cap == 512 and all(point.unknown == 0 for point in found.lines[0].points)


def test_a_text_too_short_to_hold_anything_out_is_refused() -> None:
    with pytest.raises(Refusal, match="has 2 pieces; at least 10"):
        next(sizes(LAB.tokenizers, Text("x", ("a", "b")), 0))


# --- one-hot ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [0, 2, 5])
def test_one_hot_times_the_table_is_the_row_of_the_table(place: int) -> None:
    vocabulary = trained(Words(size=200), Sentences().read())
    ids = vocabulary.encode("The king has a strange castle.").ids
    found = lookup(vocabulary, ids, place, 8, 3)
    table = embedding(vocabulary.size, 8, 3).weight.detach().numpy()
    np.testing.assert_array_equal(found.row, table[ids[place]])
    np.testing.assert_allclose(found.product, np.eye(vocabulary.size, dtype=np.float32)[ids[place]] @ table)
    assert found.difference == 0.0
    assert found.first <= ids[place] < found.first + len(found.table)
    np.testing.assert_array_equal(found.table, table[found.first : found.first + len(found.table)])


def test_only_rows_that_are_looked_up_get_a_gradient() -> None:
    vocabulary = trained(Words(size=200), Sentences().read())
    ids = list(vocabulary.encode("The king and the queen and the king.").ids)
    found = lookup(vocabulary, ids, 0, 8, 0)
    assert found.rows_touched == len(set(ids))
    table = embedding(vocabulary.size, 8, 0).weight.detach().numpy()
    for row, length in enumerate(found.touched, start=found.first):
        assert length == pytest.approx(ids.count(row) * np.linalg.norm(table[row]), rel=1e-5), "n times the row itself"


def test_cosines_are_those_of_scikit_learn() -> None:
    from sklearn.metrics.pairwise import cosine_similarity

    vocabulary = trained(Words(size=200), Sentences().read())
    ids = vocabulary.encode("The king has a castle.").ids
    found = lookup(vocabulary, ids, 0, 8, 0)
    rows = embedding(vocabulary.size, 8, 0).weight.detach().numpy()[list(ids)]
    np.testing.assert_allclose(found.cosines, cosine_similarity(rows), atol=1e-6)


def test_the_table_is_drawn_from_its_own_stream() -> None:
    torch.manual_seed(1)
    first = embedding(10, 3, 0).weight
    torch.manual_seed(2)
    assert torch.equal(first, embedding(10, 3, 0).weight)
    assert not torch.equal(first, embedding(10, 3, 1).weight)
