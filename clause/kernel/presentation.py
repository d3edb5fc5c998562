"""What every template may use: French filters, the clock, the address with other parameters, security headers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, cast

from flask import Flask, Response, g, request, url_for
from markupsafe import Markup

from clause import __version__
from clause.kernel import clock, values

NOTHING = "—"
OF_URL_FOR = frozenset({"endpoint", "_anchor", "_external", "_method", "_scheme"})  # its own options, never a parameter


def init_app(app: Flask) -> None:
    for name, function in FILTERS.items():
        app.add_template_filter(cast(Any, function), name)
    # Globals, not a context processor: the macros of components/ are imported without context.
    app.jinja_env.globals.update(
        version=__version__, csp_nonce=csp_nonce, with_args=with_args, asked_arguments=asked_arguments
    )
    app.context_processor(_context)
    app.after_request(_headers)


def _context() -> dict[str, Any]:
    return {"today": clock.today()}


def csp_nonce() -> str:
    """The nonce of this response, for the rare script tag that a page needs."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def _headers(response: Response) -> Response:
    nonce = f"'nonce-{csp_nonce()}'"
    response.headers.setdefault(
        "Content-Security-Policy",
        f"default-src 'none'; script-src 'self' {nonce}; style-src 'self' {nonce}; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if not request.path.startswith("/static") and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def with_args(**changes: Any) -> str:
    """The address of this page with some query parameters changed (None removes one); keeps filters when sorting."""
    arguments = {**(request.view_args or {}), **asked_arguments(), **changes}
    return url_for(str(request.endpoint), **{k: v for k, v in arguments.items() if v is not None})


def asked_arguments() -> dict[str, Any]:
    """The query parameters, as ``url_for`` may take them: neither its own options nor the parts of the address itself."""
    taken = OF_URL_FOR | set(request.view_args or {})
    return {name: given for name, given in request.args.to_dict(flat=False).items() if name not in taken}


def hours(hundredths: int | None) -> str:
    return NOTHING if hundredths is None else values.format_hours(hundredths)


def hours_unit(hundredths: int | None) -> str:
    """``151,67 h``."""
    return NOTHING if hundredths is None else values.format_hours(hundredths) + values.NBSP + "h"


def days(hundredths: int | None) -> str:
    """Hours as working days of seven hours, for people who think in days: ``21,7 j``."""
    return NOTHING if hundredths is None else values.format_decimal(Decimal(hundredths) / 700, 1) + values.NBSP + "j"


def euros(cents: int | None) -> str:
    return NOTHING if cents is None else values.format_euros(cents)


def share(ten_thousandths: int | None) -> str:
    return NOTHING if ten_thousandths is None else values.format_share(ten_thousandths)


def number(value: int | Decimal | None) -> str:
    return NOTHING if value is None else values.format_decimal(value)


def day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = clock.day_of(value)
    return NOTHING if value is None else values.format_date(value)


def moment(value: datetime | None) -> str:
    """``21/11/2026 à 14 h 05``, Paris time."""
    return NOTHING if value is None else f"{clock.paris_time(value):%d/%m/%Y à %H h %M}"


def month(value: date | None) -> str:
    return NOTHING if value is None else values.format_month(value)


def of_month(value: date) -> str:
    """``d'avril 2026``, after « heures »."""
    return values.of_month(value)


def label(code: Any) -> str:
    return NOTHING if code is None else str(code.label)


def plural(count: int, one: str, many: str) -> Markup:
    """``1 marché``, ``3 marchés``, ``0 marché``: French counts zero as singular."""
    return Markup("{} {}").format(values.format_decimal(count), many if abs(count) > 1 else one)


def sentences(errors: Any) -> list[str]:
    """The sentences of a form's errors, however deep: a form in a form gives a mapping, a list of forms a list of them."""
    if isinstance(errors, str):
        return [errors]
    inner = errors.values() if isinstance(errors, Mapping) else errors
    return [sentence for each in inner for sentence in sentences(each)]


FILTERS = {
    "hours": hours, "hours_unit": hours_unit, "days": days, "euros": euros, "share": share, "number": number,
    "day": day, "moment": moment, "month": month, "label": label, "plural": plural,
    "sentences": sentences, "of_month": of_month,
}  # fmt: skip
