"""One thread per run, as on the server: set before torch is imported anywhere."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
