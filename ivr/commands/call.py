"""hotline call: a telephone in the terminal, on a demo hotline inside this process."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console

from ivr.app import Assembly, account_of, create_app, utc_now
from ivr.channels.phone import terminal, transcript
from ivr.channels.phone.line import Line
from ivr.channels.phone.messages import Messages, TextMessage
from ivr.channels.phone.rehearsal import Rehearsal, TranscriptFailure
from ivr.channels.phone.telephone import LineTelephone
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.commands.demonstration import demonstration
from ivr.commands.menus import all_faults
from ivr.commands.serve import delivery_of
from ivr.commands.settings import tells
from ivr.tools.demo_people import demo_callers
from menus.source import SourceError

_NUMBER = re.compile(r"\+[1-9]\d{4,14}|anonymous", re.ASCII)


@dataclass
class _Clock:
    """The time that a transcript can move on."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class _Texts(Messages):
    """Texts that the hotline sends when somebody looks for them: nobody waits in front of a prompt."""

    def __init__(self, twilio: PretendTwilio, outbox: Path | None, send: Callable[[], object]) -> None:
        super().__init__(twilio, outbox)
        self._send = send

    def collect(self) -> list[TextMessage]:
        """Send what is due and fetch it."""
        self._send()
        return super().collect()


@click.command()
@click.option("--from", "caller", default="", help="The number that calls; default: the first demo person's.")
@click.option("--menus", "folder", type=click.Path(path_type=Path), help="Another config folder to try.")
@click.option(
    "--script", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Run a transcript instead."
)
@tells
def call(caller: str, folder: Path | None, script: Path | None) -> None:
    """Call a demo hotline from the terminal. Type keys and Enter; an empty line is silence, q hangs up."""
    number = caller or demo_callers()[0].number
    if not _NUMBER.fullmatch(number):
        raise click.BadParameter("write a number such as +8613800138000, or anonymous", param_hint="--from")
    if folder and (faults := all_faults(folder)):
        raise SourceError(faults)
    console, clock = Console(stderr=True, highlight=False), _Clock()
    changes = {"HOTLINE_PROMPTS": "say", **({"HOTLINE_CONFIG": str(folder)} if folder else {})}
    with demonstration(console, changes, clock) as built:
        twilio = PretendTwilio(InProcess(create_app(built), built.settings.public_url), account_of(built))
        delivery = delivery_of(built.settings, built)
        messages = _Texts(twilio, built.settings.texts_file, lambda: delivery.run_once(clock()))
        if script:
            _rehearse(built, lambda: LineTelephone(twilio, messages), clock, script)
        else:
            _introduce(number, console)
            terminal.run(Line(twilio, number, strict=False), messages, sys.stdin, sys.stdout)


def _introduce(number: str, console: Console) -> None:
    owners = [caller for caller in demo_callers() if caller.number == number]
    for caller in owners:
        pin = f"密码 {caller.pin}" if caller.pin else "没有密码"
        who = f"{caller.name},身份证号 {caller.identity_number},{pin}。{caller.shows}"
        console.print(who, soft_wrap=True)
    if not owners:
        console.print(f"{number} is nobody's of the demo people; hotline demo lists them.")


def _rehearse(built: Assembly, phone: Callable[[], LineTelephone], clock: _Clock, script: Path) -> None:
    wording = built.newest_menus().prompts["zh-CN"]
    try:
        for found in transcript.load(script):
            Rehearsal(phone(), later=clock.forward, wording=lambda prompt: wording[prompt]).run(found)
            click.echo(f"{found.name}: holds")
    except (transcript.TranscriptError, TranscriptFailure) as error:
        raise click.ClickException(str(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{script.name}: this is not UTF-8; save it as UTF-8") from error
