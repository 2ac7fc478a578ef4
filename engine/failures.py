"""What a visitor is told of a run that can't go on, and what the log keeps of it."""

import logging
import secrets

from engine.refusal import Refusal

log = logging.getLogger(__name__)


def told(error: Exception, what: str, cure: str = "Reset begins it anew.") -> str:
    """The text for the one visitor whom ``error`` concerns; ``what`` names the work in the log, ``cure`` what can be done.

    A refusal speaks for itself. Any other error is this program's own: its traceback goes to the log under a short
    number, and the visitor gets the number.
    """
    if isinstance(error, Refusal):
        log.info("%s was refused: %s", what, error)
        return str(error)
    number = secrets.token_hex(3)
    log.error("error %s: %s failed", number, what, exc_info=error)
    kind = type(error).__name__
    said = f"{kind}: {error}" if str(error) else kind
    return f"This run stopped with an error of the program ({said}). {cure} In the server's log: {number}."
