"""Ready-made experiments on sequences, each with what to look for."""

from dataclasses import dataclass

from engine.schedules import Cosine
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.positions import Rotary
from engine.sequences.tasks.pairs import Dates
from engine.sequences.tasks.texts import Language
from engine.sequences.tasks.toy import Reverse, Sort
from engine.sequences.transformer import Transformer
from engine.text.corpora import PythonReference


@dataclass(frozen=True)
class SequencePreset:
    """An experiment with a name and a sentence on what to look for."""

    id: str
    title: str
    look_for: str
    experiment: SequenceExperiment


TRANSLATES = Transformer(encoder=True, layers=2, width=64, heads=2, feed_forward=128)


def _training(updates: int, batch_size: int = 64) -> SequenceTraining:
    return SequenceTraining(schedule=Cosine(), batch_size=batch_size, updates=updates)


TRANSFORMER_PRESETS: dict[str, SequencePreset] = {
    item.id: item
    for item in (
        SequencePreset(
            "reverse",
            "Reverse 10 symbols",
            "The cross-attention finds the other diagonal: the first answer comes from the last symbol.",
            SequenceExperiment(task=Reverse(samples=8000), model=TRANSLATES, training=_training(600)),
        ),
        SequencePreset(
            "sort",
            "Sort 10 symbols",
            "Where to look depends on what is there: a head finds the symbol whose turn it is, wherever it stands.",
            SequenceExperiment(task=Sort(samples=8000), model=TRANSLATES, training=_training(600)),
        ),
        SequencePreset(
            "dates",
            "Dates in another form",
            "A small translation: year looks at year, month at its three letters, day at day.",
            SequenceExperiment(task=Dates(samples=8000), model=TRANSLATES, training=_training(600)),
        ),
        SequencePreset(
            "characters",
            "Characters of the Python reference",
            "A language model of 4 layers: spelling first, then words. Heads that look at the token before come early.",
            SequenceExperiment(
                task=Language(corpus=PythonReference()),
                model=Transformer(layers=4, width=64, heads=4, feed_forward=256, positions=Rotary()),
                training=_training(1000, 16),
            ),
        ),
    )
}
