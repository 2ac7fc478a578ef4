"""Measurements of a network on pictures at rest: losses, metrics, gradients, maps, kernels, answers."""

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float, UInt8
from torch import Tensor, nn

from engine import metrics
from engine.probes import at_rest, saturation
from engine.snapshot import Measured, freeze
from engine.vision.experiment import VisionExperiment
from engine.vision.images import Images, Part
from engine.vision.network import VisionNetwork
from engine.vision.scene import Filmed, VisionScene

PARTS = ("train", "validation", "test")
MOST_ROWS, LEAST_ROWS = 500, 64
"""Losses and metrics are taken on so many pictures of each part."""
FRAME_WORK = 1_000_000_000
"""Multiply-adds that a part may take for a frame: heavy networks are measured on fewer pictures."""
PROBE_ROWS = 32
"""Gradients are taken on the first so many training pictures."""
SHOWN = 6
"""Validation pictures that details show answers of."""
FILMED_BYTES = 6000
"""Of all feature maps in a frame's details."""
FILMED_SIDE, FILMED_MAPS, FILMED_UNITS, FILMED_KERNELS = 16, 8, 32, 16


class VisionCamera:
    """Measures the networks of one run, on fixed pictures."""

    def __init__(self, data: Images, experiment: VisionExperiment, device: torch.device) -> None:
        self.data, self.head = data, experiment.head
        work = max(1, sum(stage.multiply_adds for stage in experiment.plan()))
        self.rows = max(LEAST_ROWS, min(MOST_ROWS, FRAME_WORK // work))
        self.parts = [part.first(self.rows).to(device) for part in (data.train, data.validation, data.test)]
        self.targets = [self.head.target(part) for part in self.parts]
        self.probe = data.train.first(PROBE_ROWS).to(device)
        self.probe_target = self.head.target(self.probe)
        self.shown = data.validation.first(SHOWN).to(device)
        self.score_names = tuple(f"{part}.{name}" for part in PARTS for name in ("loss", *self.head.score_names))
        self.blocks: tuple[Filmed, ...] = ()

    def take(self, network: VisionNetwork, *, detail: bool) -> dict[str, Any]:
        """The measured fields of a ``Snapshot``; nothing of the network changes."""
        with at_rest(network):
            with torch.no_grad():
                answers = [network(part.x) for part in self.parts]
                found = [value for pair in zip(answers, self.targets, strict=True) for value in self._scores(*pair)]
                shown = self._shown(network, answers[1]) if detail else None
            loss = self.head.loss(network(self.probe.x), self.probe_target)
            gradients = torch.autograd.grad(loss, list(network.matrices.values()), materialize_grads=True)
        return {
            "scores": freeze(np.array(found, np.float32)),
            "gradient_norm": freeze(np.array([float(g.norm()) for g in gradients], np.float32)),
            "gradient_mean": freeze(np.array([float(g.abs().mean()) for g in gradients], np.float32)),
            "boundary": freeze(np.zeros((0, 0), np.uint8)),
            "detail": shown,
        }

    def _scores(self, outputs: Tensor, y: Tensor) -> list[float]:
        return [float(self.head.loss(outputs, y)), *self.head.scores(outputs, y)]

    # --- details ----------------------------------------------------------------------------------------------------

    def _shown(self, network: VisionNetwork, validation: Tensor) -> Measured:
        """Maps of the first shown picture, kernels, answers to the shown ones, units that never answer."""
        features = network.features(self.shown.x[:1])
        drawn = [filmed_maps(values[0], block) for values, block in zip(features, self.blocks, strict=True)]
        arrays = {block.array: maps for block, (maps, _) in zip(self.blocks, drawn, strict=True)}
        arrays["map_range"] = np.array([ends for _, ends in drawn], np.float32).reshape(-1, 2)
        arrays["dead"] = np.array(dead_shares(network, self.probe.x), np.float32)
        if (first := first_convolution(network)) is not None:
            arrays["filters"], arrays["filter_size"] = filmed_kernels(first.weight)
        if self.head.gives == "classes":
            guess = validation.argmax(1).cpu().numpy()
            arrays["confusion"] = metrics.confusion(self.targets[1].cpu().numpy(), guess, len(self.data.classes))
        arrays |= self.head.filmed(validation[: len(self.shown)], self.targets[1][: len(self.shown)])
        return Measured({name: freeze(array) for name, array in arrays.items()})

    def scene(self, network: VisionNetwork, experiment: VisionExperiment) -> VisionScene:
        """What stays the same through the film. Decides what of each block is filmed."""
        with at_rest(network), torch.no_grad():
            shapes = [tuple(values.shape[1:]) for values in network.features(self.shown.x[:1])]
        self.blocks = filmed_blocks(network.names, shapes)
        first = first_convolution(network)
        pictures = (self.shown.x * 255).round().byte()
        return VisionScene(
            source=experiment.data.label,
            head=self.head.kind,
            loss=self.head.loss_label,
            loss_unit=self.head.loss_unit,
            measured_rows=self.rows,
            probe_rows=min(PROBE_ROWS, len(self.data.train)),
            score_names=self.score_names,
            layer_names=tuple(network.matrices),
            classes=self.data.classes,
            target=self.head.label,
            target_unit="",
            chance=self.head.constant_loss(self.head.target(self.data.train)),
            blocks=self.blocks,
            shown=freeze(pictures.cpu().numpy()),
            shown_labels=tuple(self.shown.label.tolist()),
            filters=() if first is None else (min(FILMED_KERNELS, len(first.weight)), *first.weight.shape[1:]),
            asked=self.head.asked(self.head.target(self.shown)),
        )


def filmed_blocks(names: tuple[str, ...], shapes: list[tuple[int, ...]]) -> tuple[Filmed, ...]:
    """What of each block is filmed, so that all maps together take about ``FILMED_BYTES``."""
    sides = [tuple(min(FILMED_SIDE, side) for side in shape[1:]) or (1, 1) for shape in shapes]
    mapped = sum(len(shape) > 1 for shape in shapes)
    found = []
    for place, (name, shape, (high, wide)) in enumerate(zip(names, shapes, sides, strict=True)):
        most = FILMED_BYTES // (mapped * high * wide) if len(shape) > 1 else FILMED_UNITS
        drawn = min(shape[0], max(1, min(most, FILMED_MAPS if len(shape) > 1 else FILMED_UNITS)))
        found.append(Filmed(place, name, shape, drawn, (high, wide)))
    return tuple(found)


def filmed_maps(
    values: Float[Tensor, "channels *places"], block: Filmed
) -> tuple[UInt8[np.ndarray, "height wide"], tuple[float, float]]:
    """(maps in rows, between the lowest and the highest number of them all, 0 to 255; these two)."""
    maps = values[: block.drawn].reshape(block.drawn, *(values.shape[1:] or (1, 1)))
    if tuple(maps.shape[1:]) != block.side:
        maps = F.adaptive_avg_pool2d(maps, block.side)
    low, high = maps.min(), maps.max()
    scaled = (maps - low) / (high - low).clamp(min=1e-12) * 255
    filled = F.pad(scaled.nan_to_num(0.0).round(), (0, 0, 0, 0, 0, block.rows * block.across - block.drawn))
    in_rows = filled.byte().unflatten(0, (block.rows, block.across)).permute(0, 2, 1, 3).flatten(2).flatten(0, 1)
    return in_rows.cpu().numpy(), (float(low), float(high))


def filmed_kernels(
    weight: Float[Tensor, "out in high wide"],
) -> tuple[UInt8[np.ndarray, "rows columns"], Float[np.ndarray, "1"]]:
    """(the first kernels side by side, from minus to plus their largest weight, 0 to 254 with 127 for 0; that weight)."""
    drawn = weight[:FILMED_KERNELS]
    size = drawn.abs().max()
    scaled = drawn / size.clamp(min=1e-12) * 127 + 127
    beside = scaled.nan_to_num(127.0).round().byte().permute(1, 2, 0, 3).flatten(2).flatten(0, 1)
    return beside.cpu().numpy(), np.array([float(size)], np.float32)


def first_convolution(network: nn.Module) -> nn.Conv2d | None:
    """The first one that reads pictures; None where there is none."""
    return next((module for module in network.modules() if isinstance(module, nn.Conv2d)), None)


def dead_shares(network: VisionNetwork, x: Float[Tensor, "pictures channels height width"]) -> list[float]:
    """Of each activation block: the share of its maps, or units, whose slope is 0 at every place of every picture."""
    features = network.features(x)
    return [saturation(block, by_channel(before))[1] for block, before in network.activated(features)]


def by_channel(values: Float[Tensor, "pictures channels *places"]) -> Float[Tensor, "rows channels"]:
    """Every place of every picture as a row."""
    return values.movedim(1, -1).reshape(-1, values.shape[1])


def parts_of(data: Images) -> dict[str, Part]:
    """The parts by name, in the order of the scores."""
    return dict(zip(PARTS, (data.train, data.validation, data.test), strict=True))
