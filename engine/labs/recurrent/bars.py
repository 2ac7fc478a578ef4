"""The gradient of a recurrent network's matrices as sums over time, and what truncated back-propagation leaves of it.

At every step the same matrix multiplies something: a_t = W v_t. So dL/dW = sum over t of (dL/da_t) v_t^T.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from engine.labs.recurrent.reading import tokens_of
from engine.labs.recurrent.results.gradients import Bars, Cut
from engine.labs.recurrent.training import Trained
from engine.sequences.camera import loss_of
from engine.sequences.cells import State
from engine.sequences.data import Part
from engine.sequences.layers import Moment
from engine.sequences.padding import real_tokens
from engine.sequences.recurrent import RecurrentNetwork

FIRST = 0
"""The pass whose W_hh truncation is shown for: the lowest layer's, from left to right."""
CHUNKS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 200)
Terms = Float[np.ndarray, "steps rows columns"]


# --- sums over time -------------------------------------------------------------------------------------------------------


def bars(found: Trained, part: Part, matrix: str, place: int) -> Bars:
    """What each step adds to the gradient of ``matrix`` of pass ``place``, for one example, by hand and by autograd.

    For W_hy, which stands above all passes, the place counts for nothing. In double precision.
    """
    network, part = doubled(found), without_padding(found, part)
    with _into_output(network) as read_out:
        scores, passes = network.unroll(part.x)
    loss = _loss(found, scores, part)
    if matrix == "W_hy":
        weight = network.output.get_parameter("weight")
        (grad,) = torch.autograd.grad(loss, [scores], retain_graph=True)
        terms = _outer(grad.reshape(-1, 1, grad.shape[-1]), read_out[0].reshape(-1, 1, weight.shape[1]))
        terms = np.concatenate([np.zeros((part.x.shape[1] - len(terms), *weight.shape)), terms])
    else:
        weight = {"W_xh": network.passes[place].w_xh, "W_hh": network.passes[place].w_hh}[matrix]
        read = _terms(loss, passes[place], matrix)
        terms = read if place % network.directions == 0 else read[::-1].copy()
    (autograd,) = torch.autograd.grad(loss, [weight])
    tokens = tokens_of(found.data, part.x)
    return Bars(matrix, tokens, terms, autograd.numpy().copy(), float(loss.detach()))


def _terms(loss: Tensor, steps: Sequence[Moment], matrix: str) -> Terms:
    """(dL/da_t) v_t^T of each step of a pass, in the order in which it reads."""
    given = [step.from_input if matrix == "W_xh" else step.from_state for step in steps]
    taken = [step.x if matrix == "W_xh" else step.before.h for step in steps]
    grads = torch.autograd.grad(loss, given, retain_graph=True, materialize_grads=True)
    return _outer(torch.stack(grads), torch.stack(taken))


def _outer(grads: Float[Tensor, "steps 1 rows"], taken: Float[Tensor, "steps 1 columns"]) -> Terms:
    return (grads.transpose(1, 2) @ taken.detach()).numpy().copy()


def without_padding(found: Trained, part: Part) -> Part:
    """One example without the pads that its network passes over."""
    if not (found.network.row.masking and found.data.tokens):
        return part
    real = real_tokens(part.x)[0]
    return Part(part.x[:, real], part.y[:, real] if found.data.answers_at == "each step" else part.y)


@contextmanager
def _into_output(network: RecurrentNetwork) -> Iterator[list[Tensor]]:
    """What the output layer is given inside."""
    taken: list[Tensor] = []
    hook = network.output.register_forward_pre_hook(lambda _, inputs: taken.append(inputs[0]))
    try:
        yield taken
    finally:
        hook.remove()


def doubled(found: Trained) -> RecurrentNetwork:
    """The network in double precision, as a copy."""
    network = found.experiment.model.build(found.data, found.experiment.seed)
    if not isinstance(network, RecurrentNetwork):
        raise TypeError(f"the lab reads recurrent networks, not {found.experiment.model.kind}")
    network.load_state_dict(found.network.state_dict())
    return network.double().eval()


def _loss(found: Trained, scores: Tensor, part: Part) -> Tensor:
    y = part.y if found.data.answers else part.y.double()
    return loss_of(scores, y, found.data)


# --- truncation -----------------------------------------------------------------------------------------------------------


def cut(found: Trained, part: Part, chunk: int, carried: bool) -> Cut:
    """Truncated beside whole back-propagation of one example's loss, for W_hh of the lowest layer."""
    network, part = doubled(found), without_padding(found, part)
    steps = part.x.shape[1]
    whole, loss = truncated(network, found, part, steps, carried=True)
    one, cut_loss = truncated(network, found, part, chunk, carried=carried)
    chunks = (*(size for size in CHUNKS if size < steps), steps)
    others = [truncated(network, found, part, size, carried=carried) for size in chunks]
    direction = whole.sum(0)
    length = float(np.linalg.norm(direction))
    return Cut(
        chunk=chunk,
        carried=carried,
        tokens=tokens_of(found.data, part.x),
        whole=_along(whole, direction),
        cut=_along(one, direction),
        chunks=chunks,
        cosine=np.array([_cosine(terms.sum(0), direction) for terms, _ in others]),
        length=np.array([float(np.linalg.norm(terms.sum(0))) / length if length else np.nan for terms, _ in others]),
        losses=np.array([said for _, said in others]),
        loss=loss,
        cut_loss=cut_loss,
    )


def truncated(
    network: RecurrentNetwork, found: Trained, part: Part, chunk: int, *, carried: bool
) -> tuple[Terms, float]:
    """(what each step adds to the truncated gradient of W_hh, the loss of that pass).

    The sequence is read in chunks; no gradient goes back beyond the beginning of one, where the state is carried on as a
    number, or begins at 0.
    """
    states: list[State] | None = None
    scores, read_by = [], []
    for piece in part.x.split(chunk, dim=1):
        given, passes = network.unroll(piece, states)
        states = [each[-1].state.detached() for each in passes] if carried else None
        scores.append(given)
        read_by.extend(passes[FIRST])
    said = scores[-1] if network.asked.at_end else torch.cat(scores, dim=1)
    loss = _loss(found, said, part)
    return _terms(loss, read_by, "W_hh"), float(loss.detach())


def _along(terms: Terms, direction: Float[np.ndarray, "rows columns"]) -> Float[np.ndarray, " steps"]:
    square = float(np.square(direction).sum())
    return (terms * direction).sum((1, 2)) / square if square else np.full(len(terms), np.nan)


def _cosine(a: Float[np.ndarray, "rows columns"], b: Float[np.ndarray, "rows columns"]) -> float:
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum()) / lengths if lengths else float("nan")
