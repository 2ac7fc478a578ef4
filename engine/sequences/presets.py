"""Ready-made experiments on sequences, each with what to look for."""

from dataclasses import dataclass

from engine.optimizers import Adam
from engine.schedules import Cosine
from engine.sequences.cells import GRU, LSTM, Cell, TanhRNN
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.positions import Rotary
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.pairs import Dates
from engine.sequences.tasks.texts import Language, Mood
from engine.sequences.tasks.toy import Adding, Brackets, Reverse, Sort
from engine.sequences.transformer import Transformer
from engine.text.corpora import PythonReference, Sentences
from engine.text.tokenizers import Words


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

LONG = Adding(length=100, samples=4000)
"""What the far one of two numbers is must be remembered for 50 steps on average."""


def _adds(cell: Cell, units: int) -> SequenceExperiment:
    """The same data, rate and updates for every cell."""
    training = SequenceTraining(optimizer=Adam(lr=0.001), batch_size=64, updates=1500)
    return SequenceExperiment(task=LONG, model=Recurrent(cell=cell, units=units), training=training)


RECURRENT_PRESETS: dict[str, SequencePreset] = {
    item.id: item
    for item in (
        SequencePreset(
            "words",
            "The next word",
            "At first every word is about as likely as any other. Watch the loss fall, and the gap open to sentences it was "
            "not trained on.",
            SequenceExperiment(
                task=Language(corpus=Sentences(), tokenizer=Words(lower_case=True), context=16),
                model=Recurrent(units=16),
                training=SequenceTraining(optimizer=Adam(lr=0.01), updates=200),
            ),
        ),
        SequencePreset(
            "adding_gru",
            "Two of 100 numbers: GRU",
            "Two marked numbers are to be added, one of them 50 steps and more ago: for long the loss stands at 1/6, which is "
            "answering 1 to everything, and then it falls at once. R² passes 0.95.",
            _adds(GRU(), 32),
        ),
        SequencePreset(
            "adding_rnn",
            "The same: plain RNN",
            "As many weights as the GRU (57 units instead of 32), the same data, rate and updates: the plain RNN does not "
            "come to R² 0.95, as its gradient hardly reaches the first of the two numbers.",
            _adds(TanhRNN(), 57),
        ),
        SequencePreset(
            "brackets",
            "Brackets that match",
            "Is every bracket closed in its order? A count is not enough with three kinds of them: the state must hold a pile.",
            SequenceExperiment(
                task=Brackets(pairs=3, samples=4000), model=Recurrent(cell=LSTM(), units=32), training=_training(1000)
            ),
        ),
        SequencePreset(
            "mood",
            "The mood of a review",
            "One answer for a whole text, read in both directions. It learns its reviews by heart: watch the validation "
            "loss turn.",
            SequenceExperiment(
                task=Mood(),
                model=Recurrent(cell=GRU(), units=16, bidirectional=True),
                training=SequenceTraining(optimizer=Adam(lr=0.003), updates=300),
            ),
        ),
    )
}
