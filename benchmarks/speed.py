"""Updates per second of a ``Run``, unwatched and watched, beside a bare PyTorch loop and scikit-learn."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from sklearn.neural_network import MLPClassifier

from benchmarks import pairs
from benchmarks.bare_loop import BareLoop, Recipe, beside, recipe_of
from benchmarks.pairs import clock
from benchmarks.report import Figure
from engine.clipping import ClipNorm
from engine.data.bundled import BreastCancer
from engine.experiment import Experiment, Training
from engine.model import Model
from engine.optimizers import Adam
from engine.penalties import L2
from engine.pool import RunPool
from engine.schedules import Cosine
from engine.settings import Settings
from engine.supervised import SupervisedRun

NOTES = (
    "Ratios are of the thread's processor time, medians over interleaved pairs of turns: below 1 the Run is the faster one.",
    "Both loops begin with the same weights, draw the same batches and must end with the same loss.",
    f"Watched: {10} frames a second, details as often as the pool takes them.",
    "scikit-learn: MLPClassifier.partial_fit once per mini-batch; it checks its input each time.",
)
UNWATCHED_BAR = 1.10
WATCHED_BAR = 1.25
FRAMES_PER_SECOND = 10
"""Frames taken of a watched run."""
SAME_LOSS = 1e-4
"""Nats by which the bare loop's loss may differ: more means that the two did not do the same work."""
ENDLESS = 100_000
"""Epochs planned, so that no run ends while it is timed."""


@dataclass(frozen=True)
class Case:
    """An experiment and the bare loop that does the same."""

    name: str
    experiment: Experiment
    recipe: Recipe


def cases() -> list[Case]:
    """What is timed: small and deep, toy and real data, and everything at once."""
    plain = Training(epochs=ENDLESS)
    # Twelve wide layers are chaotic at the usual rate: rounding alone would set two honest loops apart.
    calm = Training(epochs=ENDLESS, optimizer=Adam(lr=1e-4))
    everything = Training(epochs=ENDLESS, schedule=Cosine(), penalty=L2(), clip=ClipNorm())
    return [
        _case("default (spiral, 8 8)", Experiment(training=plain)),
        _case("spiral, 3 x 16 tanh", Experiment(model=Model(hidden=(16,) * 3), training=plain)),
        _case("spiral, 12 x 128 tanh", Experiment(model=Model(hidden=(128,) * 12), training=calm)),
        _case("breast cancer, 16", Experiment(data=BreastCancer(), model=Model(hidden=(16,)), training=plain)),
        _case("spiral, L2 + clip + cosine", Experiment(training=everything)),
    ]


def _case(name: str, experiment: Experiment) -> Case:
    return Case(name, experiment, recipe_of(experiment))


def measure(quick: bool) -> list[Figure]:
    """All figures of this part."""
    torch.set_num_threads(1)
    return [figure for case in cases() for figure in _measured(case, 0.2 if quick else 1.0)]


def _measured(case: Case, share: float) -> list[Figure]:
    """``share`` of the usual number of pairs. Watched turns are longer: several frames must fall into each."""
    short = _steps_within(0.1, case)
    plain = _beside_bare(case, short, round(25 * share), lambda run: run.advance)
    watched = _beside_bare(case, 5 * short, round(8 * share) + 1, _watched)
    peer = _beside_scikit_learn(case, max(1, short // 4), round(12 * share))
    return [
        Figure(f"{case.name}: steps per second", short / plain.seconds, "/s"),
        _figure(f"{case.name}: unwatched over bare loop", plain, UNWATCHED_BAR),
        _figure(f"{case.name}: watched over bare loop", watched, WATCHED_BAR),
        _figure(f"{case.name}: unwatched over scikit-learn", peer, None),
    ]


def _figure(name: str, found: pairs.Ratio, bar: float | None) -> Figure:
    return Figure(name, found.median, "x", bar, low=found.low, high=found.high)


def _steps_within(turn_seconds: float, case: Case) -> int:
    """How many updates of the bare loop take about ``turn_seconds``."""
    bare = beside(SupervisedRun(case.experiment), case.recipe)
    bare.advance(50)
    return max(10, round(200 * turn_seconds / pairs.seconds(lambda: bare.advance(200))))


# --- the three comparisons ------------------------------------------------------------------------------------------

Advance = Callable[[int], object]


def _beside_bare(case: Case, steps: int, turns: int, how: Callable[[SupervisedRun], Advance]) -> pairs.Ratio:
    """Both train over the same steps from the same weights. Raises RuntimeError when they end apart."""
    run = SupervisedRun(case.experiment)
    bare = beside(run, case.recipe)
    advance = how(run)
    found = pairs.ratio(lambda: advance(steps), lambda: bare.advance(steps), turns)
    check_same_work(run, bare)
    return found


def check_same_work(run: SupervisedRun, bare: BareLoop) -> None:
    """Raises RuntimeError unless both made as many updates and have the same loss: else the ratio means nothing."""
    own = float(run.snapshot(detail=False).scores[run.score_names.index("train.loss")])
    theirs = bare.loss_on_training_part()
    if run.steps != bare.steps or abs(own - theirs) > SAME_LOSS:
        raise RuntimeError(
            f"the bare loop did other work: {bare.steps} steps to a loss of {theirs:.6f}, the run {run.steps} to {own:.6f}"
        )


def _watched(run: SupervisedRun) -> Advance:
    """Trains like ``run.advance``, and takes a frame ten times a second, with details as often as the pool does."""
    every = _detail_every(run.experiment)
    pace = {"per_step": 0.0, "frames": 0.0}

    def advance(steps: int) -> None:
        goal = run.steps + steps
        due = clock() + 1 / FRAMES_PER_SECOND
        while run.steps < goal:
            began = clock()
            slice_steps = round(max(due - began, 0) / pace["per_step"]) if pace["per_step"] else 10
            done = run.advance(min(goal - run.steps, max(1, slice_steps)))
            pace["per_step"] = (clock() - began) / done
            if clock() >= due:
                run.snapshot(detail=pace["frames"] % every == 0)
                pace["frames"] += 1
                due = max(due + 1 / FRAMES_PER_SECOND, clock())

    return advance


def _detail_every(experiment: Experiment) -> int:
    """Every how many frames the pool takes the details of such a run."""
    pool = RunPool(Settings(workers=1))
    try:
        entry = pool.open(lambda: SupervisedRun(experiment))
        entry.wait(0, 30.0)
        return entry.detail_every
    finally:
        pool.close()


def _beside_scikit_learn(case: Case, steps: int, turns: int) -> pairs.Ratio:
    run = SupervisedRun(case.experiment)
    peer = ScikitLearn(case, run)
    return pairs.ratio(lambda: run.advance(steps), lambda: peer.advance(steps), turns)


class ScikitLearn:
    """``MLPClassifier`` on the same data, one ``partial_fit`` per mini-batch: its only way to stop in between.

    It has the same sizes, activation, Adam, rate and L2; it clips nothing and its rate stays.
    """

    def __init__(self, case: Case, run: SupervisedRun) -> None:
        self.batches = run.batches.__class__(run.batches.x, run.batches.y, run.batches.size, case.experiment.seed)
        self.classes = list(range(run.data.class_count))
        self.model = MLPClassifier(
            hidden_layer_sizes=case.experiment.model.hidden,
            activation="tanh",
            alpha=case.recipe.l2,
            batch_size=case.recipe.batch_size,
            learning_rate_init=case.recipe.learning_rate,
            random_state=case.experiment.seed,
        )

    def advance(self, steps: int) -> None:
        """``steps`` updates."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for _ in range(steps):
                x, y = self.batches.draw()
                self.model.partial_fit(x.numpy(), y.numpy(), classes=self.classes)
