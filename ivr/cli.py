"""The command `hotline`: its commands, each loaded when it is used, so that help comes at once."""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

import click

# The name of a command -> the module that has it, its name there, and what it does.
COMMANDS: Mapping[str, tuple[str, str, str]] = {
    "call": ("call", "call", "Call a demo hotline from the terminal."),
    "callbacks": ("callbacks", "callbacks", "List who wants to be called back, and note what became of it."),
    "db": ("database", "database", "Bring the database up to date, or see whether it is."),
    "demo": ("demo", "demo", "Try it: a hotline, demo people and a telephone in the browser."),
    "ears": ("ears", "ears", "See which ears there are, and which one hears callers."),
    "hear": ("hear", "hear", "Hear a WAV file: its words, and which phrase they mean."),
    "import": ("importing", "import_", "Import people, ledgers and bindings from CSV or XLSX."),
    "menus": ("menus", "menus", "Check and publish menus and wording, or go back."),
    "models": ("models", "models", "Fetch files of better voices and ears, or see which are there."),
    "say": ("say", "say", "Speak a sentence, an amount, a day or digits into a WAV file."),
    "serve": ("serve", "serve", "Answer calls and texts (production)."),
    "texts": ("texts", "texts", "List the templates of text messages."),
    "voices": ("voices", "voices", "See which voices there are and how complete, or render all."),
    "worker": ("serve", "worker", "Speak ahead, send texts, keep house, beside serve (production)."),
}


class Commands(click.Group):
    """A group that knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the alphabet."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command; None if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        return cast("click.Command", getattr(import_module(f"ivr.commands.{module}"), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in self.list_commands(ctx)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hotline12333")
def main() -> None:
    """A telephone and text-message hotline for medical-insurance personal accounts.

    Settings are environment variables; config/example.env explains each. To try it: hotline demo
    """
