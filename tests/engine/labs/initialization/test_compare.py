"""The longer work: what it yields, in which order, and what the gain and the rules for widths come to."""

import numpy as np
import pytest

from engine.activations import Linear, ReLU, Tanh
from engine.initializers import (
    Constant,
    HeNormal,
    InitializerChoice,
    Normal,
    Orthogonal,
    Uniform,
    XavierNormal,
    Zeros,
)
from engine.labs.initialization.compare import (
    GAINS,
    RULES,
    compared,
    edge,
    experiment_of,
    experiments_of,
    fans_of,
    names_of,
    ruled,
    swept,
    times,
    with_gain,
)
from engine.labs.initialization.fates import fate, ratio
from engine.labs.initialization.inputs import CircleInputs, NormalInputs, SpiralInputs
from engine.labs.initialization.passes import network
from engine.labs.initialization.results import Comparison, Sweep
from engine.labs.initialization.state import Compared, Measuring, Network, Widths, spread_widths, widths_of
from engine.model import Model
from engine.supervised import SupervisedRun

SMALL = Measuring(seeds=3, examples=16, source=NormalInputs(features=16))
NETWORK = Network(depth=5, width=16)


def results(steps: object) -> list:
    found = list(steps)  # type: ignore[call-overload]
    assert [step.share for step in found] == sorted(step.share for step in found)
    assert found[-1].share == 1
    return [step.result for step in found if step.result is not None]


def test_the_lines_come_first_then_one_network_more_each_time() -> None:
    known: list[Comparison] = results(compared(NETWORK, Compared(), SMALL))
    assert [len(each.profiles[0].pre) for each in known] == [0, 1, 2, 3]
    assert np.isfinite(known[0].profiles[0].theory.gradient).all()
    assert np.array_equal(known[-1].profiles[1].gradient[:2], known[2].profiles[1].gradient)


def test_with_a_loss_the_line_of_the_gradient_waits_for_the_first_network() -> None:
    how = SMALL.model_copy(update={"source": CircleInputs()})
    known: list[Comparison] = results(compared(NETWORK, Compared(), how))
    assert np.isnan(known[0].profiles[0].theory.gradient).all()
    assert np.isfinite(known[1].profiles[0].theory.gradient).all()


def test_the_same_settings_give_the_same_numbers_and_another_seed_others() -> None:
    first, again = (results(compared(NETWORK, Compared(), SMALL))[-1] for _ in range(2))
    other = results(compared(NETWORK, Compared(), SMALL.model_copy(update={"seed": 9})))[-1]
    for one, two, three in zip(first.profiles, again.profiles, other.profiles, strict=True):
        assert np.array_equal(one.pre, two.pre)
        assert np.array_equal(one.gradient, two.gradient)
        assert not np.array_equal(one.pre, three.pre)


def test_as_many_are_compared_as_are_asked_for_and_each_has_a_name_of_its_own() -> None:
    asked = Compared(count=2, first=HeNormal(), second=HeNormal())
    drawn = results(compared(NETWORK, asked, SMALL))[-1]
    assert [each.label for each in drawn.profiles] == ["He normal", "He normal (2)"]
    assert names_of([Normal(scale=0.1), Normal(scale=0.3)]) == ["Normal, scale 0.1", "Normal, scale 0.3"]


# --- widths ---------------------------------------------------------------------------------------------------------


def test_widths_go_from_the_first_to_the_last_by_one_factor() -> None:
    assert spread_widths(128, 16, 4) == (128, 64, 32, 16)
    assert spread_widths(5, 80, 1) == (5,)
    assert widths_of(Network(depth=3, width=4, last_width=64)) == (4, 16, 64)
    assert widths_of(Network(depth=3, width=4)) == (4, 4, 4)


def test_one_over_fan_in_keeps_the_signal_one_over_fan_out_the_gradient_and_xavier_shares() -> None:
    how = Measuring(seeds=10, examples=64)
    drawn: Comparison = results(ruled(Widths(activation=Linear(), depth=8, first=128, last=32), how))[-1]
    inward, xavier, outward = (each.theory for each in drawn.profiles)
    assert [each.label for each in drawn.profiles] == list(RULES)
    assert inward.post[-1] / inward.post[0] == pytest.approx(1)
    assert outward.gradient[0] / outward.gradient[-1] == pytest.approx(1)
    assert inward.gradient[0] / inward.gradient[-1] == pytest.approx(1 / 4)
    assert outward.post[-1] / outward.post[0] == pytest.approx(4)
    assert xavier.post[-1] / xavier.post[0] == pytest.approx(2, rel=0.05)
    assert xavier.gradient[0] / xavier.gradient[-1] == pytest.approx(1 / 2, rel=0.05)
    for profile in drawn.profiles:
        assert profile.post.mean(axis=0) == pytest.approx(profile.theory.post, rel=0.25)
        assert profile.gradient.mean(axis=0) == pytest.approx(profile.theory.gradient, rel=0.25)


def test_the_playground_draws_the_very_weights_of_a_rule() -> None:
    how, asked = Measuring(source=SpiralInputs(), seed=4), Widths(depth=4, first=32, last=8)
    widths, batch = (32, 20, 13, 8), how.source.batch(8, 4)
    fans = fans_of(batch, widths, asked.activation)
    found = experiments_of(asked, how)
    assert list(found) == ["1 / n_in", "Xavier, 2 / (n_in + n_out)"]
    for name, experiment in found.items():
        assert experiment.model.hidden == widths
        own = network(experiment.model, batch, experiment.seed)
        unit = Model(hidden=widths, activation=asked.activation, initializer=Normal(scale=1.0))
        mine = network(unit, batch, how.seed, [RULES[name].variance(*fan) ** 0.5 for fan in fans])
        for one, other in zip(own.linears, mine.linears, strict=True):
            np.testing.assert_allclose(one.weight.detach(), other.weight.detach(), rtol=1e-5)


@pytest.mark.parametrize("row", [Normal(scale=0.2), Uniform(scale=0.3), Orthogonal(), Constant(value=-0.4), Zeros()])
def test_a_gain_is_a_row_of_the_catalog_where_all_weights_are_proportional_to_a_knob(row: InitializerChoice) -> None:
    scaled = times(row, 1.5)
    assert scaled is not None
    batch = SpiralInputs().batch(8, 0)
    plain, larger = (Model(hidden=(6, 5), initializer=each) for each in (row, scaled))
    for one, other in zip(network(larger, batch, 2).linears, network(plain, batch, 2, (1.5,) * 3).linears, strict=True):
        np.testing.assert_allclose(one.weight.detach(), other.weight.detach(), rtol=1e-5)


def test_a_gain_that_no_row_has_is_not_offered() -> None:
    assert times(XavierNormal(), 1.0) == XavierNormal()
    assert times(XavierNormal(), 1.5) is None
    assert times(Orthogonal(gain=3.0), 1.5) is None, "beyond its bounds"


# --- the gain -------------------------------------------------------------------------------------------------------


def test_a_gain_of_the_sweep_is_the_network_with_that_gain() -> None:
    sweep: Sweep = results(swept(NETWORK, XavierNormal(), SMALL))[-1]
    at = int(np.flatnonzero(GAINS == 1.5)[0])
    alone = results(with_gain(NETWORK, XavierNormal(), 1.5, SMALL))[-1].profiles[0]
    assert sweep.last[at] == pytest.approx(alone.post[:, -1])
    assert sweep.first[at] == pytest.approx(alone.gradient[:, 0])
    assert sweep.chi[at] == pytest.approx(alone.theory.chi, rel=0.05)


def test_a_sweep_shows_its_first_gains_before_the_last_is_measured() -> None:
    known = results(swept(NETWORK, XavierNormal(), SMALL))
    assert len(known[0].gains) == 1
    assert [len(each.gains) for each in known] == sorted(len(each.gains) for each in known)
    assert known[-1].last.shape == (len(GAINS), 3)


def test_hes_weights_are_at_the_edge_for_relu_as_they_are() -> None:
    how = SMALL.model_copy(update={"source": NormalInputs(features=16)})
    sweep = results(swept(Network(depth=5, width=16, activation=ReLU()), HeNormal(), how))[-1]
    assert edge(sweep) == pytest.approx(1.0)


def test_tanhs_edge_nears_one_with_depth() -> None:
    def at(depth: int) -> float:
        return edge(results(swept(Network(depth=depth, width=16, activation=Tanh()), XavierNormal(), SMALL))[-1])

    assert 1.0 < at(16) < at(3)


def test_weights_that_are_not_drawn_have_no_edge() -> None:
    sweep = results(swept(NETWORK, Zeros(), SMALL))[-1]
    assert np.isnan(edge(sweep))
    assert "not drawn" in sweep.silent
    assert not sweep.last.any()


# --- words and ways -------------------------------------------------------------------------------------------------


def test_the_default_shows_too_small_right_and_too_large() -> None:
    drawn = results(compared(Network(), Compared(), Measuring(seeds=3, examples=16)))[-1]
    small, right, large = (fate(each) for each in drawn.profiles)
    assert small.said == "signal vanishes, gradient vanishes"
    assert right.said == "signal steady, gradient steady"
    assert large.said == "signal steady, gradient explodes"


def test_a_quotient_is_the_median_network_by_network() -> None:
    assert ratio(np.array([1.0, 8.0, 9.0]), np.array([1.0, 2.0, 3.0])) == 3
    assert ratio(np.zeros(3), np.zeros(3)) == 0
    assert np.isnan(ratio(np.array([np.nan]), np.array([1.0])))


def test_the_playgrounds_experiment_has_the_same_first_weights() -> None:
    how = Measuring(source=CircleInputs(), seed=4)
    experiment = experiment_of(Network(depth=60, width=20, last_width=10), XavierNormal(), how)
    run = SupervisedRun(experiment)
    assert experiment.seed == 4
    assert [layer.linear.weight.shape[0] for layer in run.model.layers] == list(spread_widths(20, 10, 60))
