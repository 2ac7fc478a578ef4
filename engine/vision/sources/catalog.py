"""The catalog of picture sets."""

from engine.kept import kept
from engine.vision.images import Images
from engine.vision.sources.digits import Digits
from engine.vision.sources.source import Source

AnySource = Digits
"""A discriminated union as soon as there is more than one."""
KEPT_BYTES = 32_000_000
"""So much is kept of pictures for the next run that asks."""


def built(source: Source, seed: int) -> Images:
    """The pictures of a source, shared by all who ask for the same; a visitor's own are kept by their run alone.

    Raises engine.refusal.Refusal as ``build``.
    """
    return source.build(seed) if source.is_private else _built(source, seed)


@kept(lambda: KEPT_BYTES)
def _built(source: Source, seed: int) -> Images:
    return source.build(seed)
