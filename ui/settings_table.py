"""A run's settings and last numbers as texts, for a report: labels from the catalogs, values as a learner reads them."""

from collections.abc import Iterator
from typing import Any

from charts.report import Setting
from engine.choice import Choice, knobs
from engine.dropout import Dropout
from engine.experiment import Training
from engine.film import Film
from engine.model import Model
from engine.scene import Surroundings
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.supervised import SupervisedRun
from engine.vision.experiment import VisionExperiment, VisionTraining
from engine.words import number, percent
from ui.further import running

METRICS = {
    "loss": "loss",
    "accuracy": "accuracy",
    "f1": "F1",
    "exact": "sequences without a mistake",
    "rmse": "RMSE",
    "r2": "R²",
    "iou": "IoU of the boxes",
    "found": "boxes found",
    "map_50": "mean average precision at IoU 0.5",
    "recall": "objects found",
    "mean_iou": "mean IoU of the classes",
    "pixel_accuracy": "pixels right",
    "angle_error": "mean angle error (degrees)",
    "close": "answers close to the truth",
}
SHARES = ("accuracy", "exact", "found", "recall", "pixel_accuracy", "close")
PARTS = {"train": "Training", "validation": "Validation", "test": "Test"}


def settings_of(run: SupervisedRun) -> tuple[Setting, ...]:
    """Every choice that is running, and the settings that are no choice from a catalog."""
    experiment = run.experiment
    found = [_setting(choice, layers, run) for choice, layers in running(run)]
    plain = [Setting("seed", str(experiment.seed), ())]
    plain += [
        Setting("network", "Settings of all layers", _values(Model, experiment.model, skip=("layers", "dropout")))
    ]
    return (*found, *plain, Setting("training", "Settings of the training", _values(Training, experiment.training)))


def settings_of_sequences(experiment: SequenceExperiment) -> tuple[Setting, ...]:
    """The same of an experiment on sequences: every choice, and the choices within it."""
    training = experiment.training
    rows: list[tuple[str, Choice]] = [("task", experiment.task), ("network", experiment.model)]
    rows += [(name, getattr(training, name)) for name in ("optimizer", "schedule", "clip")]
    found = [setting for part, row in rows if row.kind != "none" for setting in _with_inner(part, row)]
    plain = [Setting("seed", str(experiment.seed), ())]
    return (*found, *plain, Setting("training", "Settings of the training", _values(SequenceTraining, training)))


def settings_of_pictures(experiment: VisionExperiment) -> tuple[Setting, ...]:
    """The same of an experiment on pictures, its blocks and what changes its pictures in their order."""
    training = experiment.training
    rows: list[tuple[str, Choice]] = [("pictures", experiment.data), ("network", experiment.model)]
    rows += [("head", experiment.head), *(("augmentation", row) for row in experiment.augmentation)]
    rows += [(name, getattr(training, name)) for name in ("optimizer", "schedule", "penalty", "clip")]
    found = [setting for part, row in rows if row.kind != "none" for setting in _with_inner(part, row)]
    plain = [Setting("seed", str(experiment.seed), ())]
    return (*found, *plain, Setting("training", "Settings of the training", _values(VisionTraining, training)))


def _with_inner(part: str, row: Choice) -> Iterator[Setting]:
    yield Setting(part, row.label, _values(type(row), row), row.formula, row.lesson, row.source)
    for name, value in row:
        if isinstance(value, Choice):
            yield from _with_inner(name.replace("_", " "), value)
        elif isinstance(value, tuple):
            for number, item in enumerate(value, start=1):
                yield from _with_inner(f"{name.replace('_', ' ').removesuffix('s')} {number}", item)


def _setting(choice: Choice | type[Dropout], layers: list[int], run: SupervisedRun) -> Setting:
    where = f" (hidden layer {', '.join(map(str, layers))})" if layers else ""
    if isinstance(choice, Choice):
        values = _values(type(choice), choice)
    else:
        rates = [run.experiment.model.dropout_of(i) for i in range(1, len(run.experiment.model.hidden) + 1)]
        values = (("Probability by layer", ", ".join(f"{rate:g}" for rate in rates)),)
    part = _part_of(choice, run)
    return Setting(part, f"{choice.label}{where}", values, choice.formula, choice.lesson, choice.source)


def _part_of(choice: Choice | type[Dropout], run: SupervisedRun) -> str:
    """The name of the field that holds a choice."""
    experiment = run.experiment
    if choice is experiment.data or choice is run.loss:
        return "data" if choice is experiment.data else "loss"
    for holder in (experiment.model, experiment.training):
        for name in type(holder).model_fields:
            if getattr(holder, name) is choice:
                return name.replace("_", " ")
    return "layer" if isinstance(choice, Choice) else "dropout"


def _values(model: Any, holder: Any, skip: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    shown = [knob for knob in knobs(model) if knob.name not in skip]
    return tuple((knob.title, f"{_text(getattr(holder, knob.name))} {knob.unit}".strip()) for knob in shown)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "as the rest" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def number_tiles(steps: int, scene: Surroundings, film: Film) -> tuple[tuple[str, str], ...]:
    """The step, and the losses and metrics of the newest frame; NaN is left out."""
    tiles = [("Step", f"{steps:,}")]
    if not len(film):
        return tuple(tiles)
    for name, score in zip(scene.score_names, film.last.scores, strict=True):
        part, kind = name.split(".")
        if score == score:
            shown = percent(float(score)) if kind in SHARES else number(float(score))
            tiles.append((f"{PARTS[part]} {METRICS[kind]}", shown))
    return tuple(tiles)
