"""What goes in against what comes out: a small task for each shape."""

from engine.labs.recurrent.state import RecurrentLab
from engine.optimizers import Adam
from engine.sequences.experiment import SequenceExperiment, SequenceTraining
from engine.sequences.recurrent import Recurrent
from engine.sequences.tasks.task import Shape, Task
from engine.sequences.tasks.texts import CountryNames
from engine.sequences.tasks.toy import Brackets, NextLetter, Reverse

TASKS: dict[Shape, Task] = {
    "one to one": NextLetter(samples=500),
    "one to many": CountryNames(),
    "many to one": Brackets(length=8, samples=2000),
    "many to many": Reverse(length=4, symbols=5, samples=2000),
}
UPDATES: dict[Shape, int] = {"one to one": 100, "one to many": 300, "many to one": 300, "many to many": 400}
MEANS: dict[Shape, str] = {
    "one to one": "One token in, one answer out. There is a single step: the state begins at 0 and W_hh multiplies nothing, so "
    "this is an ordinary network with one hidden layer.",
    "one to many": "One thing is given, the continent; then the network writes a name letter by letter. On its own it would "
    "read each answer back in as the next token; here, as in training, it reads the right letter, whatever it answered.",
    "many to one": "A whole sequence is read, and one answer is asked for at the end: the loss has a single term.",
    "many to many": "A sequence in, a sequence out. Nothing is asked while the source is read; then each answer is asked "
    "for at the token before it.",
}


def experiment(now: RecurrentLab) -> SequenceExperiment:
    """The small task of the chosen shape, with the cell of the page."""
    return SequenceExperiment(
        task=TASKS[now.shape],
        model=Recurrent(cell=now.cell, units=32, embedding=12),
        training=SequenceTraining(optimizer=Adam(lr=0.01), batch_size=64, updates=UPDATES[now.shape]),
        seed=now.seed,
    )
