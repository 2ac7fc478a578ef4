"""First weights are those of their seed; a run trained in pieces is the run."""

import torch

from engine.labs.vision.training import first_weights, paced
from engine.vision.run import VisionRun
from tests.engine.labs.vision.small import EXPERIMENT, digits


def test_a_run_trained_in_pieces_is_the_run_bit_for_bit() -> None:
    whole, pieces = VisionRun(EXPERIMENT), VisionRun(EXPERIMENT)
    whole.advance(whole.last_step)
    shares = list(paced(pieces))
    assert shares == sorted(shares) and shares[-1] == 1 and pieces.ending is not None
    for one, other in zip(whole.parameters, pieces.parameters, strict=True):
        assert torch.equal(one, other)


def test_first_weights_are_those_of_their_seed_and_the_network_rests() -> None:
    data = digits().data
    one, same, other = (first_weights(EXPERIMENT, data, seed) for seed in (0, 0, 1))
    assert torch.equal(next(one.parameters()), next(same.parameters())) and not one.training
    assert not torch.equal(next(one.parameters()), next(other.parameters()))
    assert torch.equal(next(one.parameters()), next(VisionRun(EXPERIMENT).network.parameters()))
