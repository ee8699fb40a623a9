"""What is said to the ear: all shipped prompts and turns with random amounts, by each voice at each pace.

Where a prompt has a value there stands an example of it, the first of its words or one of nobody's values.

Amounts are said twice over: joined from clips, as a caller hears them, and `in one go`, each sentence spoken
whole by the same voice, which is what joining is measured against. Both readings of a turn are sounds of
their own: within one sound the ear likes to write the second as it wrote the first.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Literal

from ivr.commands.sayings import of_folder
from ivr.wording import pieces
from menus.values import Money
from speech.score import Phrase, Rest, Score, Sounding, score
from speech.sound import Sound
from speech.spoken import money
from speech.studio import Studio
from speech.voices.kokoro import DEFAULT, KokoroVoice
from speech.voices.pool import VoicePool
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.ear.drawing import drawn
from tests.ear.listening import Amount, Case

CONFIG = Path(__file__).parents[2] / "config"
MODELS = Path(os.environ.get("HOTLINE_MODELS", "models"))
TURN = "bal.say"
IN_ONE_GO = ", in one go"

Kind = Literal["amounts", "prompts"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run says: how many random amounts by which seed, how many prompts (None: all); who says it."""

    amounts: int
    seed: int
    voices: Sequence[str]
    paces: Sequence[float]
    kinds: Sequence[Kind]
    prompts: int | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """A text to say in one or two sounds, each with its score."""

    name: str
    text: str
    scores: tuple[Score, ...]
    amount: Amount | None = None
    in_one_go: bool = False

    @property
    def parts(self) -> Iterator[Sounding]:
        """Yield what must be rendered."""
        return (part for said in self.scores for part in said if not isinstance(part, Rest | Sound))


def sayings(wanted: Wanted, pace: float) -> list[Saying]:
    """Return the texts of a run at a pace."""
    shipped = of_folder(CONFIG)
    prompts = shipped.menus.prompts["zh-CN"]
    said = []
    if "amounts" in wanted.kinds:
        for fen in drawn(wanted.amounts, wanted.seed):
            said += [_joined(prompts[TURN], fen, pace), _whole(prompts[TURN], fen, pace)]
    if "prompts" in wanted.kinds:
        lines = (line for name in prompts for line in shipped.lines(name, pace)[:1])
        said += [Saying(line.prompt, line.text, (line.score,)) for line in islice(lines, wanted.prompts)]
    return said


def cases(wanted: Wanted, kept: Path, progress: Progress = lambda _done, _total: None) -> Iterator[Case]:
    """Yield everything by every voice at every pace; `kept` is the folder of what was rendered before."""
    with ExitStack() as stack:
        studios = {name: stack.enter_context(closing(_studio(name, kept))) for name in wanted.voices}
        for name, studio in studios.items():
            said = [(saying, pace) for pace in wanted.paces for saying in sayings(wanted, pace)]
            studio.render([part for saying, _ in said for part in saying.parts], progress)
            yield from (_case(saying, studio, name, pace) for saying, pace in said)


def total(wanted: Wanted) -> int:
    """Return how many cases a run has."""
    return sum(len(sayings(wanted, pace)) for pace in wanted.paces) * len(wanted.voices)


def _studio(name: str, kept: Path) -> Studio:
    """Return the studio of a voice: pyttsx3, kokoro, or kokoro:SPEAKER; VoiceMissing if it cannot be had."""
    cores = os.cpu_count() or 1
    speaker = name.partition(":")[2] or DEFAULT
    kokoro = partial(KokoroVoice, MODELS / "kokoro", speaker)
    return Studio(VoicePool(Pyttsx3Voice if name == "pyttsx3" else kokoro, cores), kept, cores)


def _case(saying: Saying, studio: Studio, name: str, pace: float) -> Case:
    sounds = tuple(sound for part in saying.scores if (sound := studio.assemble(part)))
    voice = name + IN_ONE_GO if saying.in_one_go else name
    return Case(saying.name, voice, pace, saying.text, sounds, saying.amount)


def _joined(template: str, fen: int, pace: float) -> Saying:
    amount, text = _amount(template, fen)
    whole = score(pieces(template, {"amount": Money(fen)}, {}), pace)
    middle = next(place for place, part in enumerate(whole) if part == Phrase(_again(template), pace))
    return Saying(f"{fen / 100:.2f}", text, (whole[:middle], whole[middle:]), amount)


def _whole(template: str, fen: int, pace: float) -> Saying:
    amount, text = _amount(template, fen)
    first = template.partition("{amount}")[0] + money(fen) + "。"
    scores = ((Phrase(first, pace),), (Phrase(_again(template) + money(fen) + "。", pace),))
    return Saying(f"{fen / 100:.2f}", text, scores, amount, in_one_go=True)


def _amount(template: str, fen: int) -> tuple[Amount, str]:
    before, again, _ = template.split("{amount}")
    return Amount(fen, before, again), template.format(amount=money(fen))


def _again(template: str) -> str:
    """Return what is said between the two readings, without the mark that ends the first."""
    return template.split("{amount}")[1].lstrip("。")
