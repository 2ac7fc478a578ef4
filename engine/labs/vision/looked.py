"""What a trained network looked at, in pictures that it answered rightly and in pictures that it did not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Int

from engine.jobs import Progress
from engine.labs.vision.course import Course, course
from engine.labs.vision.looked_settings import Looked
from engine.labs.vision.results.looked import Integral, One, Picture, Seen, Wall, Weighed
from engine.vision.attribution.gradients import doubled
from engine.vision.attribution.layers import GradCam, layers_with_maps
from engine.vision.attribution.method import Method
from engine.vision.attribution.question import Question, baseline_of
from engine.vision.experiment import VisionExperiment
from engine.vision.heads.head import HeadChoice
from engine.vision.images import Part
from engine.vision.network import VisionNetwork

SHOWN_MOMENTS = (1, 8)
"""Which of a course's moments are shown beside its last one."""
WEIGHED = 12
"""Maps of Grad-CAM's layer that are shown, at most."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A network at rest and the pictures that it is asked about."""

    network: VisionNetwork
    part: Part
    names: tuple[str, ...]
    """What each number is called that can be explained: for a classifier the classes."""
    head: HeadChoice
    seed: int

    @property
    def is_classifier(self) -> bool:
        """Whether an answer is right or wrong."""
        return self.head.gives == "classes"

    def question(self, rows: Sequence[int], answer: Sequence[int]) -> Question:
        """Of some pictures, from 0, one answer each."""
        return Question(self.network, self.part.x[list(rows)], torch.tensor(list(answer)), self.seed, self.head)

    def truth(self, row: int) -> int:
        """The right class of a picture."""
        return int(self.part.label[row])


def subject(found: Course, place: int = -1) -> Subject:
    """The test part of what a network is trained on, and the network of a moment, with no one else's hooks."""
    head, data = found.experiment.head, found.data
    return Subject(found.network(place), data.test, head.explained_names(data.classes), head, found.experiment.seed)


def subjects(experiment: VisionExperiment) -> Iterator[Progress[tuple[Course, Subject]]]:
    """The network with its first weights, after some updates, and trained: so that there is something to see at once."""
    shown = 0
    for step in course(experiment):
        found = step.result
        if found is not None and (
            found.is_done or (len(found.moments) > shown and len(found.moments) in SHOWN_MOMENTS)
        ):
            shown = len(found.moments)
            yield Progress(step.share, (found, subject(found)), step.said)
        else:
            yield Progress(step.share, said=step.said)


@dataclass(frozen=True)
class Answered:
    """What a classifier answers to every picture of a part."""

    guess: Int[np.ndarray, " pictures"]
    sureness: Float[np.ndarray, " pictures"]
    """Probability of the guess."""
    second: Int[np.ndarray, " pictures"]
    """The likeliest other class."""
    is_right: Bool[np.ndarray, " pictures"]


@torch.no_grad()
def answered(network: VisionNetwork, part: Part) -> Answered:
    """Of a classifier at rest."""
    best = network(part.x).softmax(1).topk(2, 1)
    guess = best.indices[:, 0]
    right = (guess == part.label).numpy().copy()
    return Answered(guess.numpy().copy(), best.values[:, 0].double().numpy(), best.indices[:, 1].numpy().copy(), right)


def chosen(found: Answered, label: Int[np.ndarray, " pictures"], right: int, wrong: int) -> list[int]:
    """The surest right answers, one of each class before a second of any, then the surest mistakes; from 0."""
    order = np.argsort(-found.sureness, kind="stable")
    turns: dict[int, int] = {}
    rank = {}
    for row in order[found.is_right[order]]:
        rank[int(row)] = turns[int(label[row])] = turns.get(int(label[row]), -1) + 1
    rights = sorted(rank, key=lambda row: rank[row])[:right]
    wrongs = [int(row) for row in order[~found.is_right[order]]][:wrong]
    return rights + wrongs


def rows_of(subject: Subject, asked: Looked) -> list[tuple[int, int]]:
    """(picture, answer that is explained) of each row of the wall, from 0; where there are no classes, of the first ones."""
    if not subject.is_classifier:
        label = min(asked.label, len(subject.names) - 1)
        return [(row, label) for row in range(min(asked.right + asked.wrong, len(subject.part)))]
    found = answered(subject.network, subject.part)
    rows = chosen(found, subject.part.label.numpy(), asked.right, asked.wrong)
    explained = {
        "answer": found.guess,
        "truth": subject.part.label.numpy(),
        "class": np.full(len(subject.part), min(asked.label, len(subject.names) - 1)),
    }[asked.explained]
    return [(row, int(explained[row])) for row in rows]


# --- side by side -----------------------------------------------------------------------------------------------------


def blank(asked: Looked) -> Wall:
    """Before anything is known."""
    methods = asked.methods
    return Wall(tuple(m.label for m in methods), tuple(m.is_signed for m in methods), (), 0, 0)


def looking(experiment: VisionExperiment, asked: Looked) -> Iterator[Progress[Wall]]:
    """The wall of the network on its way."""
    for step in subjects(experiment):
        if step.result is None:
            yield Progress(step.share, said=step.said)
            continue
        found, mine = step.result
        for seen in wall(mine, asked):
            known = replace(seen, updates=found.steps[-1], is_done=seen.is_done and found.is_done)
            yield Progress(step.share, known, f"{step.said}: picture {len(seen.seen)}")


def wall(subject: Subject, asked: Looked) -> Iterator[Wall]:
    """The maps of every chosen picture by every method, picture by picture."""
    methods, rows = fit(subject, asked), rows_of(subject, asked)
    found = blank(asked)
    found = replace(found, methods=tuple(m.label for m in methods), signed=tuple(m.is_signed for m in methods))
    if subject.is_classifier:
        is_right = answered(subject.network, subject.part).is_right
        found = replace(found, examined=len(is_right), mistakes=int((~is_right).sum()))
    for row, answer in rows:
        found = replace(found, seen=(*found.seen, look(subject, methods, row, answer)))
        yield replace(found, is_done=len(found.seen) == len(rows))
    if not rows:
        yield replace(found, is_done=True)


def fit(subject: Subject, asked: Looked) -> list[Method]:
    """The methods that can be asked of this network: Grad-CAM needs a layer with maps."""
    has_maps = bool(layers_with_maps(subject.network, subject.part.x))
    return [method for method in asked.methods if has_maps or not isinstance(method, GradCam)]


def look(subject: Subject, methods: Sequence[Method], row: int, answer: int) -> Seen:
    """One picture."""
    question = subject.question([row], [answer])
    maps = np.stack([array(method.map(question)[0]) for method in methods])
    guess, sureness, truth = "", float("nan"), ""
    if subject.is_classifier:
        mine = answered(subject.network, subject.part.rows(slice(row, row + 1)))
        guess, sureness = subject.names[int(mine.guess[0])], float(mine.sureness[0])
        truth = subject.names[subject.truth(row)]
    return Seen(row + 1, pixels(question.x), truth, guess, sureness, subject.names[answer], maps)


def array(values: torch.Tensor) -> Float32[np.ndarray, "*shape"]:
    """A copy as NumPy has it."""
    return values.detach().float().cpu().numpy().copy()


def pixels(x: Float[torch.Tensor, "1 channels height width"]) -> Picture:
    """A picture as bytes."""
    return x[0].clamp(0, 1).mul(255).round().byte().cpu().numpy().copy()


# --- one picture ------------------------------------------------------------------------------------------------------


def looking_closely(experiment: VisionExperiment, asked: Looked) -> Iterator[Progress[One]]:
    """The picked picture by the network on its way; nothing where no picture is asked for."""
    for step in subjects(experiment):
        known = None
        if step.result is not None and asked.right + asked.wrong:
            found, mine = step.result
            known = replace(one(mine, asked), updates=found.steps[-1])
        yield Progress(step.share, known, step.said)


def one(subject: Subject, asked: Looked) -> One:
    """The picture that was picked: maps of two answers, and what integrated gradients and Grad-CAM are made of.

    Raises IndexError where there is no picture at all.
    """
    methods, rows = fit(subject, asked), rows_of(subject, asked)
    row, answer = rows[min(asked.picture, len(rows)) - 1]
    other = _other(subject, row, answer)
    questions = [subject.question([row], [each]) for each in (answer, other)]
    maps = np.stack([np.stack([array(method.map(q)[0]) for method in methods]) for q in questions])
    scores = float(questions[0].explained()), float(questions[1].explained())
    return One(
        seen=look(subject, methods, row, answer),
        against=subject.names[other],
        scores=scores,
        maps=maps,
        methods=tuple(method.label for method in methods),
        signed=tuple(method.is_signed for method in methods),
        integral=integral(questions[0], asked),
        weighed=weighed(questions[0], asked.grad_cam),
    )


def _other(subject: Subject, row: int, answer: int) -> int:
    """What an answer is set against: the network's own where that is another one, else the truth, else the next likely."""
    if not subject.is_classifier:
        return (answer + 1) % len(subject.names)  # the same one where there is no other
    mine = answered(subject.network, subject.part.rows(slice(row, row + 1)))
    rivals = (int(mine.guess[0]), subject.truth(row), int(mine.second[0]))
    return next(rival for rival in rivals if rival != answer)


def integral(question: Question, asked: Looked) -> Integral:
    """What integrated gradients add up to with 1, 2, 4 ... steps."""
    method = asked.integrated
    steps = doubled(method.steps)
    sums = [method.completeness(question, count)[0] for count in steps]
    baseline = pixels(baseline_of(method.baseline, question.x))
    return Integral(steps, np.array([each.total for each in sums]), sums[-1].answer, sums[-1].nothing, baseline)


def weighed(question: Question, method: GradCam) -> Weighed | None:
    """The layer's maps and their weights, as Grad-CAM adds them up."""
    if not layers_with_maps(question.network, question.x):
        return None
    maps, weights = method.parts(question)
    order = weights[0].abs().argsort(descending=True)[:WEIGHED]
    name = question.network.names[method.layer_of(question) - 1]
    return Weighed(name, tuple(int(k) + 1 for k in order), array(maps[0][order]), array(weights[0][order]))
