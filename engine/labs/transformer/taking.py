"""Parts taken away from a trained network: heads switched off, tokens masked."""

from collections.abc import Sequence

from engine.labs.transformer.looking import Example, look
from engine.labs.transformer.measuring import loss_and_score, score_name
from engine.labs.transformer.results import Changed, Head
from engine.labs.transformer.trained import Trained


def changed(trained: Trained, example: Example, off: Sequence[Head], masked: Sequence[int]) -> Changed:
    """An example, and the validation loss, with and without some heads; masked places (from 1, in x) are the example's own."""
    with trained.network() as network:
        before = look(network, trained.data, example)
    with trained.network(off, [place - 1 for place in masked]) as network:
        after = look(network, trained.data, example)
    loss, score = trained.ablation.loss, trained.ablation.exact
    if off:
        with trained.network(off) as network:
            loss, score = loss_and_score(network, trained.data)
    losses, scores = (trained.ablation.loss, loss), (trained.ablation.exact, score)
    return Changed(before, after, losses, scores, score_name(trained.data))
