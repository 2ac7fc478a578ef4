"""What the labs' pages share."""

from ui.lab import WORD_JOINER, table


def test_a_number_with_a_power_of_ten_keeps_to_one_line_of_its_cell() -> None:
    last = table(("Rate", "Loss"), [("SGD, step-wise", "6.1e-07")]).splitlines()[-1]
    assert last.endswith(rf"6\.1e\-{WORD_JOINER}07 |")
    assert last.count(WORD_JOINER) == 1, "words may break"
