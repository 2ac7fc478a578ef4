"""How the tables came to be.

A change of ``tables.py`` needs a file in ``versions/`` with ``revision``, ``down_revision`` and ``upgrade()``, and its
number as ``HEAD`` in ``upgrade.py``. Tests compare what the migrations make with what ``tables.py`` says.
"""
