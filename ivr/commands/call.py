"""hotline call: a telephone in the terminal, on a demo hotline inside this process."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from ivr.app import Assembly, account_of, create_app
from ivr.channels.phone import terminal, transcript
from ivr.channels.phone.line import Line
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.rehearsal import Rehearsal, TranscriptFailure
from ivr.channels.phone.telephone import LineTelephone
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.commands.demonstration import demonstration
from ivr.commands.serve import delivery_of
from ivr.commands.settings import tells
from ivr.texts.delivery import Worker
from ivr.tools.demo_people import demo_callers


@click.command()
@click.option("--from", "caller", default="", help="The number that calls; default: the first demo person.")
@click.option("--menus", "folder", type=click.Path(path_type=Path), help="Another config folder to try.")
@click.option("--script", type=click.Path(path_type=Path, exists=True), help="Run a transcript instead.")
@tells
def call(caller: str, folder: Path | None, script: Path | None) -> None:
    """Call a demo hotline from the terminal. Type keys and Enter; an empty line is silence, q hangs up."""
    console = Console(stderr=True)
    changes = {"HOTLINE_PROMPTS": "say", **({"HOTLINE_CONFIG": str(folder)} if folder else {})}
    with demonstration(console, changes) as built:
        twilio = PretendTwilio(InProcess(create_app(built), built.settings.public_url), account_of(built))
        messages = Messages(twilio, built.settings.texts_file)
        if script:
            _rehearse(built, twilio, messages, script)
            return
        with _delivering(built):
            line = Line(twilio, caller or demo_callers()[0].number, strict=False)
            terminal.run(line, messages, sys.stdin, sys.stdout)


@contextmanager
def _delivering(built: Assembly) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=delivery_of(built.settings, built).run, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


def _rehearse(built: Assembly, twilio: PretendTwilio, messages: Messages, script: Path) -> None:
    delivery = delivery_of(built.settings, built)
    wording = built.newest_menus().prompts["zh-CN"]
    try:
        for found in transcript.load(script):
            phone = LineTelephone(twilio, messages, settle=lambda: _deliver(delivery, built))
            Rehearsal(phone, wording=lambda prompt: wording[prompt]).run(found)
            click.echo(f"{found.name}: holds")
    except (transcript.TranscriptError, TranscriptFailure) as error:
        raise click.ClickException(str(error)) from error


def _deliver(delivery: Worker, built: Assembly) -> None:
    delivery.run_once(built.clock())
