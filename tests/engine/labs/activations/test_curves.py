"""Curves beside closed forms and difference quotients; inputs beside SciPy's distributions."""

import numpy as np
import pytest
import torch
from scipy import stats

from engine.activations import ELU, GELU, Activation, ActivationChoice, Linear, Maxout, ReLU, Sigmoid, Step, Tanh
from engine.labs.activations.curves import bounds, curve, intervals, response
from engine.labs.activations.inputs import InputChoice, Inputs, NormalInputs, SkewedInputs, TwoClusters, UniformInputs
from engine.probes import largest_slope, saturation
from engine.streams import stream
from tests.rows import defaults_of

ROWS = defaults_of(Activation)
INPUTS = defaults_of(Inputs)


@pytest.mark.parametrize("kind", ROWS)
def test_a_derivative_is_the_difference_quotient_of_its_curve(kind: str) -> None:
    drawn = curve(ROWS[kind], 5.0)  # type: ignore[arg-type]
    quotient = np.gradient(drawn.a, drawn.z)
    corner = np.abs(np.diff(quotient, append=quotient[-1])) + np.abs(np.diff(quotient, prepend=quotient[0])) > 0.1
    corner[[0, -1]] = True
    assert corner.mean() < 0.05
    np.testing.assert_allclose(drawn.slope[~corner], quotient[~corner], atol=6e-3)


def test_the_sigmoid_is_saturated_where_its_slope_is_a_twentieth_of_a_quarter() -> None:
    # s (1 - s) = 1/80, so s = (1 - sqrt(1 - 1/20)) / 2 on the left.
    s = (1 - np.sqrt(0.95)) / 2
    edge = np.log(s / (1 - s))
    np.testing.assert_allclose(curve(Sigmoid(), 6.0).flat, [(-6, edge), (-edge, 6)], atol=1e-3)


def test_tanh_elu_and_relu_are_saturated_where_a_closed_form_says() -> None:
    edge = np.arctanh(np.sqrt(0.95))
    np.testing.assert_allclose(curve(Tanh(), 6.0).flat, [(-6, -edge), (edge, 6)], atol=1e-3)
    np.testing.assert_allclose(curve(ELU(), 6.0).flat, [(-6, np.log(0.05))], atol=2e-3)
    np.testing.assert_allclose(curve(ReLU(), 6.0).flat, [(-6, 0)], atol=2e-2)
    assert curve(Linear(), 6.0).flat == ()
    assert curve(Step(), 6.0).flat == ((-6.0, 6.0),)


def test_gelu_is_flat_also_around_its_lowest_point() -> None:
    level = 0.05 * curve(GELU(), 6.0).largest
    slope = stats.norm.cdf
    for low, high in curve(GELU(), 6.0).flat:
        for end in (low, high):
            if abs(end) < 6:
                assert abs(slope(end) + end * stats.norm.pdf(end)) == pytest.approx(level, abs=1e-3)
    assert len(curve(GELU(), 6.0).flat) == 2


@pytest.mark.parametrize("kind", [kind for kind, row in ROWS.items() if not isinstance(row, Maxout)])
def test_the_saturated_share_is_the_one_that_the_playground_measures(kind: str) -> None:
    """But for maxout: the Playground's has pieces of its own."""
    row = ROWS[kind]
    assert isinstance(row, ActivationChoice)
    found = response(row, NormalInputs(spread=3.0))
    module = row.build()
    share, _ = saturation(module, torch.from_numpy(found.z).unsqueeze(1))
    assert found.saturated == pytest.approx(share, abs=5e-4)
    assert curve(row, 6.0).largest == pytest.approx(largest_slope(module), rel=1e-5)


def test_outputs_of_relu_are_off_on_the_share_below_zero() -> None:
    found = response(ReLU(), NormalInputs(mean=1.0, spread=2.0))
    assert found.off == pytest.approx(stats.norm.cdf(-0.5), abs=0.03)
    assert found.off == np.mean(found.z <= 0)


def test_maxout_of_two_example_pieces_is_the_absolute_value() -> None:
    drawn = curve(Maxout(), 4.0)
    np.testing.assert_allclose(drawn.a, np.abs(drawn.z), atol=1e-12)
    assert len(np.unique(np.round(curve(Maxout(affine_pieces=5), 4.0).slope, 9))) == 5


def test_intervals_end_where_the_crossing_is() -> None:
    x = np.linspace(0, 1, 11)
    assert intervals(x, lambda at: (at > 0.33).numpy()) == ((pytest.approx(0.33), 1.0),)
    assert intervals(x, lambda at: (abs(at - 0.5) < 0.12).numpy()) == ((pytest.approx(0.38), pytest.approx(0.62)),)
    assert intervals(x, lambda at: (at < 0).numpy()) == ()


def test_relu_is_flat_up_to_zero_however_wide_the_picture() -> None:
    assert curve(ReLU(), 50.0).flat == ((-50.0, pytest.approx(0.0, abs=1e-6)),)


def test_bounds_of_sigmoid_and_tanh() -> None:
    low, high = bounds(Sigmoid().build())
    assert (low, high) == pytest.approx((1 / (1 + np.exp(30)), 1 / (1 + np.exp(-30))))
    assert bounds(Tanh().build()) == pytest.approx((-1, 1))


@pytest.mark.parametrize("kind", INPUTS)
def test_inputs_have_the_chosen_mean_and_spread(kind: str) -> None:
    row = INPUTS[kind].model_copy(update={"mean": -2.0, "spread": 3.0})
    assert isinstance(row, InputChoice)
    x = row.draw(200_000, 1, stream(0, "data")).numpy()
    assert x.mean() == pytest.approx(-2, abs=0.03)
    assert x.std() == pytest.approx(3, rel=0.01)
    again = row.draw(200_000, 1, stream(0, "data")).numpy()
    np.testing.assert_array_equal(x, again)


@pytest.mark.parametrize(
    ("row", "distribution"),
    [
        (NormalInputs(), stats.norm()),
        (UniformInputs(), stats.uniform(-np.sqrt(3), 2 * np.sqrt(3))),
        (SkewedInputs(), stats.expon(-1)),
        (TwoClusters(apart=0.0), stats.norm()),
    ],
    ids=lambda item: getattr(item, "kind", ""),
)
def test_inputs_follow_the_named_distribution(row: InputChoice, distribution: object) -> None:
    x = row.draw(5000, 1, stream(1, "data")).numpy()[:, 0]
    assert stats.kstest(x, distribution.cdf).pvalue > 0.01  # type: ignore[attr-defined]


def test_two_clusters_leave_the_middle_empty() -> None:
    x = TwoClusters().draw(5000, 1, stream(0, "data")).numpy()
    assert np.mean(np.abs(x) < 0.3) < 0.03
    assert np.mean(x > 0) == pytest.approx(0.5, abs=0.03)
