"""A network's weights as a safetensors file: names and shapes as in the exported script's ``Network``."""

from engine.export.record import Record
from engine.export.script import link_of


def weights_file(record: Record, address: str = "") -> bytes:
    """The file's bytes; its metadata say which run they are of."""
    from safetensors.torch import save  # imported for those who take weights home

    said = {
        "format": "pt",
        "made by": "Gradient Playground",
        "step": str(record.steps),
        "link": link_of(record, address),
    }
    if record.off:
        said["switched off"] = " ".join(record.off)
    return save({name: tensor.contiguous() for name, tensor in record.state.items()}, said)
