"""The table to try an upload with is a good one."""

from engine.data.own.example import example_csv
from engine.data.own.proposal import Proposal, propose
from engine.data.own.sheet import read


def test_the_example_is_read_with_a_number_to_predict_and_a_category() -> None:
    sheet = read(example_csv(), "house-prices.csv")
    assert sheet.rows == 200
    assert [column.kind for column in sheet.columns] == ["numeric", "numeric", "numeric", "categorical", "numeric"]
    assert propose(sheet) == Proposal(4, "regression", (0, 1, 2, 3))
