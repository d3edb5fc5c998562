"""Completing what was unknown of a person on the day of their entry: the mend of most « inconnu » of a consolidation."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from wtforms import BooleanField, SelectField

from clause.access import Permission
from clause.accounts.reading import log_read
from clause.candidates.actions.entry import Known, complete_entry, missing, publics
from clause.candidates.codes import EducationLevel, PublicKind, Sex
from clause.candidates.models import ClauseEntry, Participant
from clause.candidates.visibility import visible_participants
from clause.consolidations.publishing.views import bp
from clause.guard import requires, viewer
from clause.kernel.forms import CodeField, Form, select_choices
from clause.kernel.refusals import Refused
from clause.kernel.unit import current_session, give_up

LEVELS = [level for level in EducationLevel if level is not EducationLevel.UNKNOWN]
UNCHANGED = "Toujours inconnu"


class EntryForm(Form):
    """Each field is there where the entry lacks it."""

    level: Any = CodeField("Niveau de formation", code=EducationLevel, empty=UNCHANGED, only=LEVELS)
    public: Any = CodeField("Public principal", code=PublicKind, empty=UNCHANGED)
    in_qpv = SelectField(
        "Habitait un quartier prioritaire", choices=select_choices([("", UNCHANGED), ("1", "Oui"), ("0", "Non")])
    )
    sex: Any = CodeField("Sexe", code=Sex, empty=UNCHANGED, only=[Sex.F, Sex.M])
    age = BooleanField("Recalculer l'âge à l'entrée d'après la date de naissance de la fiche")

    def keep(self, names: set[str]) -> None:
        for name in ("level", "public", "in_qpv", "sex", "age"):
            if name not in names:
                del self[name]

    def known(self) -> Known:
        told = {name: self[name].data for name in ("level", "public", "sex") if name in self}
        qpv = self.in_qpv.data if "in_qpv" in self else ""
        return Known(**told, in_qpv=None if not qpv else qpv == "1", age="age" in self and bool(self.age.data))


@bp.route("/entrees/<public_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PARTICIPANTS)
def entry(public_id: str) -> Any:
    """What the entry of a person lacks; 404 outside one's own people."""
    session = current_session()
    person = session.scalars(visible_participants(viewer()).where(Participant.public_id == public_id)).one_or_none()
    found = session.scalars(select(ClauseEntry).where(ClauseEntry.participant_id == person.id)).one_or_none() if person else None  # fmt: skip
    if person is None or found is None:
        abort(404)
    form, recognised = EntryForm(), publics(session, person.id)
    lacks = missing(found)
    form.keep(lacks)
    if "public" in form:
        form.public.choices = select_choices([("", UNCHANGED), *((kind.value, kind.label) for kind in recognised)])
    if lacks and form.validate_on_submit():
        try:
            complete_entry(session, viewer(), person.id, form.known())
        except Refused as refusal:
            give_up()
            form.refuse(refusal.field, refusal.sentence)
        else:
            flash("L'entrée est complétée. Les bilans la lisent dès maintenant.")
            return redirect(url_for("participants.detail", public_id=public_id))
    log_read(viewer(), person)
    page = render_template(
        "consolidations/publishing/entry.html", form=form, form_has_errors=bool(form.errors), person=person, entry=found,
        lacks=lacks, recognised=recognised,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200
