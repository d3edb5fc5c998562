"""What the digest of a company says of each month: one that was sent back is not told as one never sent."""

from __future__ import annotations

from datetime import date

from clause.hours.reporting.accounts import Account
from clause.hours.reporting.mails import line
from clause.hours.reporting.rules.steps import Item


def owed(*, begun: bool) -> Account:
    item = Item((1, 2, "hours", date(2026, 10, 1)), date(2026, 11, 14), (0,), begun=begun)
    return Account(
        item, "heures d'octobre 2026", 1, "PLIE", None, "Delattre", "TIL-01 (Gros œuvre)", "m", (date(2026, 10, 1),)
    )


def test_a_month_sent_back_is_told_as_to_be_corrected() -> None:
    today = date(2026, 11, 23)
    late = "en retard de 9 jours (attendu le 14/11/2026)"
    assert line(owed(begun=False), today) == f"- TIL-01 (Gros œuvre), heures d'octobre 2026 : {late}"
    assert line(owed(begun=True), today) == (
        f"- TIL-01 (Gros œuvre), heures d'octobre 2026 : renvoyées pour correction, {late}"
    )
