"""Prompts that last too long for an old memory: measured seconds come in, faults with their lines go out."""

from collections.abc import Mapping

from menus.load import Loaded
from menus.menu import Menus
from menus.source import Fault

MENU = 20.0
"""Seconds that a prompt may last which is said where keys are offered."""
INSTRUCTION = 12.0
"""Seconds that any other prompt may last."""


def length_faults(
    loaded: Loaded, seconds: Mapping[str, float], voice: str, language: str = "zh-CN"
) -> list[Fault]:
    """Return a fault for every prompt that lasts too long with a voice, in the order of their lines.

    `seconds` are the lengths of prompts of a language at the usual pace, by id; what is not in it was not
    measured. `voice` is what to call the voice.
    """
    source, offering = loaded.sources[f"prompts/{language}.yaml"], _offering(loaded.menus)
    found = []
    for prompt, lasts in seconds.items():
        most = MENU if prompt in offering else INSTRUCTION
        if lasts > most:
            what = f"'{prompt}' lasts {lasts:.1f} s with {voice}; at most {most:.0f} s; shorten it"
            found.append(source.fault((prompt,), what))
    return sorted(found)


def _offering(menus: Menus) -> set[str]:
    """Return the prompts that menus with keys to choose from say."""
    found: set[str] = set()
    for menu in menus.menus.values():
        if menu.ask or menu.choose:
            found.update(line.prompt for line in (*menu.say, *menu.help))
        if menu.choose:
            found |= {menu.choose.prompt, menu.choose.more}
    return found
