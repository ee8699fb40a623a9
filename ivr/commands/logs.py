"""Logs for a service manager to collect: on standard error, one line each, without an error's own words."""

import logging
from datetime import UTC, datetime

from gunicorn.glogging import Logger

from ivr.failures import place_of


class OneLine(logging.Formatter):
    """Writes a record on one line. Of an exception only kind and place: its words may quote a caller."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the time as ISO 8601 in the zone of this machine."""
        at = datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")
        text = f"{at} {record.levelname} {record.name} {record.getMessage()}"
        error = record.exc_info[1] if record.exc_info else None
        return " | ".join([*text.splitlines(), *([place_of(error)] if error else [])])


class ServerLog(Logger):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn's log in the same lines as ours."""

    def setup(self, cfg: object) -> None:
        """Set up as gunicorn does, then change the lines."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(OneLine())


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log from `level` on; of libraries only what is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine())
    logging.basicConfig(level=level, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)
