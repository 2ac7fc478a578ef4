"""Every proof runs, says its numbers, and what it states holds in them."""

import pytest

from engine.labs.convolution.proofs_of_places import PROOFS_OF_PLACES
from engine.labs.proof import Proved

FOUND: dict[str, Proved] = {}


def proved(name: str) -> Proved:
    if name not in FOUND:
        FOUND[name] = {proof.id: proof for proof in PROOFS_OF_PLACES}[name].run()
    return FOUND[name]


@pytest.mark.parametrize("name", [proof.id for proof in PROOFS_OF_PLACES])
def test_a_proof_has_a_sentence_with_numbers_and_a_table_that_fits_its_head(name: str) -> None:
    found = proved(name)
    assert any(sign.isdigit() for sign in found.sentence) and "nan" not in found.sentence.lower()
    assert found.rows and all(len(row) == len(found.head) for row in found.rows)


def test_maps_go_along_at_whole_cells_only() -> None:
    for _, first, odd, whole, changed, unchanged in proved("invariant").rows:
        assert float(first) < 1e-5 and float(whole) < 1e-5 and float(unchanged) < 1e-5
        assert float(odd) > 0.05 and float(changed) > 0.01


def test_nothing_comes_back_by_the_transpose_and_the_best_guess_is_no_worse() -> None:
    for _, _, transposed, guess in proved("deconvolution").rows:
        assert float(transposed.split(" to ")[0]) > 0.3
        assert float(guess.split(" to ")[0]) <= float(transposed.split(" to ")[0]) + 1e-3


def test_even_counts_do_not_make_an_even_picture() -> None:
    rows = proved("checkerboard").rows
    assert [row[1] for row in rows] == ["1 to 4", "4", "1 to 4", "4"]
    assert all(float(row[2].split(" to ")[0]) > 0.1 and float(row[3]) < 1e-12 for row in rows)


def test_the_effective_share_falls_with_depth() -> None:
    rows = proved("field").rows
    shares = [float(row[3].rstrip("%")) for row in rows]
    assert shares == sorted(shares, reverse=True) and shares[-1] < 60
    assert [row[1] for row in rows] == ["5", "9", "17", "25"]
