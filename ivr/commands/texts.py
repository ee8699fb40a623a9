"""hotline texts: the templates that carriers register word for word."""

import csv
import io
import os
from pathlib import Path

import click

from ivr.app import utc_now
from ivr.commands.settings import tells
from ivr.hotline import Hotline, constants
from ivr.services.register import CATALOGUE
from ivr.wording import written
from menus.load import load_folder


@click.group()
def texts() -> None:
    """List the templates of text messages."""


@texts.command("list", short_help="List every template of HOTLINE_CONFIG: id and wording.")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, for the carrier's form.")
@tells
def list_texts(as_csv: bool) -> None:
    """List every text template of HOTLINE_CONFIG: id and wording.

    The authority's signature and number are put in; what stands in braces differs from text to text.
    """
    wording = _wording(Path(os.environ.get("HOTLINE_CONFIG", "config")))
    if not as_csv:
        for name, text in wording.items():
            click.echo(f"{name}\t{text}")
        return
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("id", "text"))
    rows.writerows(wording.items())
    click.echo(table.getvalue(), nl=False)


def _wording(folder: Path) -> dict[str, str]:
    demo = os.environ.get("HOTLINE_ENV") == "demo"
    known = constants(Hotline.load(folder / "hotline.yaml"), demo, utc_now())
    found = dict(load_folder(folder, CATALOGUE).menus.texts["zh-CN"])
    for place in (f"{{{name}}}" for name in known):
        filled = written(place, {}, known)
        found = {name: text.replace(place, filled) for name, text in found.items()}
    return found
