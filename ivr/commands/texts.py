"""hotline texts: the templates that carriers register word for word."""

import csv
import io
import os
from pathlib import Path

import click

from ivr.commands.settings import tells
from ivr.services.register import CATALOGUE
from menus.load import load_folder


@click.group()
def texts() -> None:
    """Text messages: the templates."""


@texts.command("list")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for the carrier's form.")
@tells
def list_texts(as_csv: bool) -> None:
    """List every text template of HOTLINE_CONFIG: id and wording."""
    folder = Path(os.environ.get("HOTLINE_CONFIG", "config"))
    wording = load_folder(folder, CATALOGUE).menus.texts["zh-CN"]
    if not as_csv:
        for name, text in wording.items():
            click.echo(f"{name}\t{text}")
        return
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(("id", "text"))
    rows.writerows(wording.items())
    click.echo(written.getvalue(), nl=False)
