"""A run as a Jupyter notebook: the script's parts as cells, and a curve of the loss."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from engine.export.bundle import Section
from engine.export.record import Record
from engine.export.script import body, header, import_block, sections_of, tidy
from engine.export.source import External

CURVE = """try:
    import matplotlib.pyplot as plt
except ImportError:
    print("To see the curve: pip install matplotlib")
else:
    plt.plot(range(1, len(losses) + 1), losses)
    plt.xlabel("step")
    plt.ylabel("loss of the batch")
    plt.show()"""


def notebook(record: Record, address: str = "") -> str:
    """The notebook's text (nbformat 4.5). Raises DataUnavailable where the data can't be had."""
    made = sections_of(record, record.begun.data.draw(record.begun.seed), plotted=True)
    return notebook_of(header(record, address), *made)


def notebook_of(head: str, sections: Sequence[Section], imports: Iterable[External]) -> str:
    """A notebook of a script's parts, which keep ``losses``."""
    title, *said = head.strip().split("\n")
    cells = [_said("\n".join([f"# {title.rstrip('.')}", *said])), _code(import_block(imports))]
    for number, section in enumerate(sections, start=1):
        if section is sections[-1]:
            cells += [_said("## The loss, step by step\n\nDrawn by matplotlib, where it is installed."), _code(CURVE)]
        cells += [_said(f"## {number}. {section.title}\n\n{section.text}"), _code(tidy(body(section)))]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    tree = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "cells": cells,
    }
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


def _said(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": text.strip("\n"), "execution_count": None, "outputs": []}
