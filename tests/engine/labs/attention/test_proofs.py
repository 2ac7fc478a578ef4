"""Every proof runs, says its numbers, and what it states holds in them."""

import pytest

from engine.labs.attention.proofs import PROOFS
from engine.labs.proof import Proved

FOUND: dict[str, Proved] = {}


def proved(name: str) -> Proved:
    if name not in FOUND:
        FOUND[name] = {proof.id: proof for proof in PROOFS}[name].run()
    return FOUND[name]


@pytest.mark.parametrize("name", [proof.id for proof in PROOFS])
def test_a_proof_has_a_sentence_with_numbers_and_a_table_that_fits_its_head(name: str) -> None:
    found = proved(name)
    assert any(sign.isdigit() for sign in found.sentence)
    assert "nan" not in found.sentence.lower()
    assert found.rows and all(len(row) == len(found.head) for row in found.rows)


def test_the_word_that_decides_has_little_weight_where_words_were_mixed() -> None:
    alone, mixed = proved("explains").rows
    assert float(mixed[2].split()[0]) < float(alone[2].split()[0])
    assert float(mixed[5].split()[0]) > 70


def test_only_without_positions_do_outputs_go_along() -> None:
    none, *others = proved("knows_order").rows
    assert float(none[2]) < 1e-12
    assert all(float(row[1]) > 0.01 for row in others)


def test_a_mask_after_the_softmax_leaks_and_one_before_it_does_not() -> None:
    for _, total, leak, proper in proved("mask_after").rows:
        assert float(total) < 0.99 and float(leak) > 1e-3 and float(proper) == 0


def test_scaling_keeps_what_falls_without_it() -> None:
    rows = [[float(cell) for cell in row] for row in proved("scaling_detail").rows]
    first, last = rows[0], rows[-1]
    assert last[1] == pytest.approx(last[0], rel=0.1), "the variance is d_k"
    assert last[2] < 0.1 * first[2] and last[3] < 0.5 * first[3]
    assert last[4] == pytest.approx(first[4], rel=0.1) and last[5] == pytest.approx(first[5], rel=0.1)


def test_softmax_keeps_outputs_among_the_values() -> None:
    softmax, sigmoid, bare = proved("inside_attention").rows
    assert softmax[-1] == "100.0 %"
    assert float(softmax[4]) < float(softmax[1])
    assert all(float(row[4]) > 3 * float(row[1]) for row in (sigmoid, bare))


def test_heads_share_their_parameters() -> None:
    rows = proved("more_heads").rows
    assert {row[2] for row in rows} == {"256"} and len({row[3] for row in rows}) == 1
    assert all(float(row[4]) < 1e-12 for row in rows)


def test_the_quadratic_part_is_half_at_twice_the_width() -> None:
    for width, tokens, *_, share in proved("always_quadratic").rows:
        d, n = (int(cell.replace(",", "")) for cell in (width, tokens))
        assert float(share.split()[0]) == pytest.approx(100 * n / (n + 2 * d), abs=0.06)
