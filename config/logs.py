"""Structured logs: key=value on a terminal, one JSON object a line elsewhere."""

import sys
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def configure(*, debug: bool, level: str) -> dict[str, Any]:
    """Set up structlog and return Django's LOGGING dictionary."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    plain = debug or sys.stderr.isatty()
    renderer: Any = (
        # Tracebacks without local variables: those hold candidates' names and interviewers' notes.
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if plain
        else structlog.processors.JSONRenderer()
    )
    processors = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not plain:
        without_locals = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        without: Any = structlog.processors.ExceptionRenderer(without_locals)
        processors.append(without)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*processors, renderer],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        # The SVG and font libraries are chatty about what does not concern an operator; relay and sweeper run
        # every few seconds, and jobs write their own lines.
        "loggers": {name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "django.db.backends")}
        | {
            name: {"level": "WARNING"}
            for name in (
                "celery.worker.strategy",
                "celery.app.trace",
                "django_structlog.celery",
            )
        },
    }
