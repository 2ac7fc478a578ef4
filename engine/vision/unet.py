"""The U-Net: down to a coarse map that sees much, up again to every pixel, and skips that bring the edges across."""

from collections.abc import Iterator
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from engine.initializers import HeNormal, Initializer
from engine.undrawn import undrawn
from engine.vision.block import learned
from engine.vision.model import ModelChoice, Stage
from engine.vision.network import Asked, VisionNetwork, fill, head_of, named_weights
from engine.vision.norms import MapBatchNorm, MapNorm
from engine.vision.shapes import CannotFit, Shape, size_of
from engine.vision.windows import Slide

KERNEL = 3
LEAST_SIDE = 2
"""The coarsest map is at least so wide and high."""


class UNet(ModelChoice, frozen=True):
    kind: Literal["unet"] = "unet"
    depth: int = Field(2, ge=1, le=3, title="Depth", description="How often the map is halved, and doubled again.")
    width: int = Field(8, ge=2, le=32, title="Width", description="Channels at full size; each halving doubles them.")
    skips: bool = Field(
        True,
        title="Skips",
        description="Lays the map of the same size from the way down beside what comes up; off, that must tell all by itself.",
    )
    norm: MapNorm = MapBatchNorm()
    initializer: Initializer = Field(HeNormal(), title="First weights")
    label: ClassVar = "U-Net"
    formula: ClassVar = (
        r"u_l = f_l\big([\,e_l,\ \uparrow u_{l+1}]\big), \quad e_l = g_l(\downarrow e_{l-1}), \quad u_L = e_L"
    )
    lesson: ClassVar = (
        "What is in the picture is known at the bottom, where it is at the top: a skip brings both together."
    )
    source: ClassVar = "Ronneberger et al. 2015 (here: same padding, doubling by copies of each pixel)"

    def stages(self, asked: Asked) -> Iterator[Stage]:
        self._check(asked)
        before: Shape = asked.shape
        for level in range(self.depth + 1):
            inside = before if level == 0 else (before[0], before[1] // 2, before[2] // 2)
            pooled = (Slide(2, 2, 1, 0),) if level else ()
            yield self._stage(
                self._names[level],
                before,
                inside,
                level,
                (*pooled, Slide(KERNEL, 1, 1, KERNEL // 2), Slide(KERNEL, 1, 1, KERNEL // 2)),
            )
            before = (self.channels(level), *inside[1:])
        for level in reversed(range(self.depth)):
            across = self.channels(level) if self.skips else 0
            inside = (before[0] + across, 2 * before[1], 2 * before[2])
            yield self._stage(self._names[2 * self.depth - level], before, inside, level, ())
            before = (self.channels(level), *inside[1:])
        weights = asked.outputs * before[0]
        costs = weights + asked.outputs, weights * size_of(before[1:])
        yield Stage("output", before, (asked.outputs, *before[1:]), *costs, (Slide(1, 1, 1, 0),))

    def _check(self, asked: Asked) -> None:
        if not asked.per_pixel:
            raise CannotFit(
                "a U-Net answers at every pixel, and the head asks for one answer a picture: choose another network"
            )
        sides, halvings = asked.shape[1:], 2**self.depth
        if any(side % halvings or side // halvings < LEAST_SIDE for side in sides):
            times = "once" if self.depth == 1 else f"{self.depth} times"
            least = f"{LEAST_SIDE}x{LEAST_SIDE}"
            what = f"the picture is {sides[0]}x{sides[1]}, which can't be halved {times} and be {least} or more"
            raise CannotFit(f"{what}: choose a depth that goes into it, or another size", named="depth")

    def _stage(self, named: str, before: Shape, inside: Shape, level: int, reach: tuple[Slide, ...]) -> Stage:
        """Two convolutions of what comes in, pooled or doubled and joined to ``inside`` first."""
        channels = self.channels(level)
        after = (channels, *inside[1:])
        try:
            self.norm.check(after)
        except CannotFit as misfit:
            raise CannotFit(misfit.why, named="norm") from None
        weights = channels * (inside[0] + channels) * KERNEL**2
        parameters = weights + 2 * channels + 2 * learned(self.norm.build(after))
        return Stage(named, before, after, parameters, weights * size_of(inside[1:]), reach)

    @property
    def _names(self) -> tuple[str, ...]:
        down = [f"{level + 1} down" for level in range(self.depth)]
        up = [f"{self.depth + 2 + place} up" for place in range(self.depth)]
        return (*down, f"{self.depth + 1} bottom", *up)

    def channels(self, level: int) -> int:
        """Of the maps that are halved ``level`` times."""
        return self.width * 2**level

    def build(self, asked: Asked, seed: int, device: torch.device | str = "cpu") -> "UNetwork":
        return UNetwork(self, asked, seed, device)

    @property
    def needs_batches(self) -> bool:
        return isinstance(self.norm, MapBatchNorm)

    def field_of(self, misfit: CannotFit) -> str:
        return misfit.named or "kind"


class UNetwork(VisionNetwork):
    """The modules of a ``UNet``."""

    def __init__(self, row: UNet, asked: Asked, seed: int, device: torch.device | str = "cpu") -> None:
        super().__init__(asked)
        self.row = row
        self.stages = row.plan(asked)
        inputs = [asked.shape[0], *(row.channels(level) for level in range(row.depth))]
        self.down = nn.ModuleList(self._pair(before, level) for level, before in enumerate(inputs))
        across = 1 if row.skips else 0
        self.up = nn.ModuleList(
            self._pair(row.channels(level + 1) + across * row.channels(level), level)
            for level in reversed(range(row.depth))
        )
        self.halved, self.doubled = nn.MaxPool2d(2), nn.Upsample(scale_factor=2, mode="nearest")
        self.head = head_of(self.stages[-1].before, asked)
        for number, block in enumerate([self.head, *self.down, *self.up]):
            fill(block, number, row.initializer, seed)
        self.to(device)

    def _pair(self, before: int, level: int) -> nn.Sequential:
        """Convolution, norm, ReLU, twice."""
        after = self.row.channels(level)
        layers: list[nn.Module] = []
        for channels in (before, after):
            convolution = undrawn(nn.Conv2d, channels, after, KERNEL, padding=KERNEL // 2)
            norm = self.row.norm.build((after, 1, 1))
            layers += [convolution, *([norm] if norm is not None else []), nn.ReLU()]
        return nn.Sequential(*layers)

    def last(
        self, x: Float[Tensor, "pictures channels height width"]
    ) -> Float[Tensor, "pictures features height width"]:
        return self._walk(x)[-1]

    def features(self, x: Float[Tensor, "pictures channels height width"]) -> list[Float[Tensor, "pictures *features"]]:
        return self._walk(self.standardized(x))

    def _walk(self, x: Tensor) -> list[Tensor]:
        """What each block gives of standardized pictures: on the way down, at the bottom, on the way up."""
        found = [self.down[0](x)]
        for block in self.down[1:]:
            found.append(block(self.halved(found[-1])))
        for level, block in zip(reversed(range(self.row.depth)), self.up, strict=True):
            below = self.doubled(found[-1])
            found.append(block(torch.cat([found[level], below], dim=1) if self.row.skips else below))
        return found

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(stage.named for stage in self.stages[:-1])

    @property
    def parts(self) -> list[nn.Module]:
        return [*self.down, *self.up]

    @property
    def matrices(self) -> dict[str, nn.Parameter]:
        found: dict[str, nn.Parameter] = {}
        for name, block in zip(self.names, [*self.down, *self.up], strict=True):
            found |= {f"{name} {part}": w for part, w in zip("ab", named_weights(block, name).values(), strict=True)}
        return {**found, **named_weights(self.head, "output")}
