"""The application, read top to bottom."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template, request
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from clause import config, guard, models, site
from clause.accounts import sessions
from clause.config import Settings
from clause.kernel import clock, db, logs, presentation, storage, unit
from clause.kernel.refusals import Refused
from clause.kernel.requests import ClauseRequest

csrf = CSRFProtect()
bootstrap = Bootstrap5()


class ClauseApp(Flask):
    """Flask, with the commit of the request inside its dispatch, so that a refused commit is an error like another."""

    request_class = ClauseRequest

    def dispatch_request(self) -> Any:
        response = self.make_response(super().dispatch_request())
        unit.close_request(response)
        return response

    def log_exception(self, exc_info: Any) -> None:
        """Instead of Flask's own, which writes the message of the error: it may quote what somebody typed."""
        error = exc_info[1]
        if error is not None:
            logs.failure("error", error, route=request.url_rule.rule if request.url_rule else None)


def create_app(settings: Settings | None = None) -> Flask:
    """The site. Raises SettingsError or UndeclaredRoute rather than start unsafe."""
    settings = settings or config.from_environment()
    app = ClauseApp("clause", template_folder="../templates", static_folder="static")
    configure(app, settings)
    assert models.metadata is db.db.metadata
    db.init_app(app, settings.url)
    storage.use(settings)
    logs.init_app(app)
    csrf.init_app(app)
    bootstrap.init_app(app)
    presentation.init_app(app)
    app.before_request(unit.open_request)
    sessions.init_app(app)
    guard.init_app(app)
    site.init_app(app)
    _errors(app)
    guard.refuse_undeclared(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """What Flask and its extensions read of the settings."""
    clock.move_to(settings.fixed_now)
    app.config.update(
        CLAUSE=settings,
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        SESSION_COOKIE_NAME="clause",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,  # a form left open over lunch is still accepted; the session bounds it
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask documents it
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of its default provider


ERRORS = {
    400: ("Demande incomprise", "Le formulaire envoyé n'a pas pu être lu. Revenez à la page précédente et réessayez."),
    403: ("Accès réservé", "Votre compte ne permet pas cette action. Adressez-vous à la coordination de votre structure."),
    404: ("Page introuvable", "Cette adresse n'existe pas, ou elle ne fait pas partie de ce que vous pouvez consulter."),
    405: ("Action impossible", "Cette adresse n'accepte pas cette action."),
    422: ("Saisie refusée", "Une des valeurs saisies est trop longue ou trop grande. Revenez à la page précédente, corrigez-la et recommencez."),
    409: ("Modifié entre-temps", "Quelqu'un a modifié cette fiche pendant que vous la remplissiez. Rouvrez-la pour voir les changements."),
    413: ("Fichier trop lourd", "Le fichier dépasse 16 Mo. Réduisez-le ou découpez-le, puis recommencez."),
    429: ("Trop d'essais", "Trop d'essais en peu de temps. Attendez quelques minutes avant de recommencer."),
    500: ("Erreur de notre côté", "L'action n'a pas été enregistrée. Réessayez ; si cela se répète, prévenez l'administration de la plateforme."),
}  # fmt: skip


BY_LINK = (
    "Le lien que vous avez reçu sert à déclarer les heures, et rien d'autre. "
    "Pour ouvrir cette page, connectez-vous avec un compte de votre entreprise."
)
TWICE = (
    "La même saisie vient d'être enregistrée, sans doute par un double clic. "
    "Elle n'a été gardée qu'une fois : ouvrez la liste pour la retrouver."
)


def _errors(app: Flask) -> None:
    def page(code: int, detail: str = "") -> tuple[str, int]:
        unit.give_up()
        title, text = ERRORS.get(code, ERRORS[500])
        return render_template("layout/error.html", title=title, text=detail or text, code=code), code

    def http_error(error: HTTPException) -> Any:
        if isinstance(error.response, Response):
            return error.response
        by_link = error.code == 403 and current_user.is_authenticated and current_user.viewer().only is not None
        return page(error.code or 500, BY_LINK if by_link else "")

    def written_twice(error: IntegrityError) -> tuple[str, int]:
        """Two requests wrote the same at once: both looked before either wrote, and the database kept one."""
        if "unique" in str(error.orig).lower():
            return page(409, TWICE)
        app.log_exception((type(error), error, error.__traceback__))  # type: ignore[arg-type]  # raised, so it has a traceback
        return page(500)

    def refused_by_database(error: DataError) -> tuple[str, int]:
        """Below every check of ours: said to the person, and logged as the defect that it is."""
        logs.failure("refused_by_database", error, route=request.url_rule.rule if request.url_rule else None)
        return page(422)

    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(StaleDataError, lambda _error: page(409))
    app.register_error_handler(Refused, lambda error: page(422, error.sentence))
    app.register_error_handler(DataError, refused_by_database)
    app.register_error_handler(IntegrityError, written_twice)
    app.register_error_handler(
        CSRFError,
        lambda _error: page(400, "La page était ouverte depuis trop longtemps. Rechargez-la puis recommencez."),
    )
