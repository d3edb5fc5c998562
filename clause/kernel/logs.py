"""Logs for people who run the platform: one JSON line an event, never a person's data, a form or a query's values."""

from __future__ import annotations

import logging
import time
import traceback

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger("clause")


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )


def failure(event: str, error: BaseException, **facts: object) -> None:
    """Log an error by its type and the places it went through; its message, which may quote a person, is left out."""
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)[-12:]]
    log.error(event, error=type(error).__name__, at=frames, **facts)


def init_app(app: Flask) -> None:
    configure()
    app.before_request(_start)
    app.after_request(_end)


def _start() -> None:
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    # The rule, not the address: addresses of reset links carry secrets.
    log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000),
    )
    return response
