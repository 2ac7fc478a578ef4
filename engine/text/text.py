"""``Text``: what networks read here, whoever wrote it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, eq=False)
class Text:
    """A text in its pieces. Two texts are the same only if they are one object; ``digest`` tells of their content."""

    name: str
    lines: tuple[str, ...]
    """What belongs together: a sentence, a review, a name, a paragraph. No window of words reaches beyond one."""
    joint: str = "\n"
    """What stands between two pieces in the whole text."""
    classes: tuple[str, ...] = ()
    """Names of the classes, where each piece has one."""
    labels: tuple[int, ...] | None = None
    """The class of each piece, by its place in ``classes``."""
    groups: tuple[int, ...] | None = None
    """Pieces that tell of the same with other words: a split must not part them, or a test piece has its twin in training."""

    @cached_property
    def whole(self) -> str:
        """The text as it stands."""
        return self.joint.join(self.lines)

    @cached_property
    def digest(self) -> str:
        """16 hexadecimal digits of its content: what links know of a visitor's own text."""
        return hashlib.blake2b(self.whole.encode(), digest_size=8).hexdigest()

    @cached_property
    def nbytes(self) -> int:
        """Memory it takes, about: its pieces, and the whole beside them."""
        return sum(2 * len(line.encode()) + 60 for line in self.lines)
