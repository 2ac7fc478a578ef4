"""Settings of the lab of convolution, drawn at random."""

from hypothesis import strategies as st

from engine.choice import catalog
from engine.labs.convolution.kernels import Kernel, KernelChoice
from engine.labs.convolution.pictures import Digit, Drawing, Pattern, Photograph, PictureChoice
from engine.labs.convolution.settings.window import Window
from engine.labs.convolution.state import ConvolutionLab

KINDS = catalog(Kernel)
PICTURES: tuple[PictureChoice, ...] = (
    Digit(index=7),
    Photograph(side=20),
    Pattern(shape="disc", side=17, noise=0.1),
    Drawing(side="12", ink="0123456789abcdef" * 6),
)


@st.composite
def windows(draw: st.DrawFn, channels: int) -> Window:
    """Windows over a picture of so many channels, not all of which fit on every picture."""
    size = draw(st.integers(1, 7))
    rows: list[KernelChoice] = [
        row(kind=kind) for kind, row in KINDS.items() if size in row.sizes and kind != "learned"
    ]
    groups = draw(st.sampled_from([1, 3] if channels == 3 else [1]))
    outs = groups * draw(st.integers(1, 2))
    return Window(
        kernels=tuple(draw(st.sampled_from(rows)) for _ in range(outs)),
        size=size,
        stride=draw(st.integers(1, 4)),
        padding=draw(st.sampled_from(["none", "same", "reflect"])),
        dilation=draw(st.integers(1, 3)),
        groups=groups,
        flip=draw(st.booleans()),
    )


@st.composite
def labs(draw: st.DrawFn) -> ConvolutionLab:
    """Whole states."""
    colour = draw(st.booleans())
    return ConvolutionLab(
        picture=draw(st.sampled_from(PICTURES)), colour=colour, window=draw(windows(3 if colour else 1))
    )
