"""`hotline --help`: the list is written by hand so that it comes at once, and must stay true."""

from importlib import metadata

import click
import pytest
from click.testing import CliRunner

from ivr.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_under_its_name(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert len(COMMANDS[name][2]) <= 65  # with the names before it, one line of a narrow terminal


def test_help_lists_every_command_whole(hotline_command):
    told = hotline_command("--help").output
    for name, (_, _, sentence) in COMMANDS.items():
        assert f"  {name.ljust(9)}  {sentence}\n" in told


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_what_is_below_it_explains_itself_in_whole_lines(name):
    told = CliRunner().invoke(main, [name, "--help"]).output
    assert told.startswith(f"Usage: main {name}")
    assert "..." not in told.replace("COMMAND [ARGS]...", "")


def test_without_a_command_there_is_help_and_with_a_wrong_one_a_sentence(hotline_command):
    assert "Commands:" in hotline_command().output
    wrong = hotline_command("nonsense")
    assert (wrong.exit_code, "No such command 'nonsense'" in wrong.output) == (2, True)


def test_the_version_is_that_of_the_package(hotline_command):
    assert metadata.version("hotline12333") in hotline_command("--version").output
