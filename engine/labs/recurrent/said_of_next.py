"""What is said of the next token and of written texts, in sentences made of the numbers."""

import math
from collections.abc import Sequence

from engine.labs.recurrent.results.next_token import Continued, Following
from engine.labs.recurrent.training import Trained
from engine.sequences.decoding import Decoding
from engine.words import count, number, percent


def trained(found: Trained) -> str:
    """How well it models the text, beside a guess."""
    size = sum(parameter.numel() for parameter in found.network.parameters())
    text = f"{found.network.row.cell.label}, {count(size)} parameters, {count(found.updates)} updates"
    if found.ending:
        return f"{text}. Training ended early. {found.ending}"
    loss, even = found.scores["validation.loss"], math.log(len(found.data.tokens))
    return (
        f"{text}: {number(loss)} nats per token on the part of the text held back, as if it chose among "
        f"{number(math.exp(loss))} tokens; guessing evenly among all {len(found.data.tokens)} would take {number(even)}."
    )


def following(found: Following) -> str:
    """How sure it is, and what the limits leave."""
    unknown = ""
    if found.unknown:
        unknown = f" {found.unknown} of the {len(found.read)} tokens read are <unk>: the vocabulary does not have them."
    return (
        f"Entropy {number(found.entropy)} nats, as uncertain as an even choice among {number(math.exp(found.entropy))}. "
        f"Of {count(found.vocabulary)} tokens {count(found.left)} may be chosen.{unknown}"
    )


def way(found: Continued, decoding: Decoding) -> str:
    """How a text was written."""
    if found.label != "as chosen":
        return f"{found.label[0].upper()}{found.label[1:]}"
    if decoding.greedy:
        return "As chosen: greedy"
    parts = [f"temperature {number(decoding.temperature)}"]
    parts += [f"top-k {decoding.top_k}"] if decoding.top_k else []
    parts += [f"top-p {number(decoding.top_p)}"] if decoding.top_p < 1 else []
    return f"As chosen: {', '.join(parts)}"


def beside(found: Sequence[Continued]) -> str:
    """How likely and how varied each text is."""
    each = [
        f"{item.label}: {number(item.nats)} nats per token, {percent(item.distinct)} of its triples of tokens occur once"
        for item in found
    ]
    joined = "; ".join(each)
    text = f"{joined[0].upper()}{joined[1:]}. The bars are of the first text."
    greedy = next((item for item in found if item.label == "greedy"), found[0])
    drawn = [item for item in found if item is not greedy]
    if all(greedy.distinct < item.distinct and greedy.nats < item.nats for item in drawn):
        text += " Always taking the likeliest token gives a likelier text that repeats itself more."
    return text
