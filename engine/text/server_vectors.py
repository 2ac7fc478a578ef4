"""The vectors of the file that the server's owner has named: read once, its first lines, as many as there is memory for."""

import threading

from engine.data.own.decode import MEGABYTE
from engine.data.own.refusal import Refused
from engine.settings import settings, vectors_file
from engine.text.vectors import Vectors, read

HOW = (
    "This server has no file of vectors. Its owner can name one: GP_VECTORS_FILE=/path/to/glove.6B.50d.txt in the server's "
    "environment (GloVe's files are at nlp.stanford.edu/projects/glove)."
)
_LOCK = threading.Lock()
_read: dict[str, Vectors] = {}


def server_vectors() -> Vectors:
    """The server's vectors. Raises Refused where there are none, or they can't be read; never with the file's whole path."""
    path = vectors_file()
    if path is None:
        raise Refused(HOW)
    with _LOCK:
        if str(path) not in _read:
            try:
                with path.open("rb") as file:
                    _read[str(path)] = read(file, path.name, settings().vectors_mb * MEGABYTE)
            except OSError as error:
                raise Refused(f"The server's file of vectors, {path.name}, can't be read: {error.strerror}.") from None
        return _read[str(path)]
