"""What is told of a run that fails: a refusal speaks for itself, an error gets a number that is also in the log."""

import logging
import re

import pytest

from engine.data.table import DataUnavailable
from engine.failures import told
from engine.refusal import Refusal


@pytest.mark.parametrize("kind", [Refusal, DataUnavailable])
def test_a_refusal_is_told_as_it_is_and_leaves_no_traceback(kind: type[Refusal], caplog) -> None:  # type: ignore[no-untyped-def]
    with caplog.at_level(logging.DEBUG):
        assert told(kind("choose more samples"), "run 7") == "choose more samples"
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("INFO", None)]


@pytest.mark.parametrize("error", [RuntimeError("size mismatch"), ValueError("bad value"), KeyError()])
def test_an_error_is_told_with_its_number_in_the_log(error: Exception, caplog) -> None:  # type: ignore[no-untyped-def]
    with caplog.at_level(logging.DEBUG):
        try:
            raise error
        except Exception as caught:
            said = told(caught, "run 7")
    (record,) = caplog.records
    (number,) = re.findall(r"In the server's log: (\w{6})\.$", said)
    assert type(error).__name__ in said
    assert "Reset" in said
    assert record.getMessage() == f"error {number}: run 7 failed"
    assert record.exc_info is not None
    assert record.exc_info[1] is error
