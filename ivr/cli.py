"""The command `hotline`."""

import click

from ivr.commands.call import call
from ivr.commands.database import database
from ivr.commands.demo import demo
from ivr.commands.importing import import_
from ivr.commands.menus import menus
from ivr.commands.serve import serve, worker
from ivr.commands.texts import texts


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hotline12333")
def main() -> None:
    """A telephone and text-message hotline for medical-insurance personal accounts."""


for command in (call, database, demo, import_, menus, serve, texts, worker):
    main.add_command(command)
