"""The proofs of the page run, draw nothing of others, and say what they measured."""

import pytest
import torch

from engine.labs.proof import Proof
from engine.labs.transformer.proofs import LENGTHS, PROOFS, _block, _lstm, _reach, _run


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.id)
def test_a_proof_runs_and_draws_nothing_from_the_global_generator(proof: Proof) -> None:
    before = torch.random.get_rng_state()
    found = proof.run()
    assert torch.equal(torch.random.get_rng_state(), before)
    assert found.rows and all(len(row) == len(found.head) for row in found.rows)
    assert "nan" not in found.sentence


def test_there_is_one_encoder_and_one_decoder_of_six_layers() -> None:
    found = PROOFS[0].run()
    assert [row[1:] for row in found.rows] == [["1", "1"], ["6", "6"], ["1", "1"], ["6", "6"]]
    assert "6 cross-attentions of one pass read 1 memory" in found.sentence


def test_the_gradient_of_an_lstm_falls_with_the_length_and_that_of_attention_far_less() -> None:
    rows = PROOFS[1].run().rows
    lstm, block = ([float(row[place]) for row in rows] for place in (3, 4))
    assert lstm[0] > 1e3 * lstm[-1]
    assert block[0] < LENGTHS[-1] / LENGTHS[0] * 2 * block[-1]


def test_the_gradients_are_those_of_finite_differences() -> None:
    x = torch.randn(1, 6, 32, dtype=torch.double, generator=torch.Generator().manual_seed(0))
    for module in (_lstm().double(), _block().double()):
        gradient = _run(module, x)

        def total(at: torch.Tensor, module: torch.nn.Module = module) -> float:
            out = module(at.detach())
            return float((out[0] if isinstance(out, tuple) else out)[:, -1].sum().detach())

        for place in ((0, 0, 3), (0, 5, 7)):
            step = torch.zeros_like(x)
            step[place] = 1e-5
            assert float(gradient[place]) == pytest.approx(
                (total(x + step) - total(x - step)) / 2e-5, rel=1e-4, abs=1e-9
            )
        assert _reach(module, x) == pytest.approx(float(gradient[:, 0].norm() / gradient[:, -1].norm()))
