"""A closer look: every unit beside a forward pass by hand, losses beside PyTorch's, the equation beside the model."""

import re
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from engine.closeup import equation, hardest, neuron_maps
from engine.experiment import Experiment
from engine.snapshot import MAP_LEVELS
from engine.supervised import SupervisedRun
from tests.engine.test_names import HOSTILE


def trained(steps: int = 40, **settings: object) -> SupervisedRun:
    run = SupervisedRun(Experiment().patched({name.replace("__", "."): value for name, value in settings.items()}))
    run.advance(steps)
    return run


def test_every_unit_of_a_wide_layer_is_what_a_forward_pass_gives() -> None:
    run = trained(model__hidden=(40, 5))
    seen = neuron_maps(run, 0)
    first = run.model.linears[0]
    by_hand = torch.tanh(run.camera.map_inputs @ first.weight.T + first.bias).detach().numpy()
    assert seen.maps.shape == (40, 16, 16)
    assert seen.step == 40
    np.testing.assert_allclose(seen.ends[:, 0], by_hand.min(axis=0), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(seen.ends[:, 1], by_hand.max(axis=0), rtol=1e-5, atol=1e-6)
    values = seen.ends[:, :1] + seen.maps.reshape(40, -1) / 255 * np.diff(seen.ends, axis=1)
    half_a_step = 0.5 * np.diff(seen.ends, axis=1) / MAP_LEVELS
    assert (np.abs(values - by_hand.T) <= half_a_step + 1e-5).all()


def test_the_diagram_and_the_closer_look_show_the_same_maps() -> None:
    run = trained()
    detail = run.snapshot().detail
    assert detail is not None
    for layer, drawn in enumerate(run.camera.drawn):
        start = sum(run.camera.drawn[:layer])
        np.testing.assert_array_equal(neuron_maps(run, layer).maps[:drawn], detail.maps[start : start + drawn])


@pytest.mark.parametrize("part", ["train", "validation", "test"])
def test_the_hardest_examples_are_those_with_pytorchs_largest_losses(part: str) -> None:
    run = trained(data__kind="iris")
    examples = getattr(run.data, part)
    with torch.no_grad():
        losses = F.cross_entropy(run.model.eval()(examples.x), examples.y, reduction="none").numpy()
    seen = hardest(run, part, rows=5)
    np.testing.assert_allclose(seen.loss, np.sort(losses)[::-1][:5], rtol=1e-6)
    worst = int(losses.argmax())
    np.testing.assert_array_equal(seen.raw_x[0], examples.raw_x[worst])
    assert seen.truth[0] == examples.raw_y[worst]


def test_regression_shows_answers_in_the_unit_of_the_target() -> None:
    run = trained(data__kind="sine")
    seen = hardest(run, "test", rows=3)
    assert np.all(np.diff(seen.loss) <= 0)
    scaled = (seen.answer - seen.truth) / run.data.target_std
    np.testing.assert_allclose(scaled**2, seen.loss, rtol=1e-3)


@pytest.mark.parametrize(("kind", "head"), [("gaussians", r"P(\text{class 2})"), ("plane", r"\hat y")])
def test_the_equation_without_hidden_layers_gives_the_networks_output(kind: str, head: str) -> None:
    run = trained(data__kind=kind, model__hidden=())
    text = equation(run)
    assert text.startswith(head)
    *weights, bias = (float(number) for number in re.findall(r"[+-][\d.]+(?:e[+-]\d+)?(?=\\,| |\\right|$)", text))
    by_text = run.data.test.x.numpy() @ np.array(weights) + bias
    with torch.no_grad():
        outputs = run.model(run.data.test.x)[:, 0].numpy()
    if not run.data.class_count:
        outputs = outputs * run.data.target_std + run.data.target_mean
    np.testing.assert_allclose(by_text, outputs, rtol=0.02, atol=0.02)


def test_a_network_with_hidden_layers_has_no_short_equation() -> None:
    assert equation(trained(0)) == ""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_the_equation_ends_no_formula_and_begins_no_command(name: str) -> None:
    run = trained(0, data__kind="sine", model__hidden=())
    run.data = replace(run.data, feature_names=(name,))
    text = equation(run)
    assert "$" not in text and "\n" not in text
    inside = text[text.index(r"\text{") + len(r"\text{") : text.rindex("}")]
    bare = re.sub(r"\\(textbackslash|textdollar|textasciicircum|textasciitilde)\{\}|\\[_%&#{}]", "", inside)
    assert not re.search(r"[\\{}_%&#^~]", bare)


@pytest.mark.parametrize(
    ("loss", "end"), [("cross_entropy", r"\frac{e^{z_k}}{\sum_j e^{z_j}}"), ("hinge", r"\arg\max_k z_k")]
)
def test_with_more_classes_every_class_has_its_score_and_the_softmax_follows(loss: str, end: str) -> None:
    run = trained(data__kind="spiral", data__arms=3, model__hidden=(), training__loss__kind=loss)
    text = equation(run)
    *rows, last = text.removeprefix(r"\begin{aligned}").removesuffix(r"\end{aligned}").split(r" \\ ")
    assert end in last
    assert [re.search(r"z_\{\\text\{(.+?)\}\}", row).group(1) for row in rows] == list(run.data.classes)
    numbers = [re.findall(r"[+-][\d.]+(?:e[+-]\d+)?(?=\\,|$)", row) for row in rows]
    table = np.array(numbers, dtype=float)
    with torch.no_grad():
        outputs = run.model(run.data.test.x).numpy()
    np.testing.assert_allclose(run.data.test.x.numpy() @ table[:, :-1].T + table[:, -1], outputs, rtol=0.02, atol=0.02)


def test_an_equation_too_long_to_read_is_left_out() -> None:
    assert equation(trained(1, data__kind="digits", model__hidden=())) == ""
