"""The plane, neighbours, analogies and counts, each beside another library's."""

import numpy as np
import pytest

from engine.labs.tokens.counting import Counting, correlation
from engine.labs.tokens.lexicon import pairs, shown
from engine.labs.tokens.nearest import UnknownWord, all_families, analogy, families, neighbours
from engine.labs.tokens.plane import Plane
from engine.text.corpora import Sentences
from engine.text.vectors import Vectors
from tests.engine.labs.tokens.runs import SHORT, TINY, TINY_ASKED, learned

RNG = np.random.default_rng(0)


def vectors() -> Vectors:
    found = learned()
    return Vectors("learned", found.lexicon.words, found.vectors)


# --- the plane --------------------------------------------------------------------------------------------------------


def test_the_plane_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    table = RNG.normal(size=(40, 6)) @ np.diag([5, 3, 1, 1, 0.5, 0.1])
    flat, shares = Plane().of(table)
    theirs = PCA(n_components=2).fit(table)
    np.testing.assert_allclose(np.abs(flat), np.abs(theirs.transform(table)), atol=1e-8)
    np.testing.assert_allclose(shares, theirs.explained_variance_ratio_, rtol=1e-8)


def test_axes_do_not_flip_from_one_picture_to_the_next() -> None:
    plane, table = Plane(), RNG.normal(size=(40, 6)) @ np.diag([5, 3, 1, 1, 0.5, 0.1])
    before, _ = plane.of(table)
    for step in range(30):
        table = table + 0.05 * RNG.normal(size=table.shape)
        turned = np.linalg.qr(RNG.normal(size=(6, 6)))[0] if step % 2 else np.eye(6)
        now, _ = plane.of(table @ turned)  # turning all vectors alike changes no picture but for its signs
        assert ((now * before).sum(axis=0) > 0).all()
        before = now


def test_a_plane_of_nothing_and_of_infinite_vectors() -> None:
    flat, shares = Plane().of(np.zeros((5, 3)))
    assert not flat.any() and shares == (0.0, 0.0)
    flat, shares = Plane().of(np.full((5, 3), np.inf))
    assert np.isnan(flat).all() and np.isnan(shares).all()
    flat, shares = Plane().of(np.array([[1.0], [2.0], [4.0]]))
    assert shares == (1.0, 0.0) and flat[:, 1].tolist() == [0, 0, 0]


# --- neighbours and analogies -----------------------------------------------------------------------------------------


def test_neighbours_are_those_of_scikit_learn() -> None:
    from sklearn.neighbors import NearestNeighbors

    found = vectors()
    search = NearestNeighbors(n_neighbors=11, metric="cosine").fit(found.table)
    distances, places = search.kneighbors(found.table[[found.places["king"]]])
    mine = neighbours(found, "King")
    assert [item.word for item in mine] == [found.words[place] for place in places[0][1:]]
    np.testing.assert_allclose([item.cosine for item in mine], 1 - distances[0][1:], atol=1e-5)


def test_an_analogy_is_the_nearest_to_the_sum_of_unit_vectors() -> None:
    found = vectors()
    unit = found.table / np.linalg.norm(found.table, axis=1, keepdims=True)
    at = found.places
    aim = unit[at["king"]] - unit[at["man"]] + unit[at["woman"]]
    order = np.argsort(-(unit @ aim))
    mine = analogy(found, "king", "man", "woman")
    assert [n.word for n in mine.with_inputs] == [found.words[place] for place in order[:5]]
    inputs = {"king", "man", "woman"}
    assert [n.word for n in mine.found] == [w for place in order if (w := found.words[place]) not in inputs][:5]
    assert mine.found[0].cosine == pytest.approx(
        float(unit[at[mine.found[0].word]] @ aim / np.linalg.norm(aim)), abs=1e-5
    )


def test_a_word_without_a_vector_is_told_with_one_that_is_spelled_alike() -> None:
    with pytest.raises(UnknownWord, match=r"'kingg' is none of the .* words that have a vector; did you mean 'king'\?"):
        neighbours(vectors(), "kingg")
    with pytest.raises(UnknownWord, match=r"'§§§§§§' is none of the .* words that have a vector\.$"):
        analogy(vectors(), "king", "§§§§§§", "woman")


def test_every_analogy_of_a_family_is_asked_once() -> None:
    exact = Vectors(
        "x", ("king", "queen", "man", "woman"), np.array([[1, 0, 1], [1, 1, 1], [1, 0, 0], [1, 1, 0]], np.float32)
    )
    found = {test.family: test for test in all_families(exact)}
    family = found["he and she"]
    count = len(families()["he and she"])
    assert family.asked == 2 and family.right == 2 and family.asked + family.missing == count * (count - 1)
    assert found["capitals"].asked == 0


def test_the_words_of_the_list_are_words_of_the_short_sentences() -> None:
    found = vectors()
    assert not [
        word for pairs in families().values() for pair in pairs for word in pair if found.place_of(word) is None
    ]


# --- counts -----------------------------------------------------------------------------------------------------------


def counting() -> tuple[Counting, object]:
    data = pairs(TINY, TINY_ASKED, 0)
    return Counting(data, TINY_ASKED.negatives, shown(data.lexicon, 60)), data


def dense() -> tuple[np.ndarray, np.ndarray]:
    """(counts, shifted PMI) of the tiny text, cell by cell."""
    data = pairs(TINY, TINY_ASKED, 0)
    size, q = len(data.lexicon.words), data.negative.numpy()
    counts, pmi = np.zeros((size, size)), np.full((size, size), -np.inf)
    for w, c in zip(data.word.tolist(), data.context.tolist(), strict=True):
        counts[w, c] += 1
    for w in range(size):
        for c in range(size):
            if counts[w, c]:
                pmi[w, c] = np.log(counts[w, c] / (counts[w].sum() * q[c])) - np.log(TINY_ASKED.negatives)
    return counts, pmi


def test_the_shifted_pmi_is_that_of_a_loop_over_all_pairs() -> None:
    found, _ = counting()
    counts, pmi = dense()
    rows = found.places
    seen = found.beside(np.zeros((len(counts), 2)), np.zeros((len(counts), 2)))
    np.testing.assert_array_equal(seen.counts, counts[np.ix_(rows, rows)])
    np.testing.assert_allclose(seen.pmi, pmi[np.ix_(rows, rows)])
    assert seen.seen == (counts > 0).sum()
    for word, companion in enumerate(found.companions):
        assert counts[word, companion] == counts[word].max()


def test_with_smoothing_of_one_it_is_the_pmi_of_the_textbook() -> None:
    data = pairs(TINY, TINY_ASKED.model_copy(update={"smoothing": 1.0, "negatives": 1}), 0)
    found = Counting(data, 1, shown(data.lexicon, 60))
    joint = np.zeros((len(data.lexicon.words),) * 2)
    np.add.at(joint, (data.word.numpy(), data.context.numpy()), 1)
    joint /= joint.sum()
    textbook = np.log(joint / np.outer(joint.sum(axis=1), joint.sum(axis=0)), where=joint > 0, out=np.zeros_like(joint))
    np.testing.assert_allclose(found.pmi, textbook[found.row, found.column], atol=1e-10)


def test_vectors_of_the_counts_are_the_truncated_svd() -> None:
    found, _ = counting()
    _, pmi = dense()
    left, lengths, _ = np.linalg.svd(np.maximum(pmi, 0))
    mine = found.factors(3)
    np.testing.assert_allclose(mine @ mine.T, (left[:, :3] * lengths[:3]) @ left[:, :3].T, atol=1e-5)
    assert found.factors(50).shape == (len(pmi), 50)


def test_a_large_table_is_decomposed_to_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pairs(Sentences().read(), SHORT, 0)
    found = Counting(data, 1, shown(data.lexicon, 60))
    whole = found.factors(8)
    monkeypatch.setattr("engine.labs.tokens.counting.DENSE", 0)
    np.testing.assert_allclose(np.abs(found.factors(8)), np.abs(whole), atol=1e-4)
    assert not Counting(data, 10_000_000, shown(data.lexicon, 60)).factors(8).any(), (
        "so far shifted nothing is positive"
    )


def test_the_correlation_is_numpys_and_its_weighted_one_that_of_repeated_pairs() -> None:
    x, y = RNG.normal(size=30), RNG.normal(size=30)
    often = RNG.integers(1, 5, size=30)
    assert correlation(x, y, np.ones(30)) == pytest.approx(np.corrcoef(x, y)[0, 1])
    repeated = np.corrcoef(np.repeat(x, often), np.repeat(y, often))[0, 1]
    assert correlation(x, y, often.astype(float)) == pytest.approx(repeated)
    assert np.isnan(correlation(x, np.zeros(30), np.ones(30)))


def test_learned_dot_products_come_to_follow_the_shifted_pmi() -> None:
    found = learned()
    assert np.isnan(found.frames[0].correlation)
    assert found.frames[-1].correlation > 0.75 and found.comparison.weighted > 0.8
    data = pairs(Sentences().read(), SHORT, 0)
    dots = (found.vectors.astype(float) @ found.contexts.astype(float).T)[data.word.numpy(), data.context.numpy()]
    own = Counting(data, SHORT.negatives, found.shown)
    spread = dict(zip((own.row * own.size + own.column).tolist(), own.pmi.tolist(), strict=True))
    pmi = np.array([spread[k] for k in (data.word.numpy() * own.size + data.context.numpy()).tolist()])
    assert found.comparison.weighted == pytest.approx(np.corrcoef(pmi, dots)[0, 1], abs=1e-6)
