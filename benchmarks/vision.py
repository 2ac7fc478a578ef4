"""Networks on pictures: how soon a small one knows the digits, and updates per second beside a bare PyTorch loop."""

import time
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from benchmarks import pairs
from benchmarks.report import Figure
from engine.entry import DEFAULT_SPEED
from engine.pool import RunPool
from engine.vision.experiment import VisionExperiment
from engine.vision.presets import VISION_PRESETS
from engine.vision.run import VisionRun

NOTES = (
    "98 %: seconds from Play until a frame's accuracy on all test pictures is there, at the speed that pages begin with, for "
    "the slowest of the seeds, in a pool of its own; the U-Net's mean IoU over the classes, background included, the same way.",
    "Ratios are of the thread's processor time, medians over interleaved pairs of turns: below 1 the run is the faster one.",
    "Both loops have networks with the same first weights, draw the same batches and must end with the same loss.",
)
ACCURACY, PLAY_SECONDS = 0.98, 10.0
MEAN_IOU, SHAPES_SECONDS = 0.90, 45.0
BAR = 1.10
SAME_LOSS = 0.02
"""Nats by which the losses may differ: Adam makes steps of what rounding leaves of gradients that are 0."""
ENDLESS = {"training.epochs": 1000, "training.schedule.kind": "constant"}
CASES = ("small", "lenet", "resnet", "mlp")
SEEDS = 3


@dataclass
class BareLoop:
    """What one would write: zero, forward, loss, backward, step."""

    run: VisionRun
    """Gives its network and batches, nothing else."""

    def __post_init__(self) -> None:
        self.network, self.batches = self.run.network, self.run.batches
        rate = self.run.experiment.training.optimizer.lr
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=rate, fused=True)

    def advance(self, steps: int) -> None:
        """``steps`` updates."""
        for _ in range(steps):
            x, y = self.batches.draw()
            loss = F.cross_entropy(self.network(x.float() / 255), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    torch.set_num_threads(1)
    experiment = VISION_PRESETS["small"].experiment
    VisionRun(experiment)  # the pictures are read once
    shapes = VISION_PRESETS["unet"].experiment
    VisionRun(shapes)
    seeds = range(1 if quick else SEEDS)
    spent = [_seconds_of_play(experiment, seed, "test.accuracy", ACCURACY, PLAY_SECONDS) for seed in seeds]
    drawn = [_seconds_of_play(shapes, seed, "test.mean_iou", MEAN_IOU, SHAPES_SECONDS) for seed in seeds]
    found = [
        Figure(
            "digits: 98 % of test pictures after Play", max(spent), "s", PLAY_SECONDS, low=min(spent), high=max(spent)
        ),
        Figure(
            "shapes: U-Net's mean IoU of 0.90 after Play",
            max(drawn),
            "s",
            SHAPES_SECONDS,
            low=min(drawn),
            high=max(drawn),
        ),
    ]
    turns = 5 if quick else 15
    return found + [figure for preset in CASES for figure in _measured(preset, turns)]


def _seconds_of_play(experiment: VisionExperiment, seed: int, score: str, goal: float, bar: float) -> float:
    """Seconds from Play to the first frame whose ``score`` is at ``goal``; infinite where none is in six times the ``bar``."""
    experiment = experiment.patched({"seed": seed})
    pool = RunPool()
    try:
        began = time.perf_counter()
        entry = pool.open(lambda: VisionRun(experiment), play=True, speed=DEFAULT_SPEED)
        version = 0
        while not entry.failure and time.perf_counter() - began < 6 * bar:
            pool.touch(entry)
            entry.wait(version, 0.1)
            version = entry.version
            if not len(entry.film) or entry.setting is None:
                continue
            place = entry.setting.scene.score(score)
            if entry.film.last.scores[place] >= goal:
                return time.perf_counter() - began
            if entry.run is not None and entry.run.ending is not None:
                break
        return float("inf")
    finally:
        pool.close()


def _measured(preset: str, turns: int) -> list[Figure]:
    experiment = VISION_PRESETS[preset].experiment.patched(ENDLESS)
    run, other = VisionRun(experiment), VisionRun(experiment)
    bare = BareLoop(other)
    steps = max(4, round(4 * 0.4 / pairs.seconds(lambda: (run.advance(4), bare.advance(4)))))
    found = pairs.ratio(lambda: run.advance(steps), lambda: bare.advance(steps), turns)
    check_same_work(run, other)
    return [
        Figure(f"{preset}: steps per second", steps / found.seconds, "/s"),
        Figure(f"{preset}: unwatched over bare loop", found.median, "x", BAR, low=found.low, high=found.high),
    ]


def check_same_work(run: VisionRun, bare: VisionRun) -> None:
    """Raises RuntimeError unless both networks do alike on the same pictures: else the ratio means nothing."""
    own, theirs = (float(each.snapshot(detail=False).scores[0]) for each in (run, bare))
    if abs(own - theirs) > SAME_LOSS:
        raise RuntimeError(f"the bare loop did other work: a loss of {theirs:.4f}, the run {own:.4f}")
