"""The section of a script that builds a network on pictures and draws its first weights: its modules, written out."""

from collections.abc import Callable
from typing import Any

from torch import nn

from engine.export.bundle import RowOf, Section
from engine.export.names import with_rows
from engine.export.rows import called
from engine.export.vision.modules import constructed, laid_out, names_of
from engine.export.vision.names import VISION_NAMES
from engine.export.vision.record import VisionRecord
from engine.vision.model import CnnNetwork
from engine.vision.shapes import shape_text
from engine.vision.unet import UNetwork

STANDARDIZED = "mean, std = (torch.tensor(values).reshape(-1, 1, 1) for values in (data.mean, data.std))"


def network_section(record: VisionRecord) -> Section:
    """The network as a module, and its first weights."""
    model, network = record.begun.model, record.network
    initializer = model.initializer
    lines = [STANDARDIZED, "", "", *WRITTEN[type(network)](network), "", "", "network = Network()"]
    lines += [
        f"blocks = {BLOCKS[type(network)]}",
        f"initializer = {called(initializer, {type(initializer): initializer})}",
    ]
    lines += ["for number, block in enumerate([network.head, *blocks]):", "    fill(block, number, initializer, SEED)"]
    numbers = sum(parameter.numel() for parameter in network.parameters())
    text = (
        f"{model.label}: {model.lesson} It learns {numbers:,} numbers. Pictures are standardized by each channel's mean and "
        "deviation over the training part. First weights are drawn layer by layer, each from its own stream; biases begin at 0."
    )
    return Section("Network", text, "\n".join(lines), with_rows(VISION_NAMES, initializer) | names_of(network))


def rows_of(record: VisionRecord) -> list[RowOf]:
    """The rows that the network's first weights come from."""
    return [RowOf("initializer", record.begun.model.initializer)]


def _cnn(network: CnnNetwork) -> list[str]:
    lines = [*_head("Blocks in a row, then an affine map to the outputs.")]
    lines += [*_list("blocks", network.blocks, _said(network))]
    lines += [*laid_out(constructed(network.head), 8, "self.head = "), "", "    def forward(self, x):"]
    lines += ["        x = (x - mean) / std", "        for block in self.blocks:", "            x = block(x)"]
    return [*lines, "        return self.head(x)"]


def _unet(network: UNetwork) -> list[str]:
    said, depth = _said(network), network.row.depth
    lines = [*_head("Down to a coarse map, up again to every pixel, and an affine map at each place.")]
    lines += [*_list("down", network.down, said[: depth + 1]), *_list("up", network.up, said[depth + 1 :])]
    lines += [f"        self.{name} = {constructed(getattr(network, name))}" for name in ("halved", "doubled", "head")]
    lines += ["", "    def forward(self, x):", "        found = [self.down[0]((x - mean) / std)]"]
    lines += ["        for block in self.down[1:]:", "            found.append(block(self.halved(found[-1])))"]
    lines += [f"        for level, block in zip(reversed(range({depth})), self.up, strict=True):"]
    lines += ["            below = self.doubled(found[-1])"]
    joined = "torch.cat([found[level], below], dim=1)" if network.row.skips else "below"
    if not network.row.skips:
        lines[-2] = "        for block in self.up:"
    return [*lines, f"            found.append(block({joined}))", "        return self.head(found[-1])"]


WRITTEN: dict[type[Any], Callable[[Any], list[str]]] = {CnnNetwork: _cnn, UNetwork: _unet}
BLOCKS: dict[type[Any], str] = {CnnNetwork: "[*network.blocks]", UNetwork: "[*network.down, *network.up]"}


def _head(said: str) -> list[str]:
    return [
        "class Network(nn.Module):",
        f'    """{said}"""',
        "",
        "    def __init__(self):",
        "        super().__init__()",
    ]


def _said(network: CnnNetwork | UNetwork) -> list[str]:
    """What each block is, and the shape of what it gives."""
    return [f"{stage.named}: gives {shape_text(stage.after)}" for stage in network.stages[:-1]]


def _list(name: str, blocks: nn.ModuleList, said: list[str]) -> list[str]:
    """``self.name = nn.ModuleList([...])``, each block below what it is."""
    if not len(blocks):
        return [f"        self.{name} = nn.ModuleList([])"]
    lines = [f"        self.{name} = nn.ModuleList(", "            ["]
    for number, (block, told) in enumerate(zip(blocks, said, strict=True), start=1):
        made = constructed(block, f'stream(SEED, "dropout", {number})')
        lines += [f"                # {told}", *laid_out(made, 16, after=",")]
    return [*lines, "            ]", "        )"]
