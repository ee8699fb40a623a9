"""hotline serve and hotline worker: production."""

import signal
import threading
from collections.abc import Callable, Mapping
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from ivr.app import Assembly, assemble, create_app
from ivr.commands.settings import log_to_stderr, read_settings, tells
from ivr.housekeeping import Housekeeping
from ivr.settings import Settings
from ivr.texts.delivery import Worker
from ivr.texts.senders import FileSender, Sender, TwilioSender

THREADS = 32


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """Gunicorn with threads; the application is built in each worker, after the fork."""

    def __init__(self, application: Callable[[], Flask], options: Mapping[str, Any]) -> None:
        self._application = application
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Take our options; gunicorn's own files and variables are not read."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build the application, in the worker."""
        return self._application()


@click.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address to listen on.")
@click.option("--workers", default=2, show_default=True, help="Processes; about one a core.")
@tells
def serve(bind: str, workers: int) -> None:
    """Answer the provider. Texts are sent by `hotline worker`, which must run beside it."""
    log_to_stderr()
    settings = read_settings()
    built = assemble(settings)  # what is wrong is told now, not by a worker that dies again and again
    built.engine.dispose()
    close_voice(built)
    options = {"bind": bind, "workers": workers, "threads": THREADS, "worker_class": "gthread", "timeout": 60}
    Server(lambda: create_app(assemble(settings)), options).run()


def close_voice(built: Assembly) -> None:
    """End the process that speaks, if there is one: what is forked later starts its own."""
    if built.voice:
        built.voice.close()


def sender_of(settings: Settings, built: Assembly) -> Sender:
    """Return what sends texts under these settings."""
    if settings.texts_file:
        return FileSender(settings.texts_file, built.clock)
    name = built.hotline.sender.messaging_service or built.hotline.sender.number
    return TwilioSender(settings.account_sid, settings.auth_tokens[0], name, settings.twilio_api)


def delivery_of(settings: Settings, built: Assembly) -> Worker:
    """Return what delivers the outbox under these settings."""
    callback = f"{settings.public_url}/sms/status"
    return Worker(built.sessions, built.vault, sender_of(settings, built), built.clock, callback)


@click.command()
@tells
def worker() -> None:
    """Send texts and keep house: close conversations whose end nobody told us."""
    log_to_stderr()
    settings = read_settings()
    built = assemble(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping = threading.Thread(target=Housekeeping(built).run, args=(stop,), daemon=True)
    keeping.start()
    delivery_of(settings, built).run(stop)
    keeping.join(timeout=5)
    close_voice(built)
