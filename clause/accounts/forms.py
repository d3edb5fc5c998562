"""Forms of accounts. Passwords are never put back on the page."""

from __future__ import annotations

from wtforms import PasswordField
from wtforms.validators import EqualTo

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


def new_password_fields() -> tuple[PasswordField, PasswordField]:
    """A new password, and the same again."""
    return (
        PasswordField(
            "Nouveau mot de passe",
            [input_required("Choisissez un mot de passe.")],
            description="12 caractères au moins. Quelques mots sans rapport entre eux font un bon mot de passe.",
            render_kw={"autocomplete": "new-password", "maxlength": 200},
        ),
        PasswordField(
            "Le même mot de passe, encore une fois",
            [EqualTo("password", "Les deux mots de passe ne sont pas les mêmes.")],
            render_kw={"autocomplete": "new-password", "maxlength": 200, "required": True},
        ),
    )


class NewPasswordForm(Form):
    password, again = new_password_fields()


class ChangePasswordForm(Form):
    current = PasswordField(
        "Mot de passe actuel",
        [input_required("Indiquez votre mot de passe actuel.")],
        render_kw={"autocomplete": "current-password", "maxlength": 200},
    )
    password, again = new_password_fields()


class ForgottenForm(Form):
    email = text_field(
        "Adresse e-mail",
        [required("Indiquez votre adresse e-mail.")],
        render_kw={"type": "email", "autocomplete": "username", "maxlength": 254},
    )
