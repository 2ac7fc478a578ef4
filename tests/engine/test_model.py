"""The multilayer perceptron beside plain NumPy and beside the product of its matrices."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from engine.activations import ELU, Linear, Maxout, ReLU, Sigmoid, Tanh
from engine.choice import problems
from engine.initializers import HeNormal, Normal, Orthogonal
from engine.model import MAX_DEPTH, MLP, LayerOverride, Model
from engine.norms import BatchNorm, LayerNorm, NoNorm

X = np.random.default_rng(5).normal(size=(13, 3))


def made(model: Model, inputs: int = 3, outputs: int = 2, seed: int = 0) -> MLP:
    """In double precision, with biases that are not 0."""
    network = MLP(model, inputs, outputs, seed).double()
    generator = torch.Generator().manual_seed(1)
    for linear in network.linears:
        if linear.bias is not None:
            linear.bias.data.normal_(generator=generator)
    return network


def matrices(network: MLP) -> list[tuple[np.ndarray, np.ndarray]]:
    """(weight, bias) of every layer; a bias of 0 where there is none."""
    pairs = []
    for linear in network.linears:
        weight = linear.weight.detach().numpy()
        pairs.append((weight, np.zeros(len(weight)) if linear.bias is None else linear.bias.detach().numpy()))
    return pairs


def forward(network: MLP, x: np.ndarray) -> np.ndarray:
    return network(torch.from_numpy(x)).detach().numpy()


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("residual", [True, False])
@pytest.mark.parametrize("hidden", [(), (4,), (5, 5, 3), (3, 3)], ids=str)
def test_the_forward_pass_matches_plain_numpy(hidden: tuple[int, ...], residual: bool, bias: bool) -> None:
    network = made(Model(hidden=hidden, activation=Tanh(), initializer=Normal(), residual=residual, bias=bias))
    layers, a = matrices(network), X
    for weight, shift in layers[:-1]:
        given = np.tanh(a @ weight.T + shift)
        a = a + given if residual and a.shape[1] == given.shape[1] else given
    expected = a @ layers[-1][0].T + layers[-1][1]
    np.testing.assert_allclose(forward(network, X), expected, rtol=1e-10, atol=1e-12)
    assert (network.output.bias is not None) is bias


def test_each_layer_applies_its_own_activation_norm_and_maxout_pieces() -> None:
    model = Model(
        hidden=(4, 6, 4),
        activation=Sigmoid(),
        initializer=Normal(scale=1.0),
        layers=(
            LayerOverride(layer=3, activation=ELU(alpha=0.5)),
            LayerOverride(layer=2, activation=Maxout(affine_pieces=3), norm=LayerNorm(eps=0.01)),
        ),
    )
    network = made(model)
    (w1, b1), (w2, b2), (w3, b3), (w4, b4) = matrices(network)
    assert w2.shape == (18, 4)
    a = 1 / (1 + np.exp(-(X @ w1.T + b1)))
    z = a @ w2.T + b2
    z = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 0.01)
    a = np.stack([z[:, 3 * unit : 3 * unit + 3].max(axis=1) for unit in range(6)], axis=1)
    z = a @ w3.T + b3
    a = np.where(z > 0, z, 0.5 * (np.exp(z) - 1))
    np.testing.assert_allclose(forward(network, X), a @ w4.T + b4, rtol=1e-10)


@pytest.mark.parametrize("initializer", [Orthogonal(), HeNormal()], ids=lambda row: row.kind)
def test_a_deep_linear_network_equals_the_product_of_its_matrices(initializer: Orthogonal | HeNormal) -> None:
    network = made(Model(hidden=(6, 5, 7, 4), activation=Linear(), initializer=initializer, bias=False))
    product = np.eye(3)
    for weight, _ in matrices(network):
        product = weight @ product
    np.testing.assert_allclose(forward(network, X), X @ product.T, rtol=1e-9, atol=1e-12)


def test_a_deep_linear_network_with_residuals_adds_the_identity_to_each_square_matrix() -> None:
    network = made(Model(hidden=(3, 5, 5), activation=Linear(), residual=True, bias=False, initializer=Normal()))
    w1, w2, w3, w4 = (weight for weight, _ in matrices(network))
    product = w4 @ (np.eye(5) + w3) @ w2 @ (np.eye(3) + w1)
    np.testing.assert_allclose(forward(network, X), X @ product.T, rtol=1e-9)


def test_overrides_hold_for_their_layer_only_and_none_keeps_the_choice_of_the_model() -> None:
    model = Model(
        hidden=(4, 4, 4),
        activation=ReLU(),
        norm=BatchNorm(),
        dropout=0.3,
        layers=(LayerOverride(layer=2, norm=NoNorm(), dropout=0.0), LayerOverride(layer=3, activation=Tanh())),
    )
    assert [model.activation_of(layer).kind for layer in (1, 2, 3)] == ["relu", "relu", "tanh"]
    assert [model.norm_of(layer).kind for layer in (1, 2, 3)] == ["batch_norm", "none", "batch_norm"]
    assert [model.dropout_of(layer) for layer in (1, 2, 3)] == [0.3, 0.0, 0.3]
    network = MLP(model, 2, 1, seed=0)
    assert [layer.dropout.p for layer in network.layers] == [0.3, 0.0, 0.3]
    assert [[type(part).__name__ for part in layer][1:-1] for layer in network.layers] == [
        ["BatchNorm1d"],
        [],
        ["BatchNorm1d"],
    ]


@pytest.mark.parametrize(
    ("tree", "field"),
    [
        ({"hidden": (4,), "layers": ({"layer": 2},)}, "model.layers.0.layer"),
        ({"hidden": (4, 4), "layers": ({"layer": 1}, {"layer": 1})}, "model.layers.1.layer"),
    ],
)
def test_an_override_of_a_layer_that_is_not_there_or_named_twice_is_refused(
    tree: dict[str, object], field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        Model.model_validate(tree)
    (problem,) = problems(refused.value, Model)
    assert problem.field == field
    assert "each named at most once" in problem.allowed


def test_first_weights_come_from_the_seed_alone_and_biases_begin_at_zero() -> None:
    before = torch.random.get_rng_state()
    one, same, other = (MLP(Model(), 3, 2, seed) for seed in (4, 4, 5))
    assert torch.equal(torch.random.get_rng_state(), before)
    for a, b, c in zip(one.linears, same.linears, other.linears, strict=True):
        assert torch.equal(a.weight, b.weight)
        assert not torch.equal(a.weight, c.weight)
        assert not a.bias.any()


def test_one_more_layer_leaves_the_first_weights_of_those_before_it_alone() -> None:
    short, long = MLP(Model(hidden=(5, 5)), 3, 2, 0), MLP(Model(hidden=(5, 5, 5)), 3, 2, 0)
    for a, b in zip(short.layers, long.layers, strict=False):
        assert torch.equal(a.linear.weight, b.linear.weight)
    assert not torch.equal(long.layers[1].linear.weight, long.layers[2].linear.weight)


def test_the_masks_of_two_layers_differ_and_the_global_generator_is_left_alone() -> None:
    network = MLP(Model(hidden=(6, 6), dropout=0.5, activation=Linear()), 6, 1, 0)
    before = torch.random.get_rng_state()
    masks = [layer.dropout(torch.ones(8, 6)) != 0 for layer in network.layers]
    assert torch.equal(torch.random.get_rng_state(), before)
    assert not torch.equal(masks[0], masks[1])


def test_the_deepest_network_allowed_is_built_and_runs() -> None:
    network = MLP(Model(hidden=(2,) * MAX_DEPTH), 3, 2, 0)
    assert len(network.linears) == MAX_DEPTH + 1
    assert network(torch.ones(4, 3)).shape == (4, 2)


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (Model(hidden=()), lambda: 3 * 2 + 2),
        (Model(hidden=(4, 5)), lambda: (3 * 4 + 4) + (4 * 5 + 5) + (5 * 2 + 2)),
        (Model(hidden=(4, 5), bias=False), lambda: 3 * 4 + 4 * 5 + 5 * 2),
        (Model(hidden=(4,), activation=Maxout(affine_pieces=3)), lambda: 3 * 12 + 12 + 4 * 2 + 2),
        (Model(hidden=(4,), norm=BatchNorm()), lambda: 3 * 4 + 4 + 2 * 4 + 4 * 2 + 2),
    ],
    ids=["none", "two", "no-bias", "maxout", "batch-norm"],
)
def test_the_number_of_parameters_is_the_one_counted_by_hand(model: Model, count: Callable[[], int]) -> None:
    assert sum(parameter.numel() for parameter in MLP(model, 3, 2, 0).parameters()) == count()
