"""What the tests of pages type and read."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import openpyxl
from flask import Flask
from sqlalchemy import func, select

from clause.kernel.db import db

MARKET = {
    "reference": "M-77", "title": "Lot peinture", "clause_kind": "execution_condition", "starts_on": "01/03/2026",
    "ends_on": "28/02/2027", "company_kind": "company", "amount_cents": "1 000 000",
}  # fmt: skip
OPERATION = {"reference": "OP-77", "title": "Gymnase", "programme": "none"}
FORMULA = {
    "amount": "1 000 000", "labour_share": "50", "insertion_rate": "5 %", "hourly_cost": "30", "labour_basis": "price",
}  # fmt: skip


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(model.id))) or 0


def text(response: Any) -> str:
    words = re.sub(r"\s+", " ", response.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " "))
    return words.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("&#39;", "'")


def cells(response: Any) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(BytesIO(response.data)).active
    return list(sheet.iter_rows(values_only=True))
