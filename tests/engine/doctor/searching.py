"""A search for a cure, waited for."""

import time

from engine.doctor.cures import CureSearch


def ended(search: CureSearch, seconds: float = 150.0) -> CureSearch:
    end = time.monotonic() + seconds
    while not search.is_over:
        assert time.monotonic() < end, "the search does not end"
        search.poll()
        time.sleep(0.005)
    return search
