"""Quality review, publishing, and what was published: pages and files."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for

from clause.access import Permission
from clause.consolidations.publishing import jobs, queries
from clause.consolidations.publishing.actions import last_number, publish
from clause.consolidations.publishing.asked import (
    found_publication,
    operation_subject,
    publish_url,
    quality_url,
    report_url,
    year_subject,
)
from clause.consolidations.publishing.forms import PublishForm
from clause.consolidations.publishing.quality.checks import BY_KEY, FORMULA, Gravity
from clause.consolidations.publishing.quality.review import Review, faults, review
from clause.consolidations.publishing.subjects import Subject, of_publication
from clause.guard import requires, viewer
from clause.kernel import audit, clock
from clause.kernel.jobs import JobState
from clause.kernel.listing import PER_PAGE, Page, page_number, page_of
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up

bp = Blueprint("publishing", __name__, url_prefix="/bilans")


# The review


@bp.get("/<int:year>/qualite")
@requires(Permission.SEE_CONSOLIDATIONS)
def year_quality(year: int) -> str:
    return _quality(year_subject(year))


@bp.get("/operations/<public_id>/qualite")
@requires(Permission.SEE_CONSOLIDATIONS)
def operation_quality(public_id: str) -> str:
    return _quality(operation_subject(public_id))


@bp.get("/<int:year>/qualite/<check>")
@requires(Permission.SEE_CONSOLIDATIONS)
def year_check(year: int, check: str) -> str:
    return _check(year_subject(year), check)


@bp.get("/operations/<public_id>/qualite/<check>")
@requires(Permission.SEE_CONSOLIDATIONS)
def operation_check(public_id: str, check: str) -> str:
    return _check(operation_subject(public_id), check)


def _reviewed(subject: Subject) -> Review:
    today = clock.today()
    return review(current_session(), viewer(), subject.perimeter, *subject.period(today), today)


def _quality(subject: Subject) -> str:
    return render_template("consolidations/publishing/quality.html", checked=_reviewed(subject), **_common(subject))


def _check(subject: Subject, key: str) -> str:
    check, number, today = BY_KEY.get(key) or abort(404), page_number(), clock.today()
    rows, total = faults(
        current_session(), viewer(), subject.perimeter, *subject.period(today), today, check, number, PER_PAGE
    )
    page = Page(rows, total, number)
    return render_template("consolidations/publishing/check.html", check=check, page=page, **_common(subject))


def _common(subject: Subject) -> dict[str, Any]:
    return {
        "subject": subject, "gravities": list(Gravity), "formula": FORMULA, "report_url": report_url(subject),
        "publish_url": publish_url(subject), "quality_url": lambda check=None: quality_url(subject, check),
    }  # fmt: skip


# Publishing


@bp.route("/<int:year>/publier", methods=["GET", "POST"])
@requires(Permission.PUBLISH_CONSOLIDATION)
def publish_year(year: int) -> Any:
    return _publish(year_subject(year))


@bp.route("/operations/<public_id>/publier", methods=["GET", "POST"])
@requires(Permission.PUBLISH_CONSOLIDATION)
def publish_operation(public_id: str) -> Any:
    return _publish(operation_subject(public_id))


def _publish(subject: Subject) -> Any:
    form, number = PublishForm(), last_number(current_session(), subject) + 1
    if form.validate_on_submit():
        try:
            return _do(subject, form)
        except Refused as refusal:
            give_up()
            form.refuse(refusal.field, refusal.sentence)
    elif not form.is_submitted():
        form.as_of.data, form.number.data = clock.today(), str(number)
    page = render_template(
        "consolidations/publishing/publish.html", form=form, form_has_errors=bool(form.errors), number=number,
        checked=_reviewed(subject), **_common(subject),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _do(subject: Subject, form: PublishForm) -> Any:
    if jobs.is_long(current_session(), subject):
        job = jobs.ask(current_session(), viewer(), subject, form.wish())
        return redirect(url_for("publishing.job", public_id=job.public_id))
    made = publish(current_session(), viewer(), subject, form.wish())
    said = "est publiée" if made.is_new else "était déjà publiée : rien n'a été publié une seconde fois"
    flash(f"La publication n° {made.publication.number} {said}.")
    return redirect(url_for("publishing.detail", public_id=made.publication.public_id))


@bp.get("/publications/travaux/<public_id>")
@requires(Permission.PUBLISH_CONSOLIDATION)
def job(public_id: str) -> Any:
    """A publication that the worker makes; then the publication itself."""
    found = jobs.find(current_session(), viewer(), public_id) or abort(404)
    if found.report:
        return redirect(url_for("publishing.detail", public_id=found.report["publication"]))
    under_way = found.state in (JobState.WAITING, JobState.RUNNING)
    return render_template("consolidations/publishing/job.html", job=found, under_way=under_way)


@bp.get("/publications/travaux/<public_id>/avancement")
@requires(Permission.PUBLISH_CONSOLIDATION)
def advance(public_id: str) -> dict[str, Any]:
    """For the module of the page."""
    found = jobs.find(current_session(), viewer(), public_id) or abort(404)
    return {"over": found.state in (JobState.DONE, JobState.FAILED), "label": "", "done": 0, "total": 0, "percent": 50}


# What was published


@bp.get("/publications/")
@requires(Permission.SEE_CONSOLIDATIONS)
def index() -> str:
    session, number = current_session(), page_number()
    rows, total = page_of(session, queries.publications(viewer()), number)
    files = queries.files_of(session, viewer(), [row.id for row in rows])
    return render_template(
        "consolidations/publishing/index.html", page=Page(rows, total, number), files=files, inside=viewer().in_structure
    )  # fmt: skip


@bp.get("/publications/<public_id>")
@requires(Permission.SEE_CONSOLIDATIONS)
def detail(public_id: str) -> str:
    session, found, inside = current_session(), found_publication(public_id), viewer().in_structure
    subject = of_publication(session, found)
    return render_template(
        "consolidations/publishing/detail.html", publication=found, subject=subject, report_url=report_url(subject),
        files=queries.files_of(session, viewer(), [found.id]).get(found.id, []), inside=inside,
        events=audit.history(session, found) if inside else (),
    )  # fmt: skip


@bp.get("/publications/<public_id>/fichiers/<file_id>")
@requires(Permission.SEE_CONSOLIDATIONS)
def file(public_id: str, file_id: str) -> Response:
    """The bytes of the day of the publication."""
    found = queries.file(current_session(), viewer(), public_id, file_id) or abort(404)
    response = Response(found.content, mimetype=found.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response
