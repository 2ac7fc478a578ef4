"""Positions: the table as the paper writes it, and what each way of telling them promises."""

import math

import pytest
import torch

from engine.sequences.positions import LONGEST, Place, Turn, sinusoids
from tests.rows import defaults_of


def test_sinusoids_are_the_paper_s_formula() -> None:
    table = sinusoids(20, 6)
    for p in range(20):
        for i in range(3):
            assert float(table[p, 2 * i]) == pytest.approx(math.sin(p / 10000 ** (2 * i / 6)), abs=1e-5)
            assert float(table[p, 2 * i + 1]) == pytest.approx(math.cos(p / 10000 ** (2 * i / 6)), abs=1e-5)


def test_rotary_scores_depend_on_the_distance_alone_and_lengths_are_kept() -> None:
    turn = Turn(8).double()
    generator = torch.Generator().manual_seed(0)
    q, k = (torch.randn(8, dtype=torch.double, generator=generator).expand(1, 1, 30, 8) for _ in range(2))
    scores = (turn.turn(q) @ turn.turn(k).transpose(2, 3))[0, 0]
    for apart in range(-29, 30):
        diagonal = scores.diagonal(apart)
        torch.testing.assert_close(diagonal, diagonal[:1].expand_as(diagonal), rtol=0, atol=1e-6)
    assert float(scores[0].std()) > 0.1
    torch.testing.assert_close(turn.turn(q).norm(dim=3), q.norm(dim=3), rtol=0, atol=1e-9)


def test_rotary_turns_a_pair_as_a_complex_number() -> None:
    turn = Turn(4)
    q = torch.randn(1, 1, 9, 4, generator=torch.Generator().manual_seed(1))
    as_complex = torch.view_as_complex(q.unflatten(3, (2, 2)))
    rates = torch.tensor([1.0, 1e4**-0.5])
    turned = as_complex * torch.polar(torch.ones(9, 2), torch.arange(9).unsqueeze(1) * rates)
    torch.testing.assert_close(turn.turn(q), torch.view_as_real(turned).flatten(3), rtol=0, atol=1e-6)


@pytest.mark.parametrize("kind", defaults_of(Place))
def test_what_is_learned_is_what_the_row_says(kind: str) -> None:
    row = defaults_of(Place)[kind]
    built = row.build(11, 16, 2, torch.Generator().manual_seed(0))
    assert sum(parameter.numel() for parameter in built.parameters()) == row.parameters(11, 16)
    x = torch.zeros(2, 11, 16)
    q = torch.ones(2, 2, 11, 8)
    says = not torch.equal(built.add(x), x) or not torch.equal(built.turn(q), q)
    assert says is (kind != "none")


@pytest.mark.parametrize("kind", defaults_of(Place))
def test_more_tokens_than_there_are_places_for_are_refused(kind: str) -> None:
    built = defaults_of(Place)[kind].build(LONGEST, 16, 2, torch.Generator().manual_seed(0))
    x, q = torch.zeros(1, LONGEST + 1, 16), torch.zeros(1, 2, LONGEST + 1, 8)
    if kind == "none":
        assert torch.equal(built.add(x), x) and torch.equal(built.turn(q), q)
        return
    with pytest.raises(ValueError, match=f"got {LONGEST + 1} tokens"):
        built.turn(built.add(x)) if kind != "rotary" else built.turn(q)
