"""A company's record over years, and the certificate of a year: page, workbook, JSON and PDF."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request, url_for

from clause.access import Permission, Role
from clause.consolidations import queries
from clause.consolidations.as_json import as_json
from clause.consolidations.attachments import attachment
from clause.consolidations.companies.certificate import Attested, certificate, read_year
from clause.consolidations.companies.record import record
from clause.consolidations.companies.visibility import companies_of, visible_pair
from clause.consolidations.documents.certificate_pdf import as_pdf, sentence
from clause.consolidations.perimeter import of_structure
from clause.consolidations.publishing.files import JSON
from clause.consolidations.workbook import as_workbook
from clause.guard import requires, viewer
from clause.kernel import clock
from clause.kernel.listing import Page, page_number, page_of
from clause.kernel.pdf import PDF
from clause.kernel.spreadsheet import XLSX
from clause.kernel.unit import current_session
from clause.kernel.values import read_count
from clause.organisations.models import Company, Structure

FIRST_YEAR = 1990
bp = Blueprint("certificates", __name__, url_prefix="/attestations")


@bp.get("/")
@requires(Permission.SEE_CERTIFICATES)
def index() -> str:
    """A company: its own record. A structure: the companies of its markets in a year."""
    return _own_record() if viewer().role is Role.COMPANY else _companies()


def _own_record() -> str:
    session = current_session()
    company = session.get_one(Company, viewer().company_id)
    table, attestable = record(session, company, clock.today())
    return render_template("consolidations/companies/record.html", company=company, table=table, attestable=attestable)


def _companies() -> str:
    session, words = current_session(), request.args.get("q", "").strip()[:100]
    structure = session.get_one(Structure, viewer().structure_id)
    years = queries.years(session, of_structure(structure), clock.today())
    asked = read_count(request.args.get("annee"))
    year = asked if asked in years else years[0]
    number = page_number()
    rows, total = page_of(session, companies_of(session, viewer(), year, words), number)
    page = Page(rows, total, number, filters=[f"entreprises : « {words} »"] if words else [])
    return render_template("consolidations/companies/index.html", page=page, year=year, years=years, words=words, structure=structure)  # fmt: skip


@bp.get("/<structure_id>/<company_id>/<int:year>")
@requires(Permission.SEE_CERTIFICATES)
def detail(structure_id: str, company_id: str, year: int) -> str:
    of = _attested(structure_id, company_id, year)

    def file_url(extension: str) -> str:
        address = {"structure_id": structure_id, "company_id": company_id, "year": year}
        return url_for("certificates.file", extension=extension, **address)  # type: ignore[arg-type]  # parts of an address are texts

    return render_template("consolidations/companies/certificate.html", report=certificate(of), of=of, said=sentence(of), file_url=file_url)  # fmt: skip


@bp.get("/<structure_id>/<company_id>/<int:year>/attestation.<any(pdf, xlsx, json):extension>")
@requires(Permission.SEE_CERTIFICATES)
def file(structure_id: str, company_id: str, year: int, extension: str) -> Response:
    of = _attested(structure_id, company_id, year)
    report, name = certificate(of), f"attestation-{of.company.siren}-{year}"
    content, media_type = {
        "pdf": lambda: (as_pdf(of, report), PDF), "xlsx": lambda: (as_workbook(report), XLSX), "json": lambda: (as_json(report), JSON),
    }[extension]()  # fmt: skip
    return attachment(content, media_type, name, report.as_of, extension)


def _attested(structure_id: str, company_id: str, year: int) -> Attested:
    if not FIRST_YEAR <= year <= clock.today().year:
        abort(404)
    found = visible_pair(current_session(), viewer(), structure_id, company_id) or abort(404)
    of = read_year(current_session(), found[1], found[0], year, clock.today())
    return of if of.lines else abort(404)
