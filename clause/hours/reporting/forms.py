"""Forms of obligations, receipts and notices."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, TextAreaField
from wtforms.validators import Length, NumberRange

from clause.candidates.forms.fields import short_text
from clause.hours.reporting.actions.notices import NoticeData, Sending
from clause.hours.reporting.actions.obligations import ObligationData
from clause.hours.reporting.codes import Frequency, ReportSubject
from clause.kernel.forms import CodeField, Form, date_field, input_required, month_field, optional, required
from clause.kernel.values import read_count

FILE_HINT = "PDF, PNG ou JPEG, 10 Mo au plus."


def whole_field(label: str, low: int, high: int, message: str, **kw: object) -> IntegerField:
    return IntegerField(
        label, [input_required(message), NumberRange(low, high, message)], render_kw={"inputmode": "numeric"}, **kw
    )


class ObligationForm(Form):
    subject = CodeField("Ce qui est attendu", [required("Choisissez ce qui est attendu.")], code=ReportSubject)
    label = short_text("Intitulé", description="Pour un point de suivi, par exemple « Bilan semestriel de la clause ».")
    frequency = CodeField("Rythme", [required("Choisissez le rythme.")], code=Frequency)
    due_day = whole_field(
        "Jour limite du mois qui suit la période", 1, 31, "Indiquez un jour du mois, de 1 à 31.",
        description="« Avant le 15 » : écrivez 15.",
    )  # fmt: skip
    due_day_inclusive = BooleanField("Ce jour est encore dans les temps", description="Non coché : il faut l'avoir reçu la veille au plus tard.")  # fmt: skip
    from_month = month_field("Premier mois", [optional()], description="Vide : depuis le début du marché.")
    until_month = month_field("Dernier mois", [optional()], description="Vide : jusqu'à la fin du marché.")
    version = HiddenField(filters=[read_count])

    def values(self) -> ObligationData:
        return ObligationData(
            self.subject.data, self.frequency.data, self.due_day.data, bool(self.due_day_inclusive.data),
            self.label.data or "", self.from_month.data, self.until_month.data,
        )  # fmt: skip


class EndForm(Form):
    until_month = month_field("Dernier mois attendu", [input_required("Indiquez le dernier mois attendu.")])


class ReceiptForm(Form):
    """The view takes the day away from a company: it deposits today."""

    received_on = date_field("Reçu le", [input_required("Indiquez le jour de réception.")])
    comment = TextAreaField("Texte", [Length(max=5000, message="5 000 caractères au plus.")], render_kw={"rows": 6})
    file = FileField("Document", description=FILE_HINT)

    def said_something(self, has_file: bool) -> bool:
        """A text or a document, or the sentence that one of them is asked for."""
        if not has_file and not (self.comment.data or "").strip():
            self.refuse("comment", "Écrivez un texte ou joignez un document.")
            return False
        return True


class NoticeForm(Form):
    subject = short_text("Objet", [required("Indiquez l'objet.")], longest=200)
    answer_within_days = whole_field("Délai de réponse, en jours", 1, 120, "Indiquez un délai de 1 à 120 jours.")
    body = TextAreaField(
        "Texte", [required("Le texte est vide."), Length(max=20_000, message="20 000 caractères au plus.")],
        render_kw={"rows": 24}, description="Relisez et complétez : citez l'article du marché. Ne nommez pas de salarié.",
    )  # fmt: skip
    version = HiddenField(filters=[read_count])

    def values(self) -> NoticeData:
        body = (self.body.data or "").replace("\r\n", "\n").strip() + "\n"
        return NoticeData(self.subject.data, body, self.answer_within_days.data)


class SendingForm(Form):
    sent_on = date_field("Envoyée le", [input_required("Indiquez le jour de l'envoi.")])
    how = short_text("Comment", [required("Indiquez comment elle a été envoyée.")], description="Par exemple : lettre recommandée, n° 1A 234 567 8910 1.")  # fmt: skip
    file = FileField("Copie de ce qui a été envoyé", description=FILE_HINT)
    version = HiddenField(filters=[read_count])

    def values(self, file: Any) -> Sending:
        day: date = self.sent_on.data
        return Sending(day, self.how.data, file)
