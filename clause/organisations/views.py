"""Authorities, companies and prescribers: lists, pages, exports. Their forms are in ``edit_views``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug.wrappers import Response as AnyResponse

from clause.access import Permission
from clause.accounts.rules.granting import may_grant
from clause.guard import requires, viewer
from clause.kernel import audit, listing
from clause.kernel.codes import Code
from clause.kernel.spreadsheet import XLSX, Column, Kind, write_list
from clause.kernel.unit import current_session
from clause.organisations import edit_views, queries, related
from clause.organisations.blueprint import bp
from clause.organisations.codes import BuyerType, EmployerType, PrescriberKind
from clause.organisations.history import shared_history
from clause.organisations.models import Company, ContractingAuthority, PrescriberOrganisation
from clause.organisations.queries import ALL_SIAE, Filters
from clause.organisations.reach import sees_accounts, works_with
from clause.organisations.roles import account_grant

__all__ = ["bp", "edit_views"]
EXPORT_LIMIT = 20_000


@dataclass(frozen=True)
class ListPage:
    """What a list of organisations needs: its page of rows, and the choices of its filter."""

    page: listing.Page[Any]
    filters: Filters
    kinds: list[tuple[str, str]]


def _list(statement: Select[Any], filters: Filters, code: type[Code], sorts: dict[str, Any], tie: Any) -> ListPage:
    sort = listing.asked_sort(sorts, "nom")
    ordered = listing.sorted_by(statement, sorts, sort, tie)
    number = listing.page_number()
    rows, total = listing.page_of(current_session(), ordered, number)
    page = listing.Page(rows, total, number, sort=sort, filters=filters.said(code))
    return ListPage(page, filters, code.choices())


def _filters() -> Filters:
    return Filters(words=request.args.get("q", "").strip()[:100], kind=request.args.get("type", ""))


@bp.get("/")
@requires(Permission.SEE_ORGANISATIONS)
def index() -> AnyResponse:
    return redirect(url_for("organisations.companies"))


# Companies


@bp.get("/entreprises")
@requires(Permission.SEE_ORGANISATIONS)
def companies() -> str:
    filters = _filters()
    shown = _list(queries.companies(viewer(), filters), filters, EmployerType, queries.COMPANY_SORTS, Company.id)
    kinds = [(ALL_SIAE, "Toutes les SIAE (EI, ACI, AI, ETTI)"), *shown.kinds]
    return render_template("organisations/companies.html", page=shown.page, filters=filters, kinds=kinds)


@bp.get("/entreprises.xlsx")
@requires(Permission.SEE_ORGANISATIONS)
def companies_export() -> Response:
    filters = _filters()
    statement = listing.sorted_by(queries.companies(viewer(), filters), queries.COMPANY_SORTS, "nom", Company.id)
    columns = [Column("Entreprise"), Column("SIREN"), Column("Établissement"), Column("SIRET"), Column("Type"), Column("Commune"), Column("Code NAF"), Column("Effectif", Kind.INTEGER)]  # fmt: skip
    rows = [
        [c.name, c.siren, e.name, e.siret, e.kind.label, e.commune, e.naf, e.workforce]
        for c in current_session().scalars(statement.limit(EXPORT_LIMIT))
        for e in c.establishments
    ]
    return _workbook("Entreprises", filters.said(EmployerType), columns, rows, "entreprises.xlsx")


@bp.get("/entreprises/<public_id>")
@requires(Permission.SEE_ORGANISATIONS)
def company(public_id: str) -> str:
    session = current_session()
    row = queries.company(session, viewer(), public_id) or abort(404)
    events = shared_history(session, viewer(), [row])
    events += shared_history(session, viewer(), row.establishments)
    events.sort(key=lambda e: e.at, reverse=True)
    return render_template("organisations/company.html", company=row, events=events, **_shared_parts(row))


# Authorities


@bp.get("/maitres-d-ouvrage")
@requires(Permission.SEE_ORGANISATIONS)
def authorities() -> str:
    filters = _filters()
    statement = queries.authorities(viewer(), filters)
    shown = _list(statement, filters, BuyerType, queries.AUTHORITY_SORTS, ContractingAuthority.id)
    return render_template("organisations/authorities.html", page=shown.page, filters=filters, kinds=shown.kinds)


@bp.get("/maitres-d-ouvrage.xlsx")
@requires(Permission.SEE_ORGANISATIONS)
def authorities_export() -> Response:
    filters = _filters()
    statement = queries.authorities(viewer(), filters)
    ordered = listing.sorted_by(statement, queries.AUTHORITY_SORTS, "nom", ContractingAuthority.id)
    columns = [Column("Maître d'ouvrage"), Column("SIREN"), Column("Type"), Column("Commune")]
    rows = [[a.name, a.siren, a.kind.label, a.commune] for a in current_session().scalars(ordered.limit(EXPORT_LIMIT))]
    return _workbook("Maîtres d'ouvrage", filters.said(BuyerType), columns, rows, "maitres-d-ouvrage.xlsx")


@bp.get("/maitres-d-ouvrage/<public_id>")
@requires(Permission.SEE_ORGANISATIONS)
def authority(public_id: str) -> str:
    session = current_session()
    row = queries.authority(session, viewer(), public_id) or abort(404)
    events = shared_history(session, viewer(), [row])
    return render_template("organisations/authority.html", authority=row, events=events, **_shared_parts(row))


def _shared_parts(row: Company | ContractingAuthority) -> dict[str, Any]:
    """What the pages of companies and authorities have in common: related lists, and accounts where they are seen."""
    session = current_session()
    structures = works_with(session, row)
    seen = sees_accounts(viewer(), structures)
    role, of = account_grant(row)
    return {
        "sections": related.sections(session, viewer(), row),
        "accounts": queries.accounts_of(session, row) if seen else None,
        "denial": may_grant(viewer(), role, of, structures),
    }


# Prescribers


@bp.get("/prescripteurs")
@requires(Permission.SEE_ORGANISATIONS)
def prescribers() -> str:
    filters = _filters()
    statement = queries.prescribers(viewer(), filters)
    shown = _list(statement, filters, PrescriberKind, queries.PRESCRIBER_SORTS, PrescriberOrganisation.id)
    return render_template("organisations/prescribers.html", page=shown.page, filters=filters, kinds=shown.kinds)


@bp.get("/prescripteurs/<public_id>")
@requires(Permission.SEE_ORGANISATIONS)
def prescriber(public_id: str) -> str:
    session = current_session()
    row = queries.prescriber(session, viewer(), public_id) or abort(404)
    role, of = account_grant(row)
    return render_template(
        "organisations/prescriber.html", prescriber=row, accounts=queries.accounts_of(session, row),
        denial=may_grant(viewer(), role, of, frozenset()), events=audit.history(session, row),
    )  # fmt: skip


def _workbook(title: str, said: list[str], columns: list[Column], rows: list[list[Any]], name: str) -> Response:
    content = write_list(title, "Filtres : " + " ; ".join(said) if said else "", columns, rows)
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
