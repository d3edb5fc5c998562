"""What is asked when a view is kept."""

from __future__ import annotations

from wtforms import BooleanField, StringField
from wtforms.validators import Length

from clause.consolidations.explorer.saved import NO_NAME
from clause.kernel.forms import Form, required

MOST_NAME = 80


class ViewForm(Form):
    name = StringField(
        "Nom de la vue", [required(NO_NAME), Length(max=MOST_NAME, message=f"Le nom dépasse {MOST_NAME} caractères. Raccourcissez-le.")]
    )  # fmt: skip
    shared = BooleanField("Partager avec mon équipe")
