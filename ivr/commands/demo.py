"""hotline demo: everything on one machine, with demo people and a telephone to call them from."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import click
from flask import Flask
from rich.console import Console
from rich.table import Table

from ivr.app import Assembly, assemble, create_app
from ivr.channels.subtitles import everything_spoken
from ivr.commands.better_ear import BetterEar
from ivr.commands.better_voice import BetterVoice
from ivr.commands.callers_voice import CallersVoice
from ivr.commands.demonstration import demonstration
from ivr.commands.logs import log_to_stderr
from ivr.commands.rendering import speak_main_path
from ivr.commands.serve import KEEP_ALIVE, Server, assemble_silent, close_voices, delivery_of, must_be_free
from ivr.commands.settings import tells
from ivr.housekeeping import Housekeeping
from ivr.settings import Settings
from ivr.tools.demo_people import demo_callers

# Every page plays and asks over several connections at once, and a call over a socket holds two threads.
THREADS = 64
FIRST_ASKED = 7
"""Of a caller's sentences those that are clicked first: a yes, a no, and what answers the main menu."""


@click.command()
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8012, show_default=True, help="On this machine."
)
@tells
def demo(port: int) -> None:
    """Start a hotline with demo people and a telephone in the browser. Ctrl-C stops it and forgets all."""
    log_to_stderr(logging.WARNING)
    must_be_free(f"127.0.0.1:{port}", f"choose another port: hotline demo --port {port % 65535 + 1}")
    for number in (signal.SIGTERM, signal.SIGHUP):  # a closed terminal ends the demo like Ctrl-C
        signal.signal(number, signal.default_int_handler)
    console = Console()
    try:
        with demonstration(console, {"HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"}) as built:
            speak_main_path(built, console)
            built.engine.dispose()
            close_voices(built)
            _run(built.settings, port, lambda: _tell(built, console))
    except KeyboardInterrupt:
        console.print()  # below the ^C
    console.print("The demo has ended; what it knew is gone.")


def _tell(built: Assembly, console: Console) -> None:
    table = Table(title="演示的人(都是编的)", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for heading in ("谁", "手机", "身份证号", "密码"):
        table.add_column(heading, no_wrap=True)  # a number in two pieces is misread
    table.add_column("可以试什么", overflow="fold")
    for caller in demo_callers():
        table.add_row(caller.name, caller.number, caller.identity_number, caller.pin or "-", caller.shows)
    console.print(table)
    console.print(f"Voice: {_voice(built)}")
    console.print(f"Ear: {_ear(built)}")
    console.print(f"\nThe demo phone: [bold]{built.settings.public_url}/phone/[/bold]   Ctrl-C stops it.")


def _voice(built: Assembly) -> str:
    if built.repertoire is None:
        return "your browser's, if it has a Chinese one; the page shows what is said."
    if built.repertoire.studios[0].name.startswith("kokoro"):
        return "Kokoro, for every prompt that is rendered; the page says how far it is."
    if built.settings.voice == "pyttsx3":
        return "the built-in one, which is hard to follow; the page shows what it says."
    return "the built-in one, which is hard to follow; a better one is on its way, see the page."


def _ear(built: Assembly) -> str:
    if built.repertoire is None or built.settings.ear == "none":
        return "none; callers press keys."
    if built.hearing.ear:
        return f"{built.hearing.ear.name}; click a sentence on the page, or speak into the microphone."
    return "none yet, callers press keys; Whisper is on its way, see the page."


def _leave_at_once(_worker: Any) -> None:
    """Let a server end when it is told to. The demo forgets everything; voices end when nobody listens."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))


def _improving(built: Assembly, stop: threading.Event) -> Flask:
    """Return the application, which gets a better voice and an ear while it runs."""
    if built.repertoire is None:
        return create_app(built, demo_callers())
    voice, ear, caller = BetterVoice(built, built.repertoire), BetterEar(built), CallersVoice(built.settings)

    sentences = everything_spoken(built.newest_menus())

    def speak() -> None:
        if ear.ear:
            caller.prepare(sentences[:FIRST_ASKED], stop)
        voice.run(stop)
        if ear.ear:
            caller.prepare(sentences, stop)

    def notice() -> str | None:
        return "".join(filter(None, (voice.notice(), ear.notice()))) or None

    for work in (speak, lambda: ear.run(stop)):
        threading.Thread(target=work, daemon=True).start()
    return create_app(built, demo_callers(), notice, ear=lambda: ear.ear, spoken=caller.spoken)


def _run(settings: Settings, port: int, tell: Callable[[], None]) -> None:
    """Serve until somebody stops it; a server that could not go on ends the program with its exit code."""
    owner, stop = os.getpid(), threading.Event()

    def ready(_arbiter: Any) -> None:
        # Gunicorn would begin anew when the terminal is closed.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(owner, signal.SIGTERM))
        tell()

    def build() -> Flask:
        built, beside = assemble(settings), assemble_silent(settings)
        for run in (delivery_of(settings, beside).run, Housekeeping(beside).run):
            threading.Thread(target=run, args=(stop,), daemon=True).start()
        return _improving(built, stop)

    options = {
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "threads": THREADS,
        "keepalive": KEEP_ALIVE,
        "loglevel": "warning",
        "when_ready": ready,
        "post_worker_init": _leave_at_once,
        "graceful_timeout": 2,
    }
    try:
        Server(build, options).run()
    except SystemExit as ended:
        # The server ends the program itself, and so does each process it forked.
        if ended.code or os.getpid() != owner:
            raise
