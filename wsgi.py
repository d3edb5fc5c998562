"""The application for a WSGI server: ``wsgi:app``."""

from clause.app import create_app

app = create_app()
