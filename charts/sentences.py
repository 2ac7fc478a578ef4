"""One plain sentence per chart, saying what it shows at a frame. Pure functions of the numbers on screen."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from charts.sequences.answers import sequence_sentences
from charts.vision.sentences import vision_sentences
from engine import metrics
from engine.scene import Scene, Surroundings
from engine.sequences.scene import SequenceScene
from engine.snapshot import Detail, Measured, Snapshot
from engine.vision.scene import VisionScene
from engine.words import number, percent

FAINT = 1e-3
"""A first layer whose gradient is below this share of the last one's is called starved."""

UNSURE = slice(26, 230)
"""Codes of probabilities between 10 and 90 %: 25.5 to 229.5 of 255."""


def sentences(scene: Surroundings, frame: Snapshot) -> Mapping[str, str]:
    """By chart id; charts of the details only where the frame has them."""
    found = {name: say(scene, frame) for name, say in LIGHT.items()}
    if isinstance(scene, Scene):
        found["boundary"] = boundary(scene, frame)
        if (detail := frame.on_plane) is not None:
            found |= {name: say(scene, detail) for name, say in DETAILED.items()}
    if type(scene) in MEASURED and isinstance(frame.detail, Measured):
        found |= MEASURED[type(scene)](scene, frame.detail)
    kinds = dict.fromkeys(name.split(".")[1] for name in scene.score_names)
    found |= {kind: metric(scene, frame, kind) for kind in kinds if kind != "loss"}
    return {name: text for name, text in found.items() if text}


def score(scene: Surroundings, frame: Snapshot, name: str) -> float:
    """The named score of a frame; NaN where the run has none such."""
    return float(frame.scores[scene.score(name)]) if name in scene.score_names else math.nan


def boundary(scene: Scene, frame: Snapshot) -> str:
    """How well the surface does on the test part (on the training part where there is no test), and how sure it is."""
    part, name = ("test", "test") if scene.test.total else ("train", "training")
    if not scene.classes:
        error = f"{number(score(scene, frame, f'{part}.rmse'))} {scene.target_unit}".strip()
        return f"{name.capitalize()} error {error} (RMSE). {scene.held}".strip()
    if not scene.train.total:
        return "There is no point yet: place some of each class."
    wins = percent(score(scene, frame, f"{part}.accuracy"))
    if scene.held:
        return f"{wins} of the {name} examples are classified correctly. {scene.held}"
    if scene.shades.scale == "probability":
        cells = np.bincount(frame.boundary.ravel(), minlength=256)
        unsure = float(cells[UNSURE].sum() / cells.sum())
        return f"{wins} of the {name} points lie on their own colour; {percent(unsure)} of the plane is unsure (10 to 90 %)."
    return f"{wins} of the {name} points lie on their own colour."


def loss(scene: Surroundings, frame: Snapshot) -> str:
    """Training against validation (or test) loss."""
    train = score(scene, frame, "train.loss")
    other, name = score(scene, frame, "validation.loss"), "validation"
    if math.isnan(other):
        other, name = score(scene, frame, "test.loss"), "test"
    gap = other - train
    if math.isnan(train) and math.isnan(other):
        return "There is nothing to learn from yet."
    if math.isnan(other) and isinstance(scene, Scene) and not scene.test.total:
        return f"Training {number(train)}; no points are kept for validation or test."
    if math.isnan(gap):
        return f"Training {number(train)}, {name} {number(other)}."
    small = abs(gap) <= max(0.1 * abs(train), 0.02)
    verdict = "the gap is small" if small else f"{name} is {number(abs(gap))} {'higher' if gap > 0 else 'lower'}"
    return f"Training {number(train)}, {name} {number(other)}: {verdict}."


def metric(scene: Surroundings, frame: Snapshot, kind: str) -> str:
    """A metric on all three parts."""
    show = percent if kind == "accuracy" else number
    parts = [(part, score(scene, frame, f"{part}.{kind}")) for part in ("train", "validation", "test")]
    if all(math.isnan(value) for _, value in parts):
        return "There is nothing to measure yet."
    return (
        ", ".join(f"{'training' if p == 'train' else p} {show(v)}" for p, v in parts if not math.isnan(v)).capitalize()
        + "."
    )


def gradient(scene: Surroundings, frame: Snapshot) -> str:
    """How the first layer's gradient compares with the last one's."""
    norms = frame.gradient_norm
    if len(norms) == 1:
        return f"One layer, gradient norm {number(float(norms[0]))}."
    first, last = float(norms[0]), float(norms[-1])
    if not np.isfinite(norms).all():
        return "A gradient is not finite."
    if not norms.any():
        return "No gradient reaches the weights."
    if last == 0:
        return "No gradient reaches the output layer's weights."
    ratio = first / last
    if ratio == 0:
        return "No gradient at all reaches the first layer."
    if float(norms.max()) < 1e-6:
        return f"Every layer's gradient is tiny: the largest norm is {number(float(norms.max()))}."
    if ratio < FAINT:
        return (
            f"The first layer gets 1/{1 / ratio:,.0f} of the output layer's gradient: plain SGD would hardly move it."
        )
    return f"The first layer's gradient norm is {number(ratio)} times the output layer's."


def gradient_heatmap(scene: Surroundings, frame: Snapshot) -> str:
    """Where the gradient is weakest now."""
    if len(frame.gradient_norm) == 1:
        return f"At step {frame.step:,} the gradient norm of the only layer is {number(float(frame.gradient_norm[0]))}."
    if not frame.gradient_norm.any():
        return f"At step {frame.step:,} no gradient reaches the weights of any layer."
    weakest = int(frame.gradient_norm.argmin())
    norm = number(float(frame.gradient_norm[weakest]))
    return f"At step {frame.step:,} the weakest gradient is in {scene.layer_names[weakest]}: {norm}."


def updates(scene: Surroundings, frame: Snapshot) -> str:
    """The range of update-to-weight ratios."""
    ratios = frame.update_ratio
    if np.isinf(ratios).any():
        return "The last update was not finite."
    if np.isnan(ratios).all():
        return "No update has been made from these weights yet."
    low, high = number(float(np.nanmin(ratios))), number(float(np.nanmax(ratios)))
    if low == high:
        return f"The last update changed the weights by {low} of their norm."
    return f"The last update changed the weights by {low} to {high} of their norm, layer by layer."


def rate(scene: Surroundings, frame: Snapshot) -> str:
    """The rate and momentum of the next update."""
    momentum = "" if math.isnan(frame.momentum) else f", momentum {number(frame.momentum)}"
    return f"The next update uses a learning rate of {number(frame.rate)}{momentum}."


def activations(scene: Scene, detail: Detail) -> str:
    """Mean and spread of the first and last hidden layer."""
    if not len(detail.activation_std):
        return ""
    first, last = float(detail.activation_std[0]), float(detail.activation_std[-1])
    return f"Spread (standard deviation) {number(first)} in the first hidden layer, {number(last)} in the last."


def saturation(scene: Scene, detail: Detail) -> str:
    """The worst layer for saturation and for dead units."""
    if not len(detail.saturated):
        return ""
    worst, dead = int(detail.saturated.argmax()), int(detail.dead.argmax())
    return (
        f"Most saturated: {scene.layer_names[worst]} ({percent(float(detail.saturated[worst]))}). "
        f"Most dead units: {scene.layer_names[dead]} ({percent(float(detail.dead[dead]))})."
    )


def weights(scene: Scene, detail: Detail) -> str:
    """The largest layer norm, and exact zeros."""
    zeros = float(detail.weight_zeros.max())
    low, high = number(float(detail.weight_norm.min())), number(float(detail.weight_norm.max()))
    text = f"Norms from {low} to {high}" if low != high else f"Norm {low}"
    return text + (
        f"; up to {percent(zeros)} of a layer's weights are exactly 0." if zeros else "; no weight is exactly 0."
    )


def outcome(scene: Scene, detail: Detail) -> str:
    """The commonest mistake, or the mean residual."""
    if not scene.classes:
        if not len(detail.outcome):
            return "No example is kept for the test."
        errors = detail.outcome - scene.outcome_truth
        return f"Mean error {number(float(errors.mean()))}, largest {number(float(np.abs(errors).max()))} {scene.target_unit}."
    table = detail.outcome.copy()
    total, wrong = float(table.sum()), float(table.sum() - np.trace(table))
    if not total:
        return "No example is kept for the test."
    if not wrong:
        return f"All {total:.0f} test examples are right."
    np.fill_diagonal(table, 0)
    true, said = np.unravel_index(int(table.argmax()), table.shape)
    mistake = f"{scene.classes[true]} taken for {scene.classes[said]}"
    if wrong == 1:
        return f"1 of {total:.0f} test examples is wrong: {mistake}."
    times = f"{table.max():.0f} times" if table.max() > 1 else "once"
    return f"{wrong:.0f} of {total:.0f} test examples are wrong, most often {mistake} ({times})."


def by_class(scene: Scene, detail: Detail) -> str:
    """Recall, precision and F1 of the class with the fewest test examples; of equals, of the one with the lowest F1."""
    table = detail.outcome
    if not scene.classes or not table.sum():
        return ""
    there = table.sum(axis=1)
    seen = [place for place in range(len(there)) if there[place]]
    scores = metrics.by_class(table)
    place = min(seen, key=lambda k: (there[k], scores[2, k]))
    alone = sum(there[k] == there[place] for k in seen) == 1 and len(seen) > 1
    asked, named, found = float(there[place]), float(table[:, place].sum()), float(table[place, place])
    precision, recall, f1 = (float(value) for value in scores[:, place])
    right = f"precision {percent(precision)} ({found:.0f} of {named:.0f} right)" if named else "none was taken for it"
    return (
        f"{scene.classes[place]}, the {'rarest' if alone else 'lowest F1'}: recall {percent(recall)} ({found:.0f} of "
        f"{asked:.0f} found), {right}, F1 {number(f1)}."
    )


def network(scene: Scene, detail: Detail) -> str:
    """The strongest edge of the diagram."""
    if not detail.edges.size or not np.isfinite(detail.edges).all():
        return ""
    return f"The strongest drawn weight is {number(float(detail.edges[np.abs(detail.edges).argmax()]))}."


LIGHT: dict[str, Callable[[Surroundings, Snapshot], str]] = {
    "loss": loss,
    "gradient": gradient,
    "gradient_heatmap": gradient_heatmap,
    "updates": updates,
    "rate": rate,
}
DETAILED: dict[str, Callable[[Scene, Detail], str]] = {
    "network": network,
    "activations": activations,
    "saturation": saturation,
    "weights": weights,
    "confusion": lambda scene, detail: outcome(scene, detail) if scene.classes else "",
    "by_class": by_class,
    "residuals": lambda scene, detail: "" if scene.classes else outcome(scene, detail),
}
MEASURED: dict[type, Callable[[Any, Measured], Mapping[str, str]]] = {
    SequenceScene: sequence_sentences,
    VisionScene: vision_sentences,
}
"""Of networks of another kind, by their scenes."""
