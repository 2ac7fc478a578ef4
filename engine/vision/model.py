"""What every network on pictures is, what each stage of one costs, and the network of blocks in a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.choice import Choice
from engine.initializers import HeNormal, Initializer
from engine.streams import stream
from engine.vision.block import BlockChoice
from engine.vision.blocks import Activate, AnyBlock, Convolution, Dense, Drop, Pool
from engine.vision.network import Asked, VisionNetwork, fill, head_of, named_weights
from engine.vision.shapes import CannotFit, Shape, is_flat, size_of
from engine.vision.windows import Slide

MAX_BLOCKS = 24


@dataclass(frozen=True)
class Stage:
    """One block where it stands, or the output."""

    named: str
    """``3 max pool 2x2``; the output is ``output``."""
    before: Shape
    after: Shape
    parameters: int
    multiply_adds: int
    """Of one picture."""
    reach: tuple[Slide, ...] = ()
    """Of what slides in it, one after another."""


class ModelChoice(Choice, frozen=True):
    """A row of the catalog of networks on pictures."""

    def stages(self, asked: Asked) -> Iterator[Stage]:
        """From the picture to the output, one after another. Raises CannotFit at the block that can't take what comes."""
        raise NotImplementedError

    def plan(self, asked: Asked) -> tuple[Stage, ...]:
        """All of them. Raises CannotFit."""
        return tuple(self.stages(asked))

    def build(self, asked: Asked, seed: int, device: torch.device | str = "cpu") -> VisionNetwork:
        """The network with its first weights. Raises CannotFit."""
        raise NotImplementedError

    @property
    def dropout_rates(self) -> tuple[float, ...]:
        """Of each of its dropout layers, in order."""
        return ()

    def without_rates(self) -> "ModelChoice":
        """The same with all dropout rates at one value: two that are equal so differ in nothing that needs a new run."""
        return self

    @property
    def needs_batches(self) -> bool:
        """Whether some of it standardizes over the batch."""
        return False

    def field_of(self, misfit: CannotFit) -> str:
        """The field below the model that is to blame."""
        return "kind"


class Cnn(ModelChoice, frozen=True):
    """Blocks in a row, then an affine map to the outputs."""

    kind: Literal["cnn"] = "cnn"
    blocks: tuple[AnyBlock, ...] = Field(
        (
            Convolution(channels=8),
            Activate(),
            Pool(),
            Convolution(channels=16),
            Activate(),
            Pool(),
            Dense(units=32),
            Activate(),
        ),
        max_length=MAX_BLOCKS,
        title="Blocks",
        description="From the picture to the output.",
    )
    initializer: Initializer = Field(HeNormal(), title="First weights")
    label: ClassVar = "Blocks in a row"
    formula: ClassVar = r"\hat y = W\, (f_n \circ \dots \circ f_1)\!\left(\frac{x - \mu}{\sigma}\right) + b"
    lesson: ClassVar = "Small windows first, then larger and larger parts of the picture, then an answer."
    source: ClassVar = "LeCun et al. 1998"

    def stages(self, asked: Asked) -> Iterator[Stage]:
        before: Shape = asked.shape
        for number, block in enumerate(self.blocks, start=1):
            try:
                after = block.shape(before)
            except CannotFit as misfit:
                raise CannotFit(misfit.why, number - 1, block.named) from None
            costs = block.parameters(before), block.multiply_adds(before)
            yield Stage(f"{number} {block.named}", before, after, *costs, block.reach)
            before = after
        yield self._output(before, asked)

    def _output(self, before: Shape, asked: Asked) -> Stage:
        if not asked.per_pixel:
            weights = asked.outputs * size_of(before)
            return Stage("output", before, (asked.outputs,), weights + asked.outputs, weights)
        if is_flat(before):
            last = len(self.blocks) - 1
            why = f"the head answers at every place, and what it gives is flat ({before[0]} numbers): leave it out"
            raise CannotFit(why, last, self.blocks[last].named)
        weights = asked.outputs * before[0]
        after = (asked.outputs, *before[1:])
        return Stage(
            "output", before, after, weights + asked.outputs, weights * size_of(before[1:]), (Slide(1, 1, 1, 0),)
        )

    def build(self, asked: Asked, seed: int, device: torch.device | str = "cpu") -> "CnnNetwork":
        return CnnNetwork(self, asked, seed, device)

    @property
    def dropout_rates(self) -> tuple[float, ...]:
        return tuple(block.p for block in self.blocks if isinstance(block, Drop))

    def without_rates(self) -> "Cnn":
        alike = tuple(Drop() if isinstance(block, Drop) else block for block in self.blocks)
        return self.model_copy(update={"blocks": alike})

    @property
    def needs_batches(self) -> bool:
        return any(getattr(getattr(block, "norm", None), "kind", "") == "batch_norm" for block in self.blocks)

    def field_of(self, misfit: CannotFit) -> str:
        return "blocks" if misfit.block is None else f"blocks.{misfit.block}"


class CnnNetwork(VisionNetwork):
    """The modules of a ``Cnn``."""

    def __init__(self, row: Cnn, asked: Asked, seed: int, device: torch.device | str = "cpu") -> None:
        super().__init__(asked)
        self.row = row
        self.stages = row.plan(asked)
        befores = [stage.before for stage in self.stages]
        self.blocks = nn.ModuleList(
            block.build(before, stream(seed, "dropout", number, device))
            for number, (block, before) in enumerate(zip(row.blocks, befores, strict=False), start=1)
        )
        self.head = head_of(befores[-1], asked)
        for number, block in enumerate([self.head, *self.blocks]):
            fill(block, number, row.initializer, seed)
        self.to(device)

    def last(self, x: Float[Tensor, "pictures channels height width"]) -> Float[Tensor, "pictures *features"]:
        for block in self.blocks:
            x = block(x)
        return x

    def features(self, x: Float[Tensor, "pictures channels height width"]) -> list[Float[Tensor, "pictures *features"]]:
        found, signal = [], self.standardized(x)
        for block in self.blocks:
            signal = block(signal)
            found.append(signal)
        return found

    def activated(self, features: list[Tensor]) -> list[tuple[nn.Module, Tensor]]:
        rows = zip(self.row.blocks[1:], self.blocks[1:], features, strict=False)
        return [(block, before) for row, block, before in rows if isinstance(row, Activate)]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(stage.named for stage in self.stages[:-1])

    @property
    def parts(self) -> list[nn.Module]:
        return list(self.blocks)

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        rows: list[tuple[BlockChoice, nn.Module]] = list(zip(self.row.blocks, self.blocks, strict=True))
        found: dict[str, nn.Parameter] = {}
        for number, (row, block) in enumerate(rows, start=1):
            found |= named_weights(block, f"{number} {row.short}")
        return {**found, **named_weights(self.head, "output")}
