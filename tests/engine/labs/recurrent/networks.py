"""Small networks for the tests of this lab."""

from engine.labs.recurrent.training import Trained
from engine.sequences.cells import CellChoice
from engine.sequences.experiment import SequenceExperiment
from engine.sequences.recurrent import Recurrent, RecurrentNetwork
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.toy import Recall


def fresh(task: Task | None = None, cell: CellChoice | None = None, **knobs: object) -> Trained:
    """A network with its first weights, in double precision."""
    task = task or Recall(length=2, symbols=4, delay=5, samples=50)
    model = Recurrent(**({"units": 5, "embedding": 3} | knobs | ({"cell": cell} if cell else {})))
    data = task.build(0)
    network = model.build(data, 0)
    assert isinstance(network, RecurrentNetwork)
    return Trained(SequenceExperiment(task=task, model=model), network.double().eval(), data, 0, {})
