"""What is asked when publishing."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from clause.consolidations.publishing.actions import MOST_COMMENT, Wish
from clause.kernel.forms import Form, date_field, required
from clause.kernel.values import read_count


class PublishForm(Form):
    """``number`` is the one that the page announced: the same page sent twice publishes once."""

    as_of: Any = date_field("Date d'arrêt", [required("Indiquez la date d'arrêt, par exemple 31/01/2027.")])
    comment = TextAreaField(
        "Commentaire", [Length(max=MOST_COMMENT, message=f"Le commentaire dépasse {MOST_COMMENT} caractères. Raccourcissez-le.")],
        filters=[lambda text: (text or "").strip()],
    )  # fmt: skip
    number = HiddenField()

    def wish(self) -> Wish:
        return Wish(self.as_of.data, self.comment.data or "", read_count(self.number.data))
