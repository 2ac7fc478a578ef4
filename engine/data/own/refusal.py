"""``Refused``: why a file can't be used, where in it that is, and what to do."""

from engine.refusal import Refusal


class Refused(Refusal):
    """The file, or what was chosen of it, can't be used. The message is for the person who sent it."""


def at(line: int, column: str = "") -> str:
    """``Line 7, column 'age'``: lines are counted as a text editor does, from 1."""
    return f"Line {line:,}, column '{column}'" if column else f"Line {line:,}"
