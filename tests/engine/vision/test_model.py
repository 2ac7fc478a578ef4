"""Networks of blocks: the plan is what is built, first weights are PyTorch's, one block's draws shift no other's."""

import pytest
import torch
from torch import nn

from engine.choice import catalog
from engine.initializers import HeNormal, Initializer, XavierUniform
from engine.streams import stream
from engine.vision.blocks import Activate, Convolution, Dense, Drop, GlobalPool, Normalize, Pool
from engine.vision.model import Cnn
from engine.vision.network import PER_BLOCK, Asked
from engine.vision.residual import Residual
from engine.vision.shapes import CannotFit

ASKED = Asked((3, 16, 12), 10, mean=(0.5, 0.4, 0.3), std=(0.2, 0.2, 0.1))
DEEP = Cnn(
    blocks=(
        Convolution(channels=4),
        Normalize(),
        Activate(),
        Residual(channels=6, stride=2),
        Drop(p=0.3),
        Pool(),
        GlobalPool(),
        Dense(units=7),
    )
)


def test_the_plan_is_what_is_built() -> None:
    network = DEEP.build(ASKED, 0)
    plan = DEEP.plan(ASKED)
    assert sum(stage.parameters for stage in plan) == sum(parameter.numel() for parameter in network.parameters())
    features = network.eval().features(torch.rand(2, 3, 16, 12))
    assert [tuple(values.shape[1:]) for values in features] == [stage.after for stage in plan[:-1]]
    assert plan[-1].after == (10,) and network(torch.rand(2, 3, 16, 12)).shape == (2, 10)
    assert len(network.names) == len(features)


def test_it_answers_with_its_head_over_its_last_features() -> None:
    network, x = DEEP.build(ASKED, 0).eval(), torch.rand(4, 3, 16, 12)
    torch.testing.assert_close(network(x), network.head(network.features(x)[-1]))


def test_pictures_are_standardized_by_channel() -> None:
    network, x = Cnn(blocks=()).build(ASKED, 0), torch.rand(4, 3, 16, 12)
    mean, std = torch.tensor(ASKED.mean), torch.tensor(ASKED.std)
    by_hand = (x - mean[:, None, None]) / std[:, None, None]
    torch.testing.assert_close(network.standardized(x), by_hand)


def test_a_head_at_every_place_answers_there() -> None:
    row = Cnn(blocks=(Convolution(channels=4), Activate()))
    network = row.build(Asked((3, 16, 12), 5, per_pixel=True), 0)
    assert network(torch.rand(2, 3, 16, 12)).shape == (2, 5, 16, 12)
    with pytest.raises(CannotFit, match="block 3, dense 32: the head answers at every place"):
        Cnn(blocks=(*row.blocks, Dense())).plan(Asked((3, 16, 12), 5, per_pixel=True))


def test_a_block_that_cannot_fit_is_named_by_its_number() -> None:
    row = Cnn(blocks=(Pool(), Pool(), Pool(), Pool(), Pool()))
    with pytest.raises(CannotFit, match="block 4, max pool 2x2: the picture is 2x1 already") as caught:
        row.plan(ASKED)
    assert caught.value.block == 3
    stages = row.stages(ASKED)
    assert [next(stages).after for _ in range(3)] == [(3, 8, 6), (3, 4, 3), (3, 2, 1)]


@pytest.mark.parametrize("kind", catalog(Initializer))
def test_first_weights_of_kernels_are_those_of_pytorch_on_four_axes(kind: str) -> None:
    """A kernel's fans count its places: He's variance is 2 / (in k k), Xavier's 2 / ((in + out) k k)."""
    row = Cnn.model_validate({"blocks": (Convolution(channels=32, kernel=5),), "initializer": {"kind": kind}})
    weight = row.build(ASKED, 3).matrices["1 conv"]
    wanted = torch.empty(32, 3, 5, 5)
    draws = stream(3, "weights", PER_BLOCK)
    by_torch = {
        "he_normal": lambda: nn.init.kaiming_normal_(wanted, nonlinearity="relu", generator=draws),
        "he_uniform": lambda: nn.init.kaiming_uniform_(wanted, nonlinearity="relu", generator=draws),
        "lecun_normal": lambda: nn.init.kaiming_normal_(wanted, nonlinearity="linear", generator=draws),
        "xavier_normal": lambda: nn.init.xavier_normal_(wanted, generator=draws),
        "xavier_uniform": lambda: nn.init.xavier_uniform_(wanted, generator=draws),
        "orthogonal": lambda: nn.init.orthogonal_(wanted, generator=draws),
    }
    if kind in by_torch:
        by_torch[kind]()
        assert torch.equal(weight.detach(), wanted)
    spread = row.initializer.variance(3 * 25, 32 * 25)
    if spread is not None and kind != "orthogonal":
        assert float(weight.detach().var()) == pytest.approx(spread, rel=0.1)


def test_one_blocks_draws_shift_no_others() -> None:
    short = Cnn(blocks=(Convolution(channels=4), Activate(), Convolution(channels=4)))
    other = Cnn(blocks=(Convolution(channels=9), Activate(), Convolution(channels=4)))
    longer = Cnn(blocks=(*short.blocks, Activate(), Convolution(channels=4)))
    one, two, three = (row.build(ASKED, 0) for row in (short, other, longer))
    assert torch.equal(one.matrices["3 conv"], three.matrices["3 conv"])
    assert torch.equal(one.matrices["output"], three.matrices["output"])
    assert not torch.equal(one.matrices["1 conv"], two.matrices["1 conv"][:4])


def test_building_draws_nothing_from_the_global_generator() -> None:
    before = torch.get_rng_state()
    network = DEEP.build(ASKED, 0)
    network(torch.rand(2, 3, 16, 12, generator=torch.Generator()))
    assert torch.equal(before, torch.get_rng_state())
    again = DEEP.build(ASKED, 0)
    for one, other in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_all_biases_begin_at_zero_and_weights_have_names() -> None:
    network = DEEP.build(ASKED, 0)
    assert list(network.matrices) == ["1 conv", "4 residual a", "4 residual b", "4 residual skip", "8 dense", "output"]
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            assert not layer.bias.any()


def test_rates_of_dropout_are_told_apart_from_what_begins_a_run() -> None:
    assert DEEP.dropout_rates == (0.3,) and DEEP.needs_batches
    changed = DEEP.model_copy(update={"blocks": (*DEEP.blocks[:4], Drop(p=0.6), *DEEP.blocks[5:])})
    assert changed.without_rates() == DEEP.without_rates() and changed != DEEP
    assert HeNormal() == DEEP.initializer != XavierUniform()
