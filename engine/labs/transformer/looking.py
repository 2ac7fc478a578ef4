"""One example on its way through a network, as the pictures show it; examples of the task, and a visitor's own."""

import numpy as np
import torch
from jaxtyping import Int, Shaped
from torch import Tensor

from engine.labs.transformer.results import Shown
from engine.refusal import Refusal
from engine.sequences.data import BEGIN, END, IGNORED, PAD, UNKNOWN, Sequences
from engine.sequences.tasks.task import Task
from engine.sequences.tasks.texts import CountryNames, vocabulary_of
from engine.sequences.transformer import TransformerNetwork

Example = tuple[Shaped[Tensor, "1 tokens *features"], Tensor]
"""(x, y) of one example."""
SIGNS = {" ": "␣", "\n": "↵", "\t": "⇥"}


def label(token: str) -> str:
    """A token as pictures write it: spaces are seen."""
    return "".join(SIGNS.get(c, c) for c in token)


def can_type(task: Task, data: Sequences) -> bool:
    """Whether a visitor can type an example: its tokens are text."""
    return bool(data.tokens) and not isinstance(task, CountryNames)


def example(data: Sequences, number: int) -> Example:
    """Validation example ``number`` from 1; beyond the last one it begins again."""
    row = (number - 1) % len(data.validation)
    return data.validation.x[row : row + 1], data.validation.y[row : row + 1]


def look(network: TransformerNetwork, data: Sequences, given: Example, note: str = "") -> Shown:
    """Pass one example through, and put words to what came of it."""
    x, y = given
    found = network.observe(x)
    source = data.source if network.model.encoder else 0
    tokens = _tokens(data, x)
    y = y[:, y.shape[1] - found.lens.shape[1] :] if y.ndim == 2 else y
    best = found.lens.argmax(-1)
    if data.answers:
        named = label if data.asks.for_tokens else str
        wanted = y.reshape(-1).numpy()
        asked = tuple("" if id == IGNORED else named(data.answers[id]) for id in wanted)
        places = np.arange(len(wanted))
        right = np.where(wanted == IGNORED, np.nan, found.lens[:, places, np.maximum(wanted, 0)])
        guesses = tuple(tuple(named(data.answers[id]) for id in row) for row in best)
        sureness = found.lens.max(-1)
    else:
        sureness = found.lens[..., 0]
        asked, right = (f"{float(y):.3g}",), np.full_like(sureness, np.nan)
        guesses = tuple(tuple(f"{value:.3g}" for value in row) for row in sureness)
    stacks = {"encoder": found.encoder, "decoder": found.decoder, "cross": found.cross}
    names = tuple(network.attentions)
    return Shown(
        source=tokens[:source],
        tokens=tokens[source:],
        attentions=names,
        maps=tuple(stacks[name.split()[0]][int(name.split()[1]) - 1] for name in names),
        entropy=found.entropy,
        distance=found.distance,
        asked=asked,
        guesses=guesses,
        sureness=sureness,
        right=right,
        note=note,
    )


def _tokens(data: Sequences, x: Shaped[Tensor, "1 tokens *features"]) -> tuple[str, ...]:
    if data.features:
        return tuple(" ".join(f"{value:.2g}" for value in step) for step in x[0].tolist())
    return tuple(label(data.tokens[id]) for id in x[0].tolist())


# --- a visitor's own ------------------------------------------------------------------------------------------------


def typed(network: TransformerNetwork, task: Task, data: Sequences, text: str) -> tuple[Example, str]:
    """(example, what was done to the text to fit) of a text that was typed. Raises Refusal, saying what is allowed.

    Of a task with a source the answer is the network's own, token by token, and nothing is asked for.
    """
    ids, note = _ids(task, data, text)
    if data.source:
        x = torch.tensor([[PAD] * (data.source - len(ids)) + ids + [BEGIN]])
        x = answered(network, x, data.length - data.source - 1)
        return (x, torch.full_like(x, IGNORED)), note
    x = torch.tensor([ids])
    if data.answers_at == "end":
        return (x, torch.full((1,), IGNORED)), note
    following = torch.tensor([[*ids[1:], IGNORED]])
    asks_for_next = data.asks.for_tokens and vocabulary_of(task) is not None
    return (x, following if asks_for_next else torch.full_like(x, IGNORED)), note


def _ids(task: Task, data: Sequences, text: str) -> tuple[list[int], str]:
    vocabulary = vocabulary_of(task)
    most = data.source or data.length
    if vocabulary is not None:
        ids = list(vocabulary.encode(text).ids)
        if not ids:
            raise Refusal("Of this text nothing is left to show: type a word or two.")
        unknown = f"{ids.count(UNKNOWN)} of {len(ids)} tokens are not in the vocabulary. " if UNKNOWN in ids else ""
        cut = f"Of {len(ids)} tokens the last {most} are shown: the context ends there." if len(ids) > most else ""
        return ids[-most:], unknown + cut
    known = {token: id for id, token in enumerate(data.tokens) if id > END}
    letters = list(text.strip())
    wrong = sorted({c for c in letters if c not in known})
    allowed = "".join(known)
    if wrong:
        raise Refusal(f"got {''.join(wrong)[:20]!r}; this task is written in {allowed!r} only")
    if not 1 <= len(letters) <= most:
        raise Refusal(f"got {len(letters)} tokens; this network was trained on 1 to {most} of them")
    return [known[c] for c in letters], ""


@torch.no_grad()
def answered(
    network: TransformerNetwork, x: Int[Tensor, "examples tokens"], most: int
) -> Int[Tensor, "examples longer"]:
    """``x`` and what the network answers, the likeliest token each time, up to ``most`` tokens or ``<eos>`` of all."""
    over = torch.zeros(len(x), dtype=torch.bool)
    for _ in range(most):
        following = network(x)[:, -1].argmax(1)
        over |= following == END
        if bool(over.all()):
            break
        x = torch.cat([x, torch.where(over, PAD, following)[:, None]], dim=1)
    return x
