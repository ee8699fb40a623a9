"""Prompts spoken ahead, while somebody waits for the demo to begin."""

from rich.console import Console

from ivr.app import Assembly
from ivr.channels.utterances import most_told
from ivr.commands.demonstration import progress_bar
from speech.voices import VoiceError


def speak_main_path(built: Assembly, console: Console) -> None:
    """Render what callers meet first, by the voice that is quickest at it, unless a better one has it all.

    With amounts and days: a balance is what most people call for.
    """
    if built.repertoire is None:
        return
    wanted = [*built.main_path(built.newest_menus()), *most_told()]
    if any(not studio.missing(wanted) for studio in built.repertoire.studios):
        return
    with progress_bar(console) as progress:
        task = progress.add_task("Speaking the prompts")
        try:
            built.repertoire.studios[-1].render(
                wanted, lambda done, total: progress.update(task, completed=done, total=total)
            )
        except VoiceError as error:
            console.print(f"Not all prompts could be spoken ahead: {error}")
