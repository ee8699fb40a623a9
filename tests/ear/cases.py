"""What is said to the ear: all shipped prompts and turns with random amounts, by each voice at each pace.

Where a prompt has a value there stands an example of it, one of its words or one of nobody's values.

Amounts are said twice over: joined from clips, as a caller hears them, and `in one go`, each sentence spoken
whole by the same voice, which is what joining is measured against. Both readings of a turn are sounds of
their own: within one sound the ear likes to write the second as it wrote the first.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
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
from tests.ear.listening import Amount, Case, heard_under

CONFIG = Path(__file__).parents[2] / "config"
MODELS = Path(os.environ.get("HOTLINE_MODELS", "models"))
TURN = "bal.say"
IN_ONE_GO = ", in one go"
_USUAL = 3
"""Where words change, the third is said: of counts 两, because nobody is told of 零位家人."""

Kind = Literal["amounts", "prompts"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run says: how many random amounts by which seed, how many prompts (None: all); who says it.

    Of amounts and prompts only the first `fewer` are heard under conditions that are harder than the plain
    telephone, and only so many amounts are said by other voices than the first one. That one also says the
    first `whole` amounts in one go.
    """

    amounts: int
    whole: int
    seed: int
    voices: Sequence[str]
    paces: Sequence[float]
    kinds: Sequence[Kind]
    prompts: int | None = None
    fewer: int = 50


@dataclass(frozen=True, slots=True)
class Saying:
    """A text to say in one or two sounds, each with its score."""

    name: str
    text: str
    scores: tuple[Score, ...]
    amount: Amount | None = None
    in_one_go: bool = False
    plain: bool = False

    @property
    def parts(self) -> Iterator[Sounding]:
        """Yield what must be rendered."""
        return (part for said in self.scores for part in said if not isinstance(part, Rest | Sound))


def sayings(wanted: Wanted, voice: str, pace: float) -> list[Saying]:
    """Return the texts of a run for a voice at a pace."""
    shipped = of_folder(CONFIG)
    prompts = shipped.menus.prompts["zh-CN"]
    said = []
    if "amounts" in wanted.kinds:
        first = voice == wanted.voices[0]
        drawn_amounts = drawn(wanted.amounts if first else min(wanted.fewer, wanted.amounts), wanted.seed)
        for number, fen in enumerate(drawn_amounts):
            said.append(_joined(prompts[TURN], fen, pace, plain=number >= wanted.fewer))
            if first and number < wanted.whole:
                said.append(_whole(prompts[TURN], fen, pace))
    if "prompts" in wanted.kinds:
        lines = (line for name in prompts for line in shipped.lines(name, pace)[:_USUAL][-1:])
        said += [
            Saying(line.prompt, line.text, (line.score,), plain=number >= wanted.fewer)
            for number, line in enumerate(islice(lines, wanted.prompts))
        ]
    return said


def cases(wanted: Wanted, kept: Path, progress: Progress = lambda _done, _total: None) -> Iterator[Case]:
    """Yield everything by every voice at every pace; `kept` is the folder of what was rendered before."""
    with ExitStack() as stack:
        studios = {name: stack.enter_context(closing(_studio(name, kept))) for name in wanted.voices}
        for name, studio in studios.items():
            said = [(saying, pace) for pace in wanted.paces for saying in sayings(wanted, name, pace)]
            studio.render([part for saying, _ in said for part in saying.parts], progress)
            yield from (_case(saying, studio, name, pace) for saying, pace in said)


def total(wanted: Wanted, conditions: Sequence[str]) -> int:
    """Return how many hearings a run has."""
    said = (
        saying
        for voice, pace in product(wanted.voices, wanted.paces)
        for saying in sayings(wanted, voice, pace)
    )
    return sum(len(heard_under(saying.plain, conditions)) for saying in said)


def _studio(name: str, kept: Path) -> Studio:
    """Return the studio of a voice: pyttsx3, kokoro, or kokoro:SPEAKER; VoiceMissing if it cannot be had."""
    cores = os.cpu_count() or 1
    speaker = name.partition(":")[2] or DEFAULT
    kokoro = partial(KokoroVoice, MODELS / "kokoro", speaker)
    return Studio(VoicePool(Pyttsx3Voice if name == "pyttsx3" else kokoro, cores), kept, cores)


def _case(saying: Saying, studio: Studio, name: str, pace: float) -> Case:
    sounds = tuple(sound for part in saying.scores if (sound := studio.assemble(part)))
    voice = name + IN_ONE_GO if saying.in_one_go else name
    return Case(saying.name, voice, pace, saying.text, sounds, saying.amount, saying.plain)


def _joined(template: str, fen: int, pace: float, *, plain: bool) -> Saying:
    amount, text = _amount(template, fen)
    whole = score(pieces(template, {"amount": Money(fen)}, {}), pace)
    middle = next(place for place, part in enumerate(whole) if part == Phrase(_again(template), pace))
    return Saying(f"{fen / 100:.2f}", text, (whole[:middle], whole[middle:]), amount, plain=plain)


def _whole(template: str, fen: int, pace: float) -> Saying:
    amount, text = _amount(template, fen)
    first = template.partition("{amount}")[0] + money(fen) + "。"
    scores = ((Phrase(first, pace),), (Phrase(_again(template) + money(fen) + "。", pace),))
    return Saying(f"{fen / 100:.2f}", text, scores, amount, in_one_go=True, plain=True)


def _amount(template: str, fen: int) -> tuple[Amount, str]:
    before, again, _ = template.split("{amount}")
    return Amount(fen, before, again), template.format(amount=money(fen))


def _again(template: str) -> str:
    """Return what is said between the two readings, without the mark that ends the first."""
    return template.split("{amount}")[1].lstrip("。")
