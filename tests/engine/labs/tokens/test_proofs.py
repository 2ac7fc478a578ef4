"""Every statement that is put right is shown by the numbers of its run."""

import re

import pytest

from engine.labs.tokens.proofs import PROOFS

RUNS = {proof.id: proof.run for proof in PROOFS}


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*\.?\d*", text)]


def test_an_embedding_is_a_linear_layer_on_one_hot_rows() -> None:
    said = RUNS["same_layer"]().sentence
    assert "differ by 0 at most, the gradients by 0" in said and "gradient in 8 rows" in said


def test_most_analogies_need_the_inputs_left_out() -> None:
    proved = RUNS["without_inputs"]()
    asked, right, allowed = (sum(int(row[place]) for row in proved.rows) for place in (1, 2, 3))
    assert right > 0.5 * asked and allowed < 0.4 * right


def test_only_bytes_know_every_letter() -> None:
    rows = {row[0]: row[1:] for row in RUNS["unknown_pieces"]().rows}
    assert rows["from the 256 bytes"] == ("0.0 %", "naïve café 東京")
    assert "<unk>" in rows["from the text's characters"][1] and rows["from the text's characters"][0] != "0.0 %"


def test_scores_make_other_pieces_than_counts() -> None:
    proved = RUNS["pairs_by_score"]()
    pieces, _, shared = numbers(proved.sentence)[1:4]
    assert shared < pieces / 2 and proved.rows[0][1] != proved.rows[1][1]


def test_holes_are_no_ratings_of_zero() -> None:
    errors = [float(row[1]) for row in RUNS["holes_are_not_zeros"]().rows]
    assert errors[-1] < min(errors[:-1]) and errors[0] == max(errors)


def test_the_plane_keeps_few_neighbours() -> None:
    share, kept, chance = (float(x) for x in re.findall(r"([\d.]+) %", RUNS["plane_hides"]().sentence))
    assert chance < kept < 50 and share < 50


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_every_proof_says_what_is_often_written_and_what_is_right(proof) -> None:  # type: ignore[no-untyped-def]
    assert proof.often.endswith(".") and proof.right.endswith(".") and proof.often != proof.right
