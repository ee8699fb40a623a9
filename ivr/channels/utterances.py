"""Everything callers can be told, as phrases and clips to be rendered ahead, the main path first.

What a prompt says with words that change (a relation, a region, how many) is listed with every word there
is; a caller's own values are joined from clips, which are the same whatever the menus say.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, product

from ivr.callback_windows import said_windows
from ivr.channels.script import Script
from ivr.desk_hours import said_openings
from ivr.hotline import Hotline
from ivr.regions import Regions
from ivr.services.accounts import SPENT_ON
from ivr.wording import MOST_COUNTED, WordingError
from menus.actions import Say
from menus.menu import Menus
from menus.question import MEANT, meanings
from menus.values import Count, Money, Value
from speech.clips.kinds import KINDS, KindOfClip
from speech.score import NORMAL, SLOW, Clip, Phrase, Sounding
from speech.studio import every_clip

# Names of places where a number of things stands. So many are rendered with their clause; a greater number
# is joined from clips, with what stands around it.
COUNTED = frozenset({"n", "count", "rank", "reverse_count", "left", "key"})

# What balances and credits, which most people call for, have of a caller's own.
_MOST_TOLD: tuple[KindOfClip, ...] = ("money", "day")

Words = Mapping[str, tuple[Value, ...]]


def words(menus: Menus, regions: Regions, hotline: Hotline) -> Words:
    """Return every word that can stand at a place of a prompt, by the name of the place."""
    counts = tuple(Count(number) for number in range(MOST_COUNTED + 2))
    known: dict[str, tuple[Value, ...]] = dict.fromkeys(COUNTED, counts)
    places: dict[str, tuple[Value, ...]]
    places = {"kind": tuple(SPENT_ON.values()), "hours": (hotline.agent.hours,), MEANT: meanings(menus)}
    of_regions = regions.words()
    shifts = hotline.agent.shifts
    places |= {"opens": said_openings(shifts), "window": said_windows(shifts)}
    places |= {"caller_region": of_regions["region"]}
    return {**known, **of_regions, **places}


def everything(menus: Menus, script: Script, known: Words, language: str = "zh-CN") -> Iterator[Sounding]:
    """Yield all that must be rendered for some menus, each once, in about the order in which callers hear it.

    That is the order of the file of prompts, and amounts and days before the first prompt with a caller's own
    value.
    """
    return iter(dict.fromkeys(_everything(menus, script, known, language)))


def _everything(menus: Menus, script: Script, known: Words, language: str) -> Iterator[Sounding]:
    own = most_told()
    for prompt, places in ((prompt, menus.placeholders[prompt]) for prompt in menus.prompts[language]):
        if any(place not in known for place in places):
            yield from own  # nothing the second time
        for pace in (NORMAL, SLOW):
            yield from _phrases(menus, script, _sayings(prompt, places, known), pace, language)
    yield from chain.from_iterable(map(_clips, KINDS))


def most_told() -> Iterator[Clip]:
    """Yield the clips that balances and credits are joined from, at both paces."""
    return chain.from_iterable(map(_clips, _MOST_TOLD))


def _clips(kind: KindOfClip) -> Iterator[Clip]:
    return (clip for pace in (NORMAL, SLOW) for clip in every_clip(kind, pace))


def phrases(
    menus: Menus, script: Script, known: Words, pace: float, language: str = "zh-CN"
) -> Iterator[Phrase]:
    """Yield what is spoken whole in the prompts of some menus, each once, in the order of their file."""
    says = chain.from_iterable(
        _sayings(prompt, menus.placeholders[prompt], known) for prompt in menus.prompts[language]
    )
    return iter(dict.fromkeys(_phrases(menus, script, says, pace, language)))


def _phrases(
    menus: Menus, script: Script, says: Iterable[Say], pace: float, language: str
) -> Iterator[Phrase]:
    for say in says:
        # A name nobody has filled in leaves a prompt out; the check of the menus tells of it.
        with suppress(WordingError):
            score = script.line(menus, say, pace, language).score
            yield from (part for part in score if isinstance(part, Phrase))


def _sayings(prompt: str, places: tuple[str, ...], known: Words) -> Iterator[Say]:
    """Yield a prompt with every word at each of its places.

    What is a caller's own is an amount here: only the words around it matter.
    """
    own = (Money(100),)
    for values in product(*(known.get(place) or own for place in places)):
        yield Say(prompt, dict(zip(places, values, strict=True)))
