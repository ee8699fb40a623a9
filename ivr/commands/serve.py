"""hotline serve and hotline worker: production."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.util import is_ipv6, parse_address

from ivr import holidays
from ivr.app import Assembly, assemble, create_app
from ivr.channels.stream import MOST_AT_ONCE
from ivr.commands.logs import ServerLog, log_to_stderr
from ivr.commands.settings import read_settings, tells
from ivr.hotline_parts import CHINA
from ivr.housekeeping import Housekeeping
from ivr.rendering import Rendering
from ivr.settings import Settings, SettingsError
from ivr.texts.delivery import Worker
from ivr.texts.senders import FileSender, Sender, TwilioSender

# Those of requests, and one for every socket that a call is led over.
THREADS = 32 + MOST_AT_ONCE
# Longer than proxies keep theirs (nginx: 60 s), or a request would sometimes meet a connection being closed.
KEEP_ALIVE = 75

log = logging.getLogger(__name__)


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn with threads; the application is built in each worker, after the fork."""

    def __init__(self, application: Callable[[], Flask], options: Mapping[str, Any]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take our options; gunicorn's own files and variables are not read."""
        ours = {"worker_class": "gthread", "logger_class": ServerLog, "control_socket_disable": True}
        for name, value in {**ours, **self._options}.items():
            if name in self.cfg.settings:  # older gunicorns have no control socket to be switched off
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the worker."""
        return self._application()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="HOST:PORT or unix:PATH.")
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="About one a core.")
@tells
def serve(bind: str, workers: int) -> None:
    """Answer the provider. Texts are sent by `hotline worker`, which must run beside it."""
    log_to_stderr()
    settings = read_settings()
    must_be_free(bind, "choose another with --bind HOST:PORT")
    built = assemble(settings)  # what is wrong is told now, not by a worker that dies again and again
    built.engine.dispose()
    close_voices(built)
    warn_of_holidays(built)
    speaks = _speakers(built)
    options = {
        "bind": bind,
        "workers": workers,
        "threads": THREADS,
        "timeout": 60,
        "keepalive": KEEP_ALIVE,
        "when_ready": lambda _: log.info("%s answers on %s; %s speaks", settings.public_url, bind, speaks),
    }
    Server(lambda: create_app(assemble(settings)), options).run()


def warn_of_holidays(built: Assembly) -> None:
    """Warn in the log where nobody knows on which days the desk will be closed."""
    today = built.clock().astimezone(CHINA).date()
    if year := built.hotline.holidays.unknown_year(today):
        log.warning("%s", holidays.missing(year))


def must_be_free(bind: str, remedy: str) -> None:
    """Raise what click shows if one cannot listen there; gunicorn itself would try for five seconds first."""
    try:
        address = parse_address(bind)
        if not isinstance(address, tuple):
            return  # a socket in the file system, or one that a service manager has opened
        with socket.socket(socket.AF_INET6 if is_ipv6(address[0]) else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise click.ClickException(f"one cannot listen on {bind} ({reason}); {remedy}") from error


def close_voices(built: Assembly) -> None:
    """End the processes that speak, if there are any: what is forked later starts its own."""
    for studio in built.repertoire.studios if built.repertoire else ():
        studio.close()


def _speakers(built: Assembly) -> str:
    """Say which voices speak, the best first; the provider's takes what none of them has rendered."""
    ours = [studio.name for studio in built.repertoire.studios] if built.repertoire else []
    return ", else ".join([*ours, "the provider's voice"])


def sender_of(settings: Settings, built: Assembly) -> Sender:
    """Return what sends texts under these settings; SettingsError if their file's folder is not there."""
    if settings.texts_file:
        if not os.access(settings.texts_file.absolute().parent, os.W_OK | os.X_OK):
            raise SettingsError(
                ["HOTLINE_TEXTS names a file in a folder nobody can write to; make the folder"]
            )
        return FileSender(settings.texts_file, built.clock)
    name = built.hotline.sender.messaging_service or built.hotline.sender.number
    return TwilioSender(settings.account_sid, settings.auth_tokens[0], name, settings.twilio_api)


def delivery_of(settings: Settings, built: Assembly) -> Worker:
    """Return what delivers the outbox under these settings."""
    callback = f"{settings.public_url}/sms/status"
    return Worker(built.sessions, built.vault, sender_of(settings, built), built.clock, callback)


def assemble_silent(settings: Settings) -> Assembly:
    """Return what `assemble` does, without a voice: for work that nobody hears."""
    return assemble(replace(settings, prompts="say"))


@click.command()
@tells
def worker() -> None:
    """Send texts, speak prompts ahead, and keep house: close conversations whose end nobody told us."""
    log_to_stderr()
    settings = read_settings()
    built = assemble(settings)
    delivery = delivery_of(settings, built)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    beside = [
        threading.Thread(target=work.run, args=(stop,), daemon=True)
        for work in (Housekeeping(built), Rendering(built))
    ]
    for thread in beside:
        thread.start()
    log.info("texts go to %s; keeping house", settings.texts_file or settings.twilio_api)
    delivery.run(stop)
    close_voices(built)
    for thread in beside:
        thread.join(timeout=5)
    log.info("stopped")
