"""Small networks, trained once for all tests that look at one."""

from functools import cache

from engine.labs.transformer.trained import Known, Trained, training
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.texts import Language
from engine.sequences.tasks.toy import Reverse
from engine.sequences.transformer import Transformer
from engine.text.corpora import Countries

TRANSLATES = Transformer(encoder=True, layers=2, width=32, heads=2, feed_forward=32)
SPEAKS = Transformer(layers=2, width=16, heads=2, feed_forward=16)
REVERSE = Reverse(length=4, symbols=4, samples=400)
NAMES = Language(corpus=Countries(), context=12)


def experiment(task: Task = REVERSE, model: Transformer = TRANSLATES, updates: int = 150) -> SequenceExperiment:
    return SequenceExperiment(task=task, model=model, training=SequenceTraining(updates=updates))


@cache
def translator() -> Trained:
    """Reverses four symbols, more or less."""
    return _end(experiment())


@cache
def speaker() -> Trained:
    """A language model of country names."""
    return _end(experiment(NAMES, SPEAKS, 60))


def _end(of: SequenceExperiment) -> Trained:
    *_, last = training(of)
    assert isinstance(last.result, Known) and last.result.trained is not None
    return last.result.trained
