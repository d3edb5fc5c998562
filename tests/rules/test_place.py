"""Where an operation is, as people type it or copy it from a map."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clause.kernel.values import BadValue
from clause.markets.rules.place import point, read_place


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("50.6292, 3.0573", "50.6292, 3.0573"),
        ("50.62925,3.05731", "50.6293, 3.0573"),
        ("50,6292 ; 3,0573", "50.6292, 3.0573"),
        ("50,6292, 3,0573", "50.6292, 3.0573"),
        ("  -21.1151   55,5364 ", "-21.1151, 55.5364"),
        ("50 ; -1", "50.0000, -1.0000"),
    ],
)
def test_read(typed: str, kept: str) -> None:
    assert read_place(typed) == kept
    assert read_place(kept) == kept


@pytest.mark.parametrize(
    "typed", ["Lille", "50.6292", "50,6292", "91, 3", "3, 181", "50.6, 3.0, 12", "=1+1", "50.6N 3.0E"]
)
def test_refused_with_what_is_expected(typed: str) -> None:
    with pytest.raises(BadValue, match=r"50\.6292, 3\.0573"):
        read_place(typed)


def test_point() -> None:
    assert point("50.6292, -3.0573") == (Decimal("50.6292"), Decimal("-3.0573"))
    assert point("") is None
