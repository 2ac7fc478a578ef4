"""Networks that others have trained, read with the ``transformers`` library where it is installed.

Which ones is the server's owner's choice (``GP_PRETRAINED``): a visitor picks one by name and types a sentence. Weights are
safetensors only, and no code that comes with a network is run.
"""

import importlib.util
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.jobs import Progress
from engine.labs.transformer.results import Shown
from engine.refusal import Refusal
from engine.sequences.observed import distance, entropy
from engine.settings import pretrained_networks

MOST_TOKENS = 48
MOST_LAYERS, MOST_HEADS = 12, 16
"""A deeper network shows so many layers, evenly chosen, and so many heads of each."""
INSTALL = "pip install -r requirements-pretrained.txt"
NO_LIBRARY = f"The transformers library is not installed on this server. Its owner can install it: {INSTALL}"
NONE_NAMED = (
    "The server's owner has named no network. It takes a folder with config.json, the tokenizer's files and *.safetensors, or "
    "an id of the Hugging Face hub: GP_PRETRAINED=/models/bert-tiny;distilbert-base-uncased in the server's environment."
)
LOOK_AGAIN = 0.05
SIGNS = {"Ġ": "␣", "▁": "␣", "Ċ": "↵"}
"""How tokenizers write a space or a new line within a token."""


@dataclass(frozen=True)
class Source:
    """A network that may be looked at."""

    name: str
    """What visitors see: an id, or the last part of a folder's path."""
    place: str

    @property
    def is_folder(self) -> bool:
        """Whether it lies on this machine."""
        return Path(self.place).is_dir()


@dataclass(frozen=True, eq=False)
class Loaded:
    """A network in memory, and its tokenizer."""

    source: Source
    model: Any
    tokenizer: Any


def sources() -> dict[str, Source]:
    """What the owner has named, by the names that visitors see."""
    found: dict[str, Source] = {}
    for place in pretrained_networks():
        name = Path(place).name if Path(place).is_absolute() or place.startswith(".") else place
        while name in found:
            name += "'"
        found[name] = Source(name, place)
    return found


def missing() -> str:
    """Why nothing can be looked at here, and how to get it; empty where it can."""
    if importlib.util.find_spec("transformers") is None:
        return f"{NO_LIBRARY}\n\n{NONE_NAMED}" if not pretrained_networks() else NO_LIBRARY
    return "" if pretrained_networks() else NONE_NAMED


# --- loading ----------------------------------------------------------------------------------------------------------

_LOCK = threading.Lock()
_held: dict[str, Loaded] = {}


def load(source: Source) -> Loaded:
    """The network; the one loaded last is kept. Raises Refusal, saying why it can't be had, without a folder's whole path."""
    with _LOCK:
        if source.place not in _held:
            _held.clear()
            _held[source.place] = _load(source)
        return _held[source.place]


def _load(source: Source) -> Loaded:
    if source.is_folder and not list(Path(source.place).glob("*.safetensors")):
        raise Refusal(f"{source.name}: no *.safetensors in its folder; other formats can hold code and are not read.")
    from transformers import AutoConfig, AutoModel, AutoTokenizer  # type: ignore[import-not-found,unused-ignore]

    safe = {"trust_remote_code": False, "local_files_only": source.is_folder}
    try:
        if getattr(AutoConfig.from_pretrained(source.place, **safe), "is_encoder_decoder", False):
            raise Refusal(f"{source.name} has an encoder and a decoder; this section shows networks of one stack.")
        tokenizer = AutoTokenizer.from_pretrained(source.place, **safe)
        model = AutoModel.from_pretrained(
            source.place, use_safetensors=True, attn_implementation="eager", dtype=torch.float32, **safe
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        if isinstance(error, Refusal):
            raise
        where = "its folder" if source.is_folder else "the Hugging Face hub (is there a network, and is the id right?)"
        raise Refusal(f"{source.name} could not be read from {where}: {type(error).__name__}.") from error
    return Loaded(source, model.eval().requires_grad_(False), tokenizer)


def read(source: Source, text: str) -> Iterator[Progress[Shown]]:
    """Load it on a thread of its own, since that may take long, and pass a sentence through it."""
    box: list[Loaded | Exception] = []

    def fetch() -> None:
        try:
            box.append(load(source))
        except Exception as error:
            box.append(error)

    thread = threading.Thread(target=fetch, name="pretrained", daemon=True)
    thread.start()
    while thread.is_alive():
        yield Progress(0.0, said=f"Loading {source.name}")
        time.sleep(LOOK_AGAIN)
    if isinstance(box[0], Exception):
        raise box[0]
    yield Progress(1.0, shown(box[0], text))


# --- looking ----------------------------------------------------------------------------------------------------------


@torch.no_grad()
def shown(loaded: Loaded, text: str) -> Shown:
    """The maps of a sentence. Raises Refusal where nothing of it is left."""
    ids = loaded.tokenizer(text, return_tensors="pt", truncation=True, max_length=MOST_TOKENS)["input_ids"]
    if not ids.shape[1]:
        raise Refusal("Of this text nothing is left to show: type a word or two.")
    found = loaded.model(input_ids=ids, output_attentions=True).attentions
    if not found or any(each is None for each in found):
        raise Refusal(f"{loaded.source.name} shows no attention maps.")
    maps = torch.stack([each[0] for each in found]).float()
    layers = np.unique(np.linspace(0, len(maps) - 1, min(len(maps), MOST_LAYERS)).round().astype(int))
    maps = maps[layers.tolist(), :MOST_HEADS]
    tokens = tuple(_said(token) for token in loaded.tokenizer.convert_ids_to_tokens(ids[0].tolist()))
    is_causal = bool((maps.triu(1) == 0).all())
    kind = "decoder" if is_causal else "encoder"
    whole = len(loaded.tokenizer(text)["input_ids"])
    count = len(tokens)
    return Shown(
        source=() if is_causal else tokens,
        tokens=tokens,
        attentions=tuple(f"{kind} {layer + 1}" for layer in layers.tolist()),
        maps=tuple(each.numpy() for each in maps),
        entropy=entropy(maps).mean(2).numpy(),
        distance=distance(maps).mean(2).numpy(),
        asked=("",) * count,
        guesses=(("",) * count,),
        sureness=np.zeros((1, count), np.float32),
        right=np.full((1, count), np.nan, np.float32),
        note=f"Of {whole} tokens the first {MOST_TOKENS} are shown." if whole > MOST_TOKENS else "",
    )


def _said(token: str) -> str:
    return "".join(SIGNS.get(c, c) for c in token)
