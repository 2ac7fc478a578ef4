"""Names from people stay readable and become harmless."""

import unicodedata

import pytest

from engine.names import LONGEST, plain_name, plain_names

HOSTILE = [
    "<img src=x onerror=alert(1)>", "%{x}", r"$\frac{1}{2}$", "[a](javascript:alert(1))", "![a](//host/x.png)", "a|b|c",
    "`code`", "**bold**", ":red[x]", "&lt;", r"\input{x}", "}", "{", "x" * 1000, "a\u202eb\u2066c", "a\x00b\x1bc", "a\nb\tc",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_short_on_one_line_and_without_invisible_signs(name: str) -> None:
    shown = plain_name(name)
    assert shown and len(shown) <= LONGEST
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in shown)


def test_what_can_be_seen_stays() -> None:
    assert plain_name("  größe   (cm) ") == "größe (cm)"
    assert plain_name("年齢 שם 🙂") == "年齢 שם 🙂"
    assert plain_name("a\u202eb\u200bc") == "abc"
    assert plain_name("x" * 1000) == "x" * 47 + "…"


def test_names_become_different_where_they_are_not() -> None:
    assert plain_names(["a", "a\u200b", "", "x" * 99, "x" * 98, ""], "column") == (
        "a", "a (2)", "column 3", "x" * 47 + "…", "x" * 47 + "… (2)", "column 6",
    )  # fmt: skip
