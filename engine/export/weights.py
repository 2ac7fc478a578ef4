"""A network's weights as a safetensors file: names and shapes as in the exported script's ``Network``."""

from collections.abc import Mapping

from torch import Tensor

from engine.export.record import Record
from engine.export.script import link_of


def weights_file(record: Record, address: str = "") -> bytes:
    """The file's bytes; its metadata say which run they are of."""
    off = {"switched off": " ".join(record.off)} if record.off else {}
    return saved(record.state, record.steps, link_of(record, address), off)


def saved(state: Mapping[str, Tensor], step: int, link: str, more: Mapping[str, str]) -> bytes:
    """Tensors by name as a safetensors file, with ``more`` of its metadata."""
    from safetensors.torch import save  # imported for those who take weights home

    said = {"format": "pt", "made by": "Gradient Playground", "step": str(step), "link": link, **more}
    return save({name: tensor.contiguous() for name, tensor in state.items()}, said)
