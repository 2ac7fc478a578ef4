"""Files that scikit-learn fetches for us, once, into the data folder: each known by its checksum."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from engine.data.download import Download
from engine.refusal import Refusal
from engine.settings import data_folder


@dataclass(frozen=True)
class Remote:
    """One file on somebody's server, which never changes."""

    url: str
    sha256: str
    megabytes: float

    def path(self, what: str) -> Path:
        """Where it lies on this machine, fetched if it is not there yet.

        Raises Refusal, saying what was tried and what to do, where ``what`` can't be had, or not yet.
        """
        try:
            return _download(self.url).get(self._fetch)
        except TimeoutError as error:
            raise Refusal(
                f"{what}: the download of {self.megabytes:g} MB is still on its way. Choose it again in a minute, or take "
                "other pictures meanwhile."
            ) from error
        except Exception as error:
            raise Refusal(
                f"{what} could not be downloaded: {type(error).__name__} from {self.url}. Without access to the internet, put "
                f"that file into the folder 'pictures' of this server's data folder, or choose other pictures: those that are "
                "generated and the digits need no download."
            ) from error

    def _fetch(self) -> Path:
        from sklearn.datasets import fetch_file

        folder = data_folder() / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        return Path(fetch_file(self.url, folder=folder, sha256=self.sha256, n_retries=0))


@cache
def _download(url: str) -> Download:
    """One for each file: whoever asks while it is on its way waits for the same."""
    return Download()
