"""What the sentences say: their numbers, counted and computed here once more, and which thing they belong to."""

import math
import re
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from sklearn.metrics import confusion_matrix, f1_score, precision_recall_fscore_support
from torch import Tensor

from charts.sentences import sentences
from engine.experiment import Experiment
from engine.scene import Scene
from engine.shades import Shades
from engine.snapshot import Snapshot
from engine.supervised import SupervisedRun
from tests.charts.films import filmed, hand_frame, hand_scene, scores

NAN = math.nan
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?")
PLACES = re.compile(r"hidden \d+|class \d+|10 to 90 %")
"""Digits that are names."""
SCORES = ("loss", "accuracy", "f1")
SHUFFLED = tuple(f"{part}.{kind}" for kind in SCORES for part in ("test", "validation", "train"))
"""Names in another order than the engine's, so that a place can not stand in for a name."""
ANIMALS = ("ant", "bee", "cow")


def said(chart: str, frame: Snapshot, scene: Scene | None = None) -> str:
    return sentences(scene or hand_scene(), frame).get(chart, "")


def numbers(text: str) -> list[float]:
    """All numbers of a sentence, in order; 1/20,000 is two."""
    return [float(found.replace(",", "")) for found in NUMBER.findall(PLACES.sub("", text))]


def near(*values: float) -> object:
    """Equal to three digits, as sentences are rounded."""
    return pytest.approx(list(values), rel=5.1e-3)


def shares(*values: float) -> object:
    """The same in percent, to one decimal."""
    return pytest.approx([value * 100 for value in values], abs=0.0501)


# --- gradients, updates, rate ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "norms, expected",
    [
        ([0.02, 0.3, 0.5], [0.04]),
        ([4.0, 3.0, 1.0], [4.0]),
        ([0.0011, 5.0, 1.0], [0.0011]),
        ([0.0009, 5.0, 1.0], [1, 1111]),
        ([1e-6, 0.1, 0.02], [1, 20_000]),
        ([2e-9, 3e-8, 1e-9], [3e-8]),
    ],
)
def test_the_gradient_sentence_says_first_over_last(norms: list[float], expected: list[float]) -> None:
    assert numbers(said("gradient", hand_frame(gradient_norm=norms))) == near(*expected)


def test_the_gradient_sentence_of_one_layer_says_its_norm() -> None:
    assert numbers(said("gradient", hand_frame(hidden=0, gradient_norm=[0.7]), hand_scene(hidden=0))) == near(0.7)


def test_a_gradient_that_is_zero_or_not_finite_is_told_apart() -> None:
    at_first = said("gradient", hand_frame(gradient_norm=[0.0, 0.1, 0.2]))
    nowhere = said("gradient", hand_frame(gradient_norm=[0.0, 0.0, 0.0]))
    assert "No gradient" in at_first
    assert "first layer" in at_first
    assert "No gradient" in nowhere
    assert "first" not in nowhere
    for broken in ([NAN, 1.0, 1.0], [1.0, 1.0, NAN], [math.inf, 1.0, 1.0]):
        text = said("gradient", hand_frame(gradient_norm=broken))
        assert "not finite" in text
        assert not numbers(text)


@pytest.mark.parametrize("weakest, name", list(enumerate(["hidden 1", "hidden 2", "output"])))
def test_the_weakest_gradient_is_that_of_the_named_layer(weakest: int, name: str) -> None:
    norms = [0.5, 0.7, 0.9]
    norms[weakest] = 0.031
    text = said("gradient_heatmap", hand_frame(step=1234, gradient_norm=norms))
    assert re.findall(r"hidden \d|output", text) == [name]
    assert numbers(text) == near(1234, 0.031)


def test_the_heat_map_of_one_layer_says_its_norm() -> None:
    text = said("gradient_heatmap", hand_frame(hidden=0, step=7, gradient_norm=[0.25]), hand_scene(hidden=0))
    assert numbers(text) == near(7, 0.25)


def test_the_update_sentence_spans_the_ratios_that_are_known() -> None:
    assert numbers(said("updates", hand_frame(update_ratio=[0.004, NAN, 0.00051]))) == near(0.00051, 0.004)
    assert numbers(said("updates", hand_frame(update_ratio=[0.02, 0.4, 0.09]))) == near(0.02, 0.4)
    assert not numbers(said("updates", hand_frame(update_ratio=[NAN, NAN, NAN])))


def test_the_rate_sentence_says_rate_and_momentum_and_which_is_which() -> None:
    both = said("rate", hand_frame(rate=0.0123, momentum=0.85, epoch=3.5))
    assert numbers(both) == near(0.0123, 0.85)
    assert re.search(r"rate\D*0\.0123", both)
    assert re.search(r"momentum\D*0\.85", both)
    alone = said("rate", hand_frame(rate=0.0123, momentum=NAN))
    assert numbers(alone) == near(0.0123)
    assert "momentum" not in alone


# --- losses, metrics, the plane -------------------------------------------------------------------------------------


def of_losses(train: float, validation: float, test: float) -> str:
    scene = hand_scene(score_names=SHUFFLED)
    values = {"train.loss": train, "validation.loss": validation, "test.loss": test}
    return said("loss", hand_frame(scores=scores(scene, values)), scene)


def test_a_loss_gap_is_validation_less_training() -> None:
    text = of_losses(0.3, 0.82, 7.0)
    assert numbers(text) == near(0.3, 0.82, 0.52)
    assert re.search(r"training\D*0\.3\b", text.lower())
    assert re.search(r"validation is 0\.52 higher", text)
    assert "test" not in text


def test_without_a_validation_part_the_test_loss_is_compared() -> None:
    text = of_losses(0.3, NAN, 1.0)
    assert numbers(text) == near(0.3, 1.0, 0.7)
    assert re.search(r"test is 0\.7 higher", text)
    assert "validation" not in text


@pytest.mark.parametrize(
    "train, validation, is_higher",
    [
        (2.0, 2.19, False),
        (2.0, 2.21, True),
        (0.1, 0.119, False),
        (0.1, 0.121, True),
        (-1.0, -0.91, False),
        (-1.0, -0.89, True),
        (0.8, 0.3, False),
        (0.3, 0.3, False),
    ],
)
def test_a_loss_is_called_higher_from_a_tenth_or_a_fiftieth_on(
    train: float, validation: float, is_higher: bool
) -> None:
    text = of_losses(train, validation, 5.0)
    assert ("higher" in text) == is_higher
    assert numbers(text)[:2] == near(train, validation)


def test_losses_that_are_not_known_are_said_to_be_so() -> None:
    text = of_losses(NAN, NAN, NAN)
    assert not numbers(text)
    assert text == "There is nothing to learn from yet."


@pytest.mark.parametrize("kind, show", [("accuracy", shares), ("f1", near)])
def test_a_metric_sentence_gives_each_part_its_own_score(kind: str, show: Callable[..., object]) -> None:
    values = {f"train.{kind}": 0.912, f"validation.{kind}": 0.834, f"test.{kind}": 0.756}
    noise = {f"{part}.loss": 0.111 for part in ("train", "validation", "test")}
    scene = hand_scene(score_names=SHUFFLED)
    text = said(kind, hand_frame(scores=scores(scene, values | noise)), scene).lower()
    for word, value in (("training", 0.912), ("validation", 0.834), ("test", 0.756)):
        found = re.search(rf"{word} (\S+?)(?: %)?[,.](?:\s|$)", text)
        assert found, text
        assert numbers(found[1]) == show(value)
    assert ("%" in text) == (kind == "accuracy")
    without = scores(scene, {name: value for name, value in values.items() if "validation" not in name})
    assert numbers(said(kind, hand_frame(scores=without), scene)) == show(0.912, 0.756)


def of_the_plane(codes: Sequence[int] | np.ndarray, accuracy: float = 0.875) -> str:
    scene = hand_scene(score_names=SHUFFLED, shades=Shades("probability"))
    values = {"test.accuracy": accuracy, "train.accuracy": 0.5, "test.loss": 0.25}
    boundary = np.array(codes, np.uint8)
    return said("boundary", hand_frame(boundary=boundary, scores=scores(scene, values)), scene)


def test_the_unsure_share_counts_probabilities_between_10_and_90_percent() -> None:
    codes = np.repeat([0, 25, 26, 128, 229, 230, 255], [1, 2, 4, 8, 16, 32, 64]).reshape(1, -1)
    assert numbers(of_the_plane(codes)) == shares(0.875, 28 / 127)
    random = np.random.default_rng(3).integers(0, 256, (100, 100)).astype(np.uint8)
    _, probability = Shades("probability").decode(random)
    unsure = ((probability > 0.1) & (probability < 0.9)).mean()
    assert numbers(of_the_plane(random)) == shares(0.875, unsure)
    assert "10 to 90 %" in of_the_plane(random)


def test_where_shades_are_no_probabilities_only_the_accuracy_is_said() -> None:
    for changes in ({"shades": Shades("value", -1.0, 1.0)}, {"shades": Shades("classes", classes=2)}):
        scene = hand_scene(**changes)
        frame = hand_frame(scores=scores(scene, {"test.accuracy": 0.731, "train.accuracy": 0.9}))
        assert numbers(said("boundary", frame, scene)) == shares(0.731)


def test_the_surface_of_a_regression_is_judged_by_its_test_error() -> None:
    scene = hand_scene(classes=(), target_unit="mm", score_names=("test.loss", "train.rmse", "test.rmse"))
    text = said("boundary", hand_frame(scores=[1.0, 2.0, 3.25]), scene)
    assert numbers(text) == near(3.25)
    assert re.search(r"3\.25 mm\b", text)


# --- details --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("worst, dead", [(0, 1), (1, 0), (2, 2)])
def test_most_saturated_and_most_dead_are_the_largest_shares(worst: int, dead: int) -> None:
    flat, gone = [0.1, 0.2, 0.15], [0.02, 0.01, 0.03]
    flat[worst], gone[dead] = 0.456, 0.789
    text = said("saturation", hand_frame({"saturated": flat, "dead": gone}, hidden=3), hand_scene(hidden=3))
    assert re.findall(r"hidden \d", text) == [f"hidden {worst + 1}", f"hidden {dead + 1}"]
    assert numbers(text) == shares(0.456, 0.789)
    assert text.lower().index("saturated") < text.index("45.6") < text.index("dead") < text.index("78.9")


def test_the_spread_is_that_of_the_first_and_the_last_hidden_layer() -> None:
    detail = {"activation_std": [0.31, 0.9, 0.062], "activation_mean": [5.0, 6.0, 7.0]}
    assert numbers(said("activations", hand_frame(detail, hidden=3), hand_scene(hidden=3))) == near(0.31, 0.062)


def test_the_weights_sentence_spans_the_norms() -> None:
    text = said("weights", hand_frame({"weight_norm": [3.0, 0.42, 17.5], "weight_zeros": [0.0, 0.0, 0.0]}))
    assert numbers(text)[:2] == near(0.42, 17.5)
    assert "%" not in text


def test_the_weights_sentence_says_the_largest_share_of_exact_zeros() -> None:
    text = said("weights", hand_frame({"weight_norm": [1.0, 2.0, 3.0], "weight_zeros": [0.125, 0.375, 0.0]}))
    assert numbers(text)[:2] == near(1.0, 3.0)
    assert numbers(text)[2:3] == shares(0.375)
    assert "%" in text


@pytest.mark.parametrize("true, guess", [(0, 1), (1, 0), (0, 2), (2, 1)])
def test_the_commonest_confusion_names_the_true_class_first(true: int, guess: int) -> None:
    table = np.array([[50.0, 3, 4], [5, 60, 6], [1, 2, 70]], np.float32)
    table[true, guess] = 9
    text = said("confusion", hand_frame({"outcome": table}), hand_scene(classes=ANIMALS))
    assert re.findall("|".join(ANIMALS), text) == [ANIMALS[true], ANIMALS[guess]]
    assert f"{ANIMALS[true]} taken for {ANIMALS[guess]}" in text
    wrong = sum(table[i, j] for i in range(3) for j in range(3) if i != j)
    assert numbers(text) == [wrong, wrong + 50 + 60 + 70, 9]


def test_a_table_without_mistakes_says_how_many_are_right() -> None:
    table = np.diag([5, 6, 7]).astype(np.float32)
    text = said("confusion", hand_frame({"outcome": table}), hand_scene(classes=ANIMALS))
    assert numbers(text) == [18]
    assert "wrong" not in text
    np.testing.assert_array_equal(np.diag(table), [5, 6, 7])


@pytest.mark.parametrize("rare", [0, 1, 2])
def test_the_rarest_class_has_its_recall_its_precision_and_its_f1(rare: int) -> None:
    table = np.array([[50.0, 3, 4], [5, 60, 6], [1, 2, 70]], np.float32)
    table[rare] = [4, 4, 4]
    table[rare, rare] = 6
    pairs = [(i, j) for i in range(3) for j in range(3) for _ in range(int(table[i, j]))]
    truth, guess = np.array(pairs).T
    precision, recall, f1, asked = (each[rare] for each in precision_recall_fscore_support(truth, guess))
    text = said("by_class", hand_frame({"outcome": table}), hand_scene(classes=ANIMALS))
    assert text.startswith(f"{ANIMALS[rare]}, the rarest:")
    found = numbers(text)
    assert found[1:3] == [6, asked]
    assert found[4:6] == [6, table[:, rare].sum()]
    assert [found[0], found[3]] == shares(recall, precision)
    assert found[6:] == near(f1)


def test_of_equally_common_classes_the_one_with_the_lowest_f1_is_told_of() -> None:
    table = np.array([[9.0, 1, 0], [0, 10, 0], [5, 5, 0]], np.float32)
    text = said("by_class", hand_frame({"outcome": table}), hand_scene(classes=ANIMALS))
    assert text.startswith(f"{ANIMALS[2]}, the lowest F1: recall 0.0 % (0 of 10 found), none was taken for it, F1 0.")
    assert "by_class" not in sentences(hand_scene(), hand_frame({"outcome": np.zeros((2, 2), np.float32)}))


@pytest.mark.parametrize("errors", [[0.5, -4.0, 1.0, 0.3], [0.5, 4.0, 1.0, -0.3]])
def test_the_error_of_a_regression_is_predicted_less_true(errors: list[float]) -> None:
    truth = np.array([10.0, -20.0, 30.0, 0.0])
    scene = hand_scene(classes=(), target_unit="mm", outcome_truth=truth, score_names=("test.loss", "test.rmse"))
    frame = hand_frame({"outcome": (truth + errors).astype(np.float32)}, scores=[1.0, 1.0])
    text = said("residuals", frame, scene)
    assert numbers(text) == near(sum(errors) / 4, 4.0)
    assert "mm" in text
    assert "confusion" not in sentences(scene, frame)


@pytest.mark.parametrize("edges, strongest", [([1.0, -3.5, 2.0], -3.5), ([0.1, -0.2, 2.25], 2.25)])
def test_the_strongest_weight_keeps_its_sign(edges: list[float], strongest: float) -> None:
    assert numbers(said("network", hand_frame({"edges": edges}))) == near(strongest)


# --- what is missing ------------------------------------------------------------------------------------------------


def test_a_network_without_hidden_layers_says_nothing_of_them() -> None:
    scene = hand_scene(hidden=0)
    detail = {"weight_norm": [2.5], "weight_zeros": [0.0]}
    frame = hand_frame(detail, hidden=0, gradient_norm=[0.7], update_ratio=[0.003])
    found = sentences(scene, frame)
    assert not {"activations", "saturation"} & set(found)
    assert numbers(found["weights"])[:1] == near(2.5)
    assert numbers(found["updates"]) == near(0.003)


def test_a_frame_without_details_has_only_the_light_sentences() -> None:
    light, full = sentences(hand_scene(), hand_frame()), sentences(hand_scene(), hand_frame({}))
    assert set(light) == {"boundary", "loss", "gradient", "gradient_heatmap", "updates", "rate", "accuracy", "f1"}
    assert set(full) - set(light) == {"network", "activations", "saturation", "weights", "confusion", "by_class"}


def test_numbers_that_are_not_there_never_read_nan() -> None:
    nothing = [NAN, NAN, NAN]
    detail = {"weight_norm": nothing, "activation_std": nothing[:2], "edges": nothing}
    light = {"gradient_norm": nothing, "update_ratio": nothing, "rate": NAN, "momentum": NAN}
    for scene in (hand_scene(), hand_scene(shades=Shades("value", -1.0, 1.0))):
        found = sentences(scene, hand_frame(detail, **light, scores=scores(scene, {})))
        assert not [text for text in found.values() if re.search(r"\bnan\b", text, re.IGNORECASE)]
        assert all("n/a" in found[name] for name in ("boundary", "rate", "weights", "activations"))
        assert found["loss"] == "There is nothing to learn from yet."
        assert "network" not in found


# --- real runs, measured once more ----------------------------------------------------------------------------------


@cache
def measured() -> tuple[SupervisedRun, dict[str, str], list[Tensor]]:
    """A spiral after 61 steps, what is said of it, and its weights one step before."""
    run = SupervisedRun(Experiment())
    run.advance(60)
    before = [linear.weight.detach().clone() for linear in run.model.linears]
    run.advance(1)
    return run, dict(sentences(run.scene, run.snapshot())), before


def answers(run: SupervisedRun, x: Tensor) -> Tensor:
    """The one output of the network."""
    return run.model(x)[:, 0].detach()


def test_a_runs_gradient_is_what_backward_leaves() -> None:
    run, found, _ = measured()
    x, y = run.data.train.x[:256], run.data.train.y[:256]
    weights = [linear.weight for linear in run.model.linears]
    value = F.binary_cross_entropy_with_logits(run.model(x)[:, 0], y.float())
    norms = [float(gradient.square().sum().sqrt()) for gradient in torch.autograd.grad(value, weights)]
    assert numbers(found["gradient"]) == near(norms[0] / norms[-1])
    assert numbers(found["gradient_heatmap"]) == near(61, min(norms))
    assert run.scene.layer_names[norms.index(min(norms))] in found["gradient_heatmap"]


def test_a_runs_update_is_the_change_of_its_weights() -> None:
    run, found, before = measured()
    after = [linear.weight.detach() for linear in run.model.linears]
    ratios = [float((new - old).norm() / old.norm()) for new, old in zip(after, before, strict=True)]
    assert numbers(found["updates"]) == near(min(ratios), max(ratios))
    norms = [float(weight.square().sum().sqrt()) for weight in after]
    assert numbers(found["weights"])[:2] == near(min(norms), max(norms))
    group = run.optimizer.param_groups[0]
    assert numbers(found["rate"]) == near(group["lr"], group["betas"][0])


def test_a_runs_plane_and_scores_are_what_the_network_answers() -> None:
    run, found, _ = measured()
    low_x, high_x, low_y, high_y = run.scene.extent
    plane = np.stack(np.meshgrid(np.linspace(low_x, high_x, 100), np.linspace(low_y, high_y, 100)), axis=-1)
    probability = torch.sigmoid(answers(run, run.data.encode(plane.reshape(-1, 2)))).numpy()
    unsure = ((probability > 0.1) & (probability < 0.9)).mean()
    losses, right, guesses = [], [], {}
    for part in (run.data.train, run.data.validation, run.data.test):
        logits = answers(run, part.x)
        losses.append(float(F.binary_cross_entropy_with_logits(logits, part.y.float())))
        guesses[len(losses)] = (part.raw_y, (logits > 0).numpy())
        right.append(float(((logits > 0) == part.y.bool()).float().mean()))
    assert numbers(found["boundary"]) == pytest.approx([right[2] * 100, unsure * 100], abs=0.2)
    assert numbers(found["loss"])[:2] == near(*losses[:2])
    assert numbers(found["accuracy"]) == shares(*right)
    assert numbers(found["f1"]) == near(*(f1_score(truth, guess) for truth, guess in guesses.values()))
    table = confusion_matrix(*guesses[3])
    assert numbers(found["confusion"]) == [
        table[0, 1] + table[1, 0],
        table.sum(),
        max(table[0, 1], table[1, 0]),
    ]
    true, guess = (0, 1) if table[0, 1] > table[1, 0] else (1, 0)
    assert table[true, guess] > table[guess, true]
    assert f"{run.scene.classes[true]} taken for {run.scene.classes[guess]}" in found["confusion"]


def test_a_runs_activations_are_those_of_its_layers() -> None:
    run, found, _ = measured()
    first = torch.tanh(run.model.linears[0](run.data.train.x[:256])).detach()
    last = torch.tanh(run.model.linears[1](first)).detach()
    assert numbers(found["activations"]) == near(float(first.std()), float(last.std()))
    flat = [float((1 - layer.square() <= 0.05).float().mean()) for layer in (first, last)]
    assert numbers(found["saturation"])[0] == pytest.approx(max(flat) * 100, abs=0.0501)


def test_a_regressions_errors_are_in_the_targets_unit() -> None:
    run, scene, film = filmed("houses")
    data = run.data
    error = answers(run, data.test.x).numpy() * data.target_std + data.target_mean - data.test.raw_y
    assert len(error) <= 200
    found = sentences(scene, film.last)
    assert numbers(found["residuals"]) == near(error.mean(), np.abs(error).max())
    assert numbers(found["boundary"])[:1] == near(np.sqrt((error**2).mean()))
    assert scene.target_unit
    assert all(scene.target_unit in found[name] for name in ("residuals", "boundary"))
