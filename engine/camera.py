"""Takes the snapshots of a supervised run: everything a frame needs, prepared once, measured in few passes."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine import metrics
from engine.data.plane import Plane
from engine.data.prepare import Dataset, Part
from engine.experiment import Experiment
from engine.losses import LossChoice
from engine.model import MLP
from engine.probes import Trace, at_rest, gradients, histogram, saturation, traced
from engine.scene import DRAWN_POINTS, LayerNames, Points, Scene
from engine.shades import Shades
from engine.snapshot import MAP_LEVELS, MAP_SIDE, Detail, Snapshot, freeze
from engine.touch import effective

GRID = 100
COARSE_GRID = 32
CURVE_POINTS = 200
COARSE_FROM = 1.5e8
"""Multiply-adds for a 100 x 100 grid above which frames carry a coarse boundary."""
MEASURED_ROWS = 2000
"""Losses and metrics are taken on at most this many rows of each part (the split is random, so: a fair sample)."""
PROBE_ROWS = 256
"""Gradients and activation statistics are taken on this many training examples, always the same."""
COARSE_ROWS, COARSE_PROBE_ROWS = 500, 64
"""The same for networks whose frames carry a coarse boundary."""
ROWS_AT_ONCE = 1024
"""Rows of one pass on a processor: activations of all 10,000 places together are large blocks, which scatter its memory.

Those of wide networks are larger still and go back to the system at once; they also pay more for each pass.
"""
DRAWN_MAPS = 96
DRAWN_UNITS = 8
DRAWN_OUTPUTS = 10
OUTCOME_ROWS = 200


def drawn_units(widths: tuple[int, ...]) -> tuple[int, ...]:
    """How many units of each layer the diagram draws: the first 8, fewer in very deep networks; of the output 10."""
    each = max(2, min(DRAWN_UNITS, DRAWN_MAPS // max(len(widths), 1)))
    return (*(min(each, width) for width in widths[:-1]), min(DRAWN_OUTPUTS, widths[-1]))


@dataclass(frozen=True)
class Pace:
    """Where a run stands when a snapshot is taken, as only the run knows."""

    step: int
    epoch: float
    rate: float
    momentum: float | None
    update_ratio: list[float]


class Camera:
    """Holds the inputs of every measurement for one data set, plane and loss."""

    def __init__(self, data: Dataset, plane: Plane, loss: LossChoice, model: MLP, device: torch.device) -> None:
        self.data, self.plane, self.loss = data, plane, loss
        weights = sum(linear.weight.numel() for linear in model.linears)
        self.coarse = plane.dimensions == 2 and weights * GRID**2 > COARSE_FROM
        self.rows = (COARSE_ROWS, COARSE_PROBE_ROWS) if self.coarse else (MEASURED_ROWS, PROBE_ROWS)
        rows, probe_rows = self.rows
        self.parts = [_head(part, rows) for part in (data.train, data.validation, data.test)]
        side = CURVE_POINTS if plane.dimensions == 1 else COARSE_GRID if self.coarse else GRID
        grid = plane.grid(side)
        self.side = side
        self.cells = len(grid)
        inputs = torch.cat([grid, *(part.x for part in self.parts)]).to(device)
        at_once = self.coarse or device.type != "cpu"
        self.inputs = inputs.split(len(inputs) if at_once else ROWS_AT_ONCE)
        self.targets = [part.y.to(device) for part in self.parts]
        self.fine_grid = plane.grid(GRID).to(device) if self.coarse else None
        probe = _head(data.train, probe_rows)
        self.probe_x, self.probe_y = probe.x.to(device), probe.y.to(device)
        self.map_inputs = plane.grid(MAP_SIDE).to(device)
        # Without examples there are no gradients; activations are then those over the plane.
        self.seen_x = self.probe_x if len(self.probe_x) else self.map_inputs
        self.shades = shades_of(data, loss)
        widths = tuple(linear.out_features for linear in model.linears)
        self.widths = tuple(w // p for w, p in zip(widths, [*_pieces(model), 1], strict=True))
        self.drawn = drawn_units(self.widths)
        self.drawn_inputs = min(DRAWN_UNITS, data.input_size)

    @property
    def score_names(self) -> tuple[str, ...]:
        """``train.loss``, ``train.accuracy``, ...: what ``Snapshot.scores`` holds, in order."""
        kinds = ("loss", "accuracy", "f1") if self.data.class_count else ("loss", "rmse", "r2")
        return tuple(f"{part}.{kind}" for part in ("train", "validation", "test") for kind in kinds)

    def take(self, model: MLP, pace: Pace, *, detail: bool) -> Snapshot:
        """One frame: a pass over grid and data, a gradient pass over the probe batch and, if asked, the details."""
        with at_rest(model):
            return self._taken(model, pace, detail)

    def _taken(self, model: MLP, pace: Pace, detail: bool) -> Snapshot:
        with torch.no_grad():
            outputs = torch.cat([model(rows) for rows in self.inputs])
        sizes = [self.cells, *(len(part.x) for part in self.parts)]
        grid, *parts = outputs.split(sizes)
        found = torch.stack([torch.stack([g.norm(), g.abs().mean()]) for g in self._gradients(model)]).cpu().numpy()
        scores = np.array([value for i, part in enumerate(parts) for value in self._scores(part, i)])
        return Snapshot(
            step=pace.step,
            epoch=pace.epoch,
            rate=pace.rate,
            momentum=float("nan") if pace.momentum is None else pace.momentum,
            scores=freeze(_float32(scores)),
            gradient_norm=freeze(found[:, 0]),
            gradient_mean=freeze(found[:, 1]),
            update_ratio=freeze(np.array(pace.update_ratio, np.float32)),
            boundary=freeze(self._boundary(grid, self.side)),
            detail=self._detail(model, parts[-1]) if detail else None,
        )

    def scene(self, experiment: Experiment) -> Scene:
        """What stays the same through the film: axes, points, names."""
        data, plane = self.data, self.plane
        hidden = experiment.model.hidden
        labels = [f"{width} {experiment.model.activation_of(i).label}" for i, width in enumerate(hidden, start=1)]
        input_maps, input_range = self.maps_of([self.map_inputs], (self.drawn_inputs,))
        layers = [
            LayerNames(label, width, drawn)
            for label, width, drawn in zip([*labels, "output"], self.widths, self.drawn, strict=True)
        ]
        return Scene(
            classes=data.classes,
            target=data.target,
            target_unit=data.target_unit,
            loss=self.loss.label,
            loss_unit=self.loss.unit.format(data.learned_in),
            measured_rows=self.rows[0],
            probe_rows=self.rows[1],
            cells=self.side,
            gives=self.loss.gives if data.class_count else "value",
            score_names=self.score_names,
            shades=self.shades,
            dimensions=plane.dimensions,
            extent=plane.extent,
            axis_titles=plane.axis_titles,
            held=plane.held,
            train=self._points(data.train),
            test=self._points(data.test),
            inputs=data.feature_names[: self.drawn_inputs],
            more_inputs=data.input_size - self.drawn_inputs,
            input_maps=input_maps,
            input_range=input_range,
            layers=tuple(layers),
            has_biases=experiment.model.bias,
            ticks=plane.ticks,
            plane_note=plane.note,
            outcome_truth=np.zeros(0) if data.class_count else self.parts[-1].raw_y[:OUTCOME_ROWS].astype(float),
        )

    def _points(self, part: Part) -> Points:
        raw = part.raw_x[:DRAWN_POINTS]
        drawn = self.plane.project(raw)
        label = part.raw_y[:DRAWN_POINTS]
        up = drawn[:, 1] if self.plane.dimensions == 2 else label
        return Points(drawn[:, 0], up, label, len(part.raw_y), part.rows[:DRAWN_POINTS])

    def _gradients(self, model: MLP) -> list[Tensor]:
        if not len(self.probe_x):
            return [torch.zeros_like(linear.weight) for linear in model.linears]
        return gradients(model, self.loss, self.probe_x, self.probe_y)

    def _boundary(self, outputs: Float[Tensor, "cells outputs"], side: int) -> np.ndarray:
        if self.plane.dimensions == 1:
            return self.values(outputs).astype(np.float32)
        return self.shades.encode(self.columns(outputs)).reshape(side, side)

    def values(self, outputs: Float[Tensor, "rows 1"]) -> Float[np.ndarray, " rows"]:
        """Predicted values in the unit of the target."""
        scaled = np.nan_to_num(outputs[:, 0].detach().cpu().numpy())
        return scaled * self.data.target_std + self.data.target_mean

    def columns(self, outputs: Float[Tensor, "rows outputs"]) -> Float[np.ndarray, "rows columns"]:
        """What a shade stands for: P(class 1), a score, a value, or the K class probabilities (or scores, as shares)."""
        if not self.data.class_count:
            return self.values(outputs)[:, None]
        given = np.nan_to_num(self.loss.predict(outputs).cpu().numpy())
        if self.loss.gives == "probability":
            return given[:, 1:] if self.data.class_count == 2 else given
        return given if self.data.class_count == 2 else score_shares(given)

    def _scores(self, outputs: Tensor, part: int) -> list[float]:
        rows = self.parts[part]
        if not len(rows.x):
            return [float("nan")] * 3
        loss = float(self.loss.mean(outputs, self.targets[part]))
        if not self.data.class_count:
            guess = self.values(outputs)
            return [loss, metrics.rmse(rows.raw_y, guess), metrics.r2(rows.raw_y, guess)]
        table = self._confusion(outputs, rows)
        return [loss, metrics.accuracy(table), metrics.f1(table)]

    def _confusion(self, outputs: Tensor, rows: Part) -> np.ndarray:
        guess = self.loss.classify(outputs).cpu().numpy()
        return metrics.confusion(rows.raw_y.astype(np.int64), guess, self.data.class_count)

    def _detail(self, model: MLP, test_outputs: Tensor) -> Detail:
        cells = len(self.map_inputs)
        with torch.no_grad(), traced(model) as trace:
            model(torch.cat([self.map_inputs, self.seen_x]))
        with torch.no_grad():
            fine = None if self.fine_grid is None else model(self.fine_grid)
        maps, ranges = self.maps_of([layer[:cells] for layer in trace.outputs], self.drawn)
        histograms = [histogram(layer[cells:].cpu().numpy()) for layer in trace.activations[: len(model.hidden)]]
        spread = [(float(a[cells:].mean()), float(a[cells:].std())) for a in trace.activations[: len(model.hidden)]]
        flat = self._saturation(model, trace, cells)
        weights = [linear.weight.detach().cpu().numpy() for linear in model.linears]
        weight_histograms = [histogram(weight) for weight in weights]
        hidden, layers = len(model.hidden), len(weights)
        outcome = self._outcome(test_outputs)
        return Detail(
            maps=freeze(maps),
            map_range=freeze(ranges),
            edges=freeze(self._edges(model)),
            biases=freeze(self._biases(model)),
            activation_histogram=_rows([h for h, _ in histograms], hidden, np.uint8, 32),
            activation_range=_rows([r for _, r in histograms], hidden, np.float32, 2),
            activation_mean=freeze(np.array([mean for mean, _ in spread], np.float32)),
            activation_std=freeze(np.array([std for _, std in spread], np.float32)),
            saturated=freeze(np.array([share for share, _ in flat], np.float32)),
            dead=freeze(np.array([share for _, share in flat], np.float32)),
            weight_histogram=_rows([h for h, _ in weight_histograms], layers, np.uint8, 32),
            weight_range=_rows([r for _, r in weight_histograms], layers, np.float32, 2),
            weight_norm=freeze(_float32(np.array([np.linalg.norm(w.astype(np.float64)) for w in weights]))),
            weight_zeros=freeze(np.array([(w == 0).mean() for w in weights], np.float32)),
            fine=freeze(np.zeros((0, 0), np.uint8) if fine is None else self._boundary(fine, GRID)),
            outcome=freeze(outcome),
            by_class=freeze(metrics.by_class(outcome) if self.data.class_count else np.zeros((3, 0), np.float32)),
        )

    def maps_of(self, layers: list[Tensor], drawn: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Maps as uint8 between each unit's own lowest and highest activation on the plane, and those two."""
        shown = torch.cat([layer[:, :n] for layer, n in zip(layers, drawn, strict=True)], dim=1).T.cpu().numpy()
        shown = np.nan_to_num(shown, nan=0.0, posinf=3e38, neginf=-3e38).astype(np.float64)
        low, high = shown.min(axis=1), shown.max(axis=1)
        width = np.where(high > low, high - low, 1.0)
        steps = np.rint((shown - low[:, None]) / width[:, None] * MAP_LEVELS)
        maps = (steps * (255 // MAP_LEVELS)).astype(np.uint8)
        side = (MAP_SIDE, MAP_SIDE) if self.plane.dimensions == 2 else (1, MAP_SIDE)
        maps = np.broadcast_to(maps.reshape(-1, *side), (len(maps), MAP_SIDE, MAP_SIDE))
        return maps, np.stack([low, high], axis=1).astype(np.float32)

    def _saturation(self, model: MLP, trace: Trace, cells: int) -> list[tuple[float, float]]:
        received = trace.pre_activations[: len(model.hidden)]
        return [saturation(layer.activation, z[cells:]) for layer, z in zip(model.layers, received, strict=True)]

    def _edges(self, model: MLP) -> np.ndarray:
        sources = (self.drawn_inputs, *self.drawn[:-1])
        pieces = [*_pieces(model), 1]
        blocks = []
        for linear, n_in, n_out, k in zip(model.linears, sources, self.drawn, pieces, strict=True):
            per_unit = effective(linear).unflatten(0, (-1, k)).mean(dim=1)
            blocks.append(per_unit[:n_out, :n_in].reshape(-1))
        return torch.cat(blocks).float().cpu().numpy()

    def _biases(self, model: MLP) -> np.ndarray:
        pieces = [*_pieces(model), 1]
        rows = []
        for linear, n, k in zip(model.linears, self.drawn, pieces, strict=True):
            bias = torch.zeros(n * k) if linear.bias is None else linear.bias.detach().cpu()
            rows.append(bias.unflatten(0, (-1, k)).mean(dim=1)[:n])
        return torch.cat(rows).float().numpy()

    def _outcome(self, test_outputs: Tensor) -> np.ndarray:
        if self.data.class_count:
            return self._confusion(test_outputs, self.parts[-1])
        return self.values(test_outputs)[:OUTCOME_ROWS].astype(np.float32)


def shades_of(data: Dataset, loss: LossChoice) -> Shades:
    """The scale on which a run's boundary is shown; it stays the same for the whole film."""
    if data.class_count > 2:
        return Shades("classes", classes=data.class_count)
    if data.class_count == 2:
        return Shades("probability") if loss.gives == "probability" else Shades("value", -1.0, 1.0)
    values = np.concatenate([part.raw_y for part in data.drawn])
    low, high = float(values.min()), float(values.max())
    return Shades("value", low, high if high > low else low + 1.0)


def score_shares(scores: Float[np.ndarray, "rows classes"]) -> Float[np.ndarray, "rows classes"]:
    """Scores of several classes on a 0..1 scale for shading: the lead of the winner, clipped to a margin of 1."""
    ordered = np.sort(scores, axis=1)
    lead = np.clip(ordered[:, -1] - ordered[:, -2], 0.0, 1.0)
    k = scores.shape[1]
    shares = np.repeat((1 - (1 / k + lead * (1 - 1 / k)))[:, None] / (k - 1), k, axis=1)
    shares[np.arange(len(scores)), scores.argmax(axis=1)] = 1 / k + lead * (1 - 1 / k)
    return shares


def _float32(values: np.ndarray) -> np.ndarray:
    """In single precision; a number too large for it, as shortly before a divergence, is infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def _head(part: Part, rows: int) -> Part:
    return Part(part.x[:rows], part.y[:rows], part.raw_x[:rows], part.raw_y[:rows], part.rows[:rows])


def _pieces(model: MLP) -> list[int]:
    return [int(getattr(layer.activation, "pieces", 1)) for layer in model.layers]


def _rows(rows: list[np.ndarray], count: int, dtype: type, width: int) -> np.ndarray:
    return freeze(np.array(rows, dtype).reshape(count, width))
