"""Parameters of a network on sequences, matrix by matrix, against PyTorch's own count and the closed form."""

import pytest

from engine.sequences.cost import OTHERS, matrix_costs
from engine.sequences.run import SequenceRun
from engine.sequences.transformer import Transformer
from tests.engine.sequences.test_run import NETWORKS, small


@pytest.mark.parametrize("tied", [False, True])
def test_a_transformers_numbers_are_those_of_the_closed_form(tied: bool) -> None:
    run = SequenceRun(small("reverse", "transformer", **{"model.tied": tied, "model.encoder": True}))
    model = run.experiment.model
    assert isinstance(model, Transformer)
    assert sum(row.parameters for row in matrix_costs(run.network)) == model.parameters(run.data)


def test_an_lstms_matrices_are_four_blocks_high() -> None:
    run = SequenceRun(small("reverse", "recurrent"))
    rows = {row.name: row for row in matrix_costs(run.network)}
    units, embedding, tokens = 6, 16, len(run.data.tokens)
    assert rows["layer 1 W_hh"].shape == f"{4 * units} x {units}"
    assert rows["layer 1 W_xh"].parameters == 4 * units * embedding
    assert rows[OTHERS].parameters == 2 * 4 * units + tokens  # both biases of the gates, that of the output


@pytest.mark.parametrize("network", NETWORKS)
def test_every_number_is_counted_once(network: str) -> None:
    run = SequenceRun(small("mood", network))
    assert sum(row.parameters for row in matrix_costs(run.network)) == sum(p.numel() for p in run.parameters)
