"""A small table to try an upload with: the app's own house prices, as a spreadsheet would save them."""

import csv
import io

from engine.data.tables import HousePrices

ROWS = 200


def example_csv() -> bytes:
    """House prices with the pool as a word: numbers, a column of categories and a target."""
    table = HousePrices(samples=ROWS).draw(0)
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow([*table.columns, table.target])
    for (bedrooms, age, distance, pool), price in zip(table.x.tolist(), table.y.tolist(), strict=True):
        rows.writerow([f"{bedrooms:.0f}", f"{age:.1f}", f"{distance:.2f}", "yes" if pool else "no", f"{price:.1f}"])
    return text.getvalue().encode()
