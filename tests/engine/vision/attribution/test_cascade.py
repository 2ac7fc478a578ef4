"""Layers replaced from the top, and what stays as it was."""

import torch

from engine.vision.attribution.cascade import cascade, parts_from_the_top
from tests.engine.vision.attribution.small import network


def test_layers_are_replaced_one_after_another_from_the_output_down() -> None:
    trained, fresh = network(seed=0), network(seed=1)
    before = {name: value.clone() for name, value in trained.state_dict().items()}
    names, shares = [], []
    for name, mixed in cascade(trained, fresh):
        same = [torch.equal(a, b) for a, b in zip(mixed.parameters(), fresh.parameters(), strict=True)]
        names.append(name)
        shares.append(sum(same))
        assert not mixed.training
    assert names == ["output", "6 dense 8", "4 convolution 3x3", "1 convolution 3x3"]
    assert shares == [2, 4, 6, 8], "weights and biases of one layer more each time"
    assert all(torch.equal(value, before[name]) for name, value in trained.state_dict().items())
    assert [name for name, _ in parts_from_the_top(trained)] == names
