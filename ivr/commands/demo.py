"""hotline demo: everything on one machine, with demo people and a telephone to call them from."""

import logging
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ivr.app import Assembly, assemble, create_app
from ivr.commands.demonstration import demonstration, progress_bar
from ivr.commands.logs import log_to_stderr
from ivr.commands.serve import KEEP_ALIVE, Server, assemble_silent, close_voice, delivery_of, must_be_free
from ivr.commands.settings import tells
from ivr.housekeeping import Housekeeping
from ivr.settings import Settings
from ivr.tools.demo_people import demo_callers
from speech.voices import VoiceError

# Every page plays and asks over several connections at once.
THREADS = 32


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
            _speak_ahead(built, console)
            built.engine.dispose()
            close_voice(built)
            _run(built.settings, port, lambda: _tell(built, console))
    except KeyboardInterrupt:
        console.print()  # below the ^C
    console.print("The demo has ended; what it knew is gone.")


def _speak_ahead(built: Assembly, console: Console) -> None:
    if built.studio is None:
        return
    with progress_bar(console) as progress:
        prompts = progress.add_task("Speaking the prompts")
        texts = list(built.script.fixed_texts(built.newest_menus()))
        try:
            built.studio.render_all(
                texts, 1.0, lambda done, total: progress.update(prompts, completed=done, total=total)
            )
        except VoiceError as error:
            console.print(f"Not all prompts could be spoken ahead: {error}")


def _tell(built: Assembly, console: Console) -> None:
    table = Table(
        *("谁", "手机", "身份证号", "密码"),
        title="演示的人(都是编的)",
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
    )
    table.add_column("可以试什么", overflow="fold")
    for caller in demo_callers():
        table.add_row(caller.name, caller.number, caller.identity_number, caller.pin or "-", caller.shows)
    console.print(table)
    console.print(
        f"Voice: {built.voice.name}, which is hard to follow; the page shows what it says."
        if built.voice
        else "Voice: your browser's, if it has a Chinese one; the page shows what is said."
    )
    console.print(f"\nThe demo phone: [bold]{built.settings.public_url}/phone/[/bold]   Ctrl-C stops it.")


def _run(settings: Settings, port: int, tell: Callable[[], None]) -> None:
    """Serve until somebody stops it; a server that could not go on ends the program with its exit code."""
    owner, stop = os.getpid(), threading.Event()

    def ready(_arbiter: Any) -> None:
        # Gunicorn would begin anew when the terminal is closed.
        signal.signal(signal.SIGHUP, lambda *_: os.kill(owner, signal.SIGTERM))
        tell()

    def work_beside(_worker: Any) -> None:
        beside = assemble_silent(settings)
        for run in (delivery_of(settings, beside).run, Housekeeping(beside).run):
            threading.Thread(target=run, args=(stop,), daemon=True).start()

    options = {
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "threads": THREADS,
        "keepalive": KEEP_ALIVE,
        "loglevel": "warning",
        "when_ready": ready,
        "post_worker_init": work_beside,
        "worker_exit": lambda _server, _worker: stop.set(),
        "graceful_timeout": 2,
    }
    try:
        Server(lambda: create_app(assemble(settings), demo_callers()), options).run()
    except SystemExit as ended:
        # The server ends the program itself, and so does each process it forked.
        if ended.code or os.getpid() != owner:
            raise
