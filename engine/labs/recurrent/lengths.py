"""At which length each cell stops learning a task: found by training it, from several seeds, on longer and longer ones."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace

from engine.choice import catalog
from engine.experiment import MAX_SEED
from engine.jobs import Progress
from engine.labs.recurrent.results.lengths import Outcome, Search, Trial
from engine.labs.recurrent.state import CellKind, Lengths
from engine.labs.recurrent.training import piece_of
from engine.optimizers import Adam
from engine.sequences.cells import Cell
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.recurrent import Recurrent
from engine.sequences.run import SequenceRun
from engine.sequences.tasks.toy import Adding, Recall

THRESHOLD = 0.95
"""Accuracy, or R², on the validation part from which on a task counts as learned."""
CHECKED = 20
"""Updates between two looks at the score."""
SAMPLES = 2000
SYMBOLS = 8
SCORES = {"recall": "accuracy", "adding": "r2"}
CRITERION = (
    f"A run has **learned** the task once its {{score}} on examples held back is at least {THRESHOLD:g}, looked at every "
    f"{CHECKED} updates; it ends then, or after the most updates."
)


def experiment(asked: Lengths, kind: CellKind, length: int, seed: int) -> SequenceExperiment:
    """The run of one cell at one length, ``seed`` counted from the lab's."""
    task = Recall(delay=length, symbols=SYMBOLS, samples=SAMPLES) if asked.task == "recall" else None
    return SequenceExperiment(
        task=task or Adding(length=max(4, length), samples=SAMPLES),
        model=Recurrent(cell=catalog(Cell)[kind](kind=kind), units=asked.units, embedding=8),
        training=SequenceTraining(optimizer=Adam(lr=asked.lr), batch_size=64, updates=asked.updates),
        seed=seed % (MAX_SEED + 1),
    )


def blank(asked: Lengths) -> Search:
    """Before any run."""
    labels = tuple(catalog(Cell)[kind].label for kind in asked.kinds)
    none = (0,) * len(labels)
    return Search(asked.task, SCORES[asked.task], THRESHOLD, labels, lengths_of(asked), asked.seeds, none, ())


def lengths_of(asked: Lengths) -> tuple[int, ...]:
    """Those that are tried, in order."""
    return tuple(sorted(set(asked.lengths)))


def search(asked: Lengths, seed: int) -> Iterator[Progress[Search]]:
    """All runs, the short lengths first, a piece at a time."""
    found, lengths = blank(asked), lengths_of(asked)
    trials: list[Trial] = []
    sizes = dict.fromkeys(found.cells, 0)
    over: set[tuple[str, int]] = set()
    planned = list(itertools.product(lengths, range(asked.seeds), asked.kinds))

    def known(*, is_done: bool = False) -> Search:
        return replace(found, parameters=tuple(sizes.values()), trials=tuple(trials), is_done=is_done)

    for done, (length, number, kind) in enumerate(planned):
        label = catalog(Cell)[kind].label
        said = f"{label} at length {length}, seed {number + 1} of {asked.seeds}"
        if (label, number) in over:
            trials.append(Trial(label, length, number, float("nan"), 0, 0.0, "not tried"))
        else:
            run = SequenceRun(experiment(asked, kind, length, seed + number))
            sizes[label] = sum(p.numel() for p in run.parameters)
            for trial in trained_until(run, label, length, number):
                trials[done:] = [trial]
                yield Progress((done + run.steps / asked.updates) / len(planned), None, f"{said}: update {run.steps:,}")
            if trials[done].outcome != "learned" and not asked.go_on:
                over.add((label, number))
        yield Progress((done + 1) / len(planned), known(), said)
    yield Progress(1.0, known(is_done=True), "All lengths")


def trained_until(run: SequenceRun, label: str, length: int, number: int) -> Iterator[Trial]:
    """Train until the task is learned or the updates are done; what is known after each piece, complete at the last."""
    name = "validation.r2" if run.data.loss == "squared error" else "validation.accuracy"
    place = run.score_names.index(name)
    spent, score = 0.0, 0.0
    while True:
        began = time.thread_time()
        goal = min(run.last_step, (run.steps // CHECKED + 1) * CHECKED)
        run.advance(min(piece_of(run), goal - run.steps))
        is_looked_at = run.steps % CHECKED == 0 or run.ending is not None
        if is_looked_at:
            score = float(run.snapshot(detail=False).scores[place])
        spent += time.thread_time() - began
        outcome = _outcome(run, score)
        yield Trial(label, length, number, score, run.steps, spent, outcome)
        if is_looked_at and (outcome == "learned" or run.ending is not None):
            return


def _outcome(run: SequenceRun, score: float) -> Outcome:
    if run.ending is not None and run.ending.kind == "diverged":
        return "diverged"
    return "learned" if score >= THRESHOLD else "not learned"
