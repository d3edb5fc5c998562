"""Forms of accounts. Passwords are never put back on the page."""

from __future__ import annotations

from wtforms import PasswordField

from clause.kernel.forms import Form, input_required, required, text_field


class SignInForm(Form):
    email = text_field(
        "Adresse e-mail",
        [required("Indiquez votre adresse e-mail.")],
        render_kw={"type": "email", "autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        "Mot de passe",
        [input_required("Indiquez votre mot de passe.")],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
