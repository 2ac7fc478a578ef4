"""Running what was exported: in a namespace of its own, as if it were the only program there is."""

import contextlib
import io
from typing import Any


def ran(text: str, name: str = "script.py") -> dict[str, Any]:
    """The names of a script after it ran; what it printed is under ``printed``."""
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(text, name, "exec"), names)
    return names | {"printed": said.getvalue()}
