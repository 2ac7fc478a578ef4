"""What a run is said to hold, beside PyTorch's own counts and the process's memory."""

import torch

from engine.experiment import Experiment
from engine.supervised import SupervisedRun
from engine.weighing import OBJECTS, weight_of


def trained(**model: object) -> SupervisedRun:
    run = SupervisedRun(Experiment.model_validate({"model": model}))
    run.advance(2)
    return run


def test_a_larger_network_weighs_more_by_its_states() -> None:
    """Weights, gradients, two averages, and the state to fall back to, which was taken before there were averages."""
    small, large = trained(hidden=(64,)), trained(hidden=(64,) * 8)
    added = sum(p.numel() * 4 for p in large.model.parameters()) - sum(p.numel() * 4 for p in small.model.parameters())
    assert 5 * added <= weight_of(large) - weight_of(small) <= 5.5 * added


def test_its_data_weigh_what_they_hold() -> None:
    few, many = (
        SupervisedRun(Experiment.model_validate({"data": {"kind": "circle", "samples": count}}))
        for count in (500, 5000)
    )
    more = many.data.nbytes - few.data.nbytes
    assert more <= weight_of(many) - weight_of(few) < 1.6 * more


def test_a_storage_counts_once_and_whole() -> None:
    class Holder:
        def __init__(self) -> None:
            self.whole = torch.zeros(1000)
            self.part = self.whole[:10]
            self.rows = self.whole.numpy()
            self.again = [self.whole, {"x": self.part}]

    assert OBJECTS + 4000 <= weight_of(Holder()) <= OBJECTS + 8000
