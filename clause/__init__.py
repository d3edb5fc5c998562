"""Clause : la plateforme de la clause sociale d'insertion."""

__version__ = "0.1.0"
