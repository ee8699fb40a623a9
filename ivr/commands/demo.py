"""hotline demo: everything on one machine, with demo people and a telephone to call them from."""

import socket
import threading
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ivr.app import Assembly, assemble, create_app
from ivr.commands.demonstration import demonstration, progress_bar
from ivr.commands.serve import Server, close_voice, delivery_of
from ivr.commands.settings import tells
from ivr.housekeeping import Housekeeping
from ivr.settings import Settings
from ivr.tools.demo_people import demo_callers
from speech.studio import NotAllRendered

# The page plays and asks from several connections at once, and a call's webhooks come back to us as well.
THREADS = 48


@click.command()
@click.option("--port", default=8012, show_default=True, help="Port on this machine.")
@tells
def demo(port: int) -> None:
    """Start a hotline with demo people and a telephone in the browser. Ctrl-C stops it and forgets all."""
    console = Console()
    _must_be_free(port)
    with demonstration(console, {"HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"}) as built:
        _speak_ahead(built, console)
        _tell(built, console)
        built.engine.dispose()
        close_voice(built)
        _run(built.settings, port)
    console.print("The demo has ended; what it knew is gone.")


def _must_be_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise click.ClickException(
                f"port {port} is in use ({error.strerror}); choose another: hotline demo --port {port + 1}"
            ) from error


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
        except NotAllRendered as error:
            console.print(f"Some prompts cannot be spoken and are only shown: {error}")


def _tell(built: Assembly, console: Console) -> None:
    table = Table("谁", "手机", "身份证号", "密码", title="演示的人(都是编的)")
    table.add_column("可以试什么", overflow="fold")
    for caller in demo_callers():
        table.add_row(caller.name, caller.number, caller.identity_number, caller.pin or "-", caller.shows)
    console.print(table)
    spoken_by = built.voice.name if built.voice else "none of our own: your browser speaks"
    console.print(f"Voice: {spoken_by}. The built-in voice is hard to follow; the page shows subtitles.")
    console.print(f"\nThe demo phone: [bold]{built.settings.public_url}/phone/[/bold]   Ctrl-C stops it.")


def _run(settings: Settings, port: int) -> None:
    stop = threading.Event()

    def work_beside(_worker: Any) -> None:
        beside = assemble(settings)
        for run in (delivery_of(settings, beside).run, Housekeeping(beside).run):
            threading.Thread(target=run, args=(stop,), daemon=True).start()

    options = {
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "threads": THREADS,
        "worker_class": "gthread",
        "loglevel": "warning",
        "post_worker_init": work_beside,
        "worker_exit": lambda _server, _worker: stop.set(),
        "graceful_timeout": 2,
    }
    try:
        Server(lambda: create_app(assemble(settings), demo_callers()), options).run()
    except SystemExit:
        return  # gunicorn ends the program itself; our folder must still be put away
