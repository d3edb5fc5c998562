"""Forms of this slice; the grid reads its own boxes (``grid.rows``)."""

from __future__ import annotations

from wtforms import HiddenField

from clause.kernel.forms import Form, hours_field, input_required, required, text_field


class CorrectionForm(Form):
    """New hours of a validated line, and why."""

    hours = hours_field(
        "Heures exactes", [input_required()], description="0 annule la ligne. Vous pouvez écrire 35,5 ou 35h30."
    )
    reason = text_field(
        "Motif de la correction", [required()], description="Il reste dans l'historique, visible de l'entreprise."
    )
    version = HiddenField()
