"""Changes that several findings of runs on pictures try: a norm, another activation, more or fewer maps."""

from collections.abc import Callable, Iterable

from engine.doctor.finding import patch
from engine.doctor.vision.case import VisionCase
from engine.run import Patch
from engine.vision.block import BlockChoice
from engine.vision.blocks import MAX_UNITS, Activate, Convolution, Dense, Drop, Normalize
from engine.vision.model import MAX_BLOCKS, Cnn
from engine.vision.residual import Residual
from engine.vision.unet import UNet
from engine.vision.windows import MAX_CHANNELS

Blocks = tuple[BlockChoice, ...]
DROPPED = 0.4


def blocks_of(case: VisionCase) -> Blocks:
    """The blocks in a row; none of another network."""
    return case.experiment.model.blocks if isinstance(case.experiment.model, Cnn) else ()


def with_blocks(case: VisionCase, blocks: Iterable[BlockChoice]) -> list[Patch]:
    """These in place of the present ones, where those can be and are others."""
    found = tuple(blocks)
    now = blocks_of(case)
    return [patch(model__blocks=found)] if now and found != now and len(found) <= MAX_BLOCKS else []


def normed(case: VisionCase) -> list[Patch]:
    """A batch norm before every activation that has none."""
    if isinstance(case.experiment.model, UNet):
        return [patch(model__norm__kind="batch_norm")]
    found: list[BlockChoice] = []
    for block in blocks_of(case):
        if isinstance(block, Activate) and found and not isinstance(found[-1], Normalize):
            found.append(Normalize())
        found.append(block)
    return with_blocks(case, found)


def activated(case: VisionCase, kind: str) -> list[Patch]:
    """Another activation in every block."""

    def other(block: BlockChoice) -> BlockChoice:
        if isinstance(block, Activate | Residual):
            return type(block).model_validate({**block.model_dump(), "activation": {"kind": kind}})
        return block

    return with_blocks(case, map(other, blocks_of(case)))


def dropped(case: VisionCase, p: float = DROPPED) -> list[Patch]:
    """Every dropout at this rate; where there is none, one before the output."""
    now = blocks_of(case)
    if any(isinstance(block, Drop) for block in now):
        return with_blocks(case, (Drop(p=p) if isinstance(block, Drop) else block for block in now))
    return with_blocks(case, (*now, Drop(p=p)))


def undropped(case: VisionCase) -> list[Patch]:
    """No dropout."""
    return with_blocks(case, (block for block in blocks_of(case) if not isinstance(block, Drop)))


def sized(case: VisionCase, change: Callable[[int], int]) -> list[Patch]:
    """Other numbers of channels and units in every block."""
    model = case.experiment.model
    if isinstance(model, UNet):
        return [patch(model__width=min(32, max(2, change(model.width))))]

    def other(block: BlockChoice) -> BlockChoice:
        if isinstance(block, Convolution | Residual):
            return block.model_copy(update={"channels": min(MAX_CHANNELS, max(1, change(block.channels)))})
        if isinstance(block, Dense):
            return block.model_copy(update={"units": min(MAX_UNITS, max(2, change(block.units)))})
        return block

    return with_blocks(case, map(other, blocks_of(case)))


def skipping(case: VisionCase) -> list[Patch]:
    """The skips of residual blocks that were left out, put back in."""
    return with_blocks(
        case,
        (
            block.model_copy(update={"skip": True}) if isinstance(block, Residual) else block
            for block in blocks_of(case)
        ),
    )


def is_linear(case: VisionCase) -> bool:
    """Whether nothing between its weights bends: then all of them are one affine map."""
    blocks = blocks_of(case)
    bends = any(isinstance(block, Residual) for block in blocks) or any(
        isinstance(block, Activate) and block.activation.kind != "linear" for block in blocks
    )
    return bool(blocks) and not bends


def bent(case: VisionCase) -> list[Patch]:
    """A ReLU behind every convolution and every dense block."""
    plain = [block for block in blocks_of(case) if not isinstance(block, Activate)]
    found: list[BlockChoice] = []
    for block in plain:
        found += [block, Activate()] if isinstance(block, Convolution | Dense) else [block]
    return with_blocks(case, found) or with_blocks(case, (*blocks_of(case), Dense(units=64), Activate()))
