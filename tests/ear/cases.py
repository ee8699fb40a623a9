"""What is said to the ear: the shipped prompts and turns with random amounts, by each voice at each pace."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

from speech.sound import Sound
from speech.spoken import money
from speech.voices import Voice
from speech.voices.kokoro import DEFAULT, KokoroVoice
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.ear.drawing import drawn
from tests.ear.listening import Amount, Case

PROMPTS = Path(__file__).parents[2] / "config" / "prompts" / "zh-CN.yaml"
MODELS = Path(os.environ.get("HOTLINE_MODELS", "models"))
TURN = "bal.say"

Kind = Literal["amounts", "prompts"]


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
class Line:
    """A text to say, and the amount in it."""

    name: str
    text: str
    amount: Amount | None = None


def lines(wanted: Wanted) -> list[Line]:
    """Return the texts of a run."""
    prompts = yaml.safe_load(PROMPTS.read_text())
    said = []
    if "amounts" in wanted.kinds:
        said += [_turn(prompts[TURN], fen) for fen in drawn(wanted.amounts, wanted.seed)]
    if "prompts" in wanted.kinds:
        fixed = [Line(name, text) for name, text in prompts.items() if "{" not in text]
        said += fixed[: wanted.prompts]
    return said


def cases(wanted: Wanted, kept: Path) -> Iterator[Case]:
    """Yield every line by every voice at every pace; `kept` is the folder of what was said before."""
    with ExitStack() as stack:
        for name in wanted.voices:
            speaker = stack.enter_context(closing(voice(name)))
            for pace in wanted.paces:
                for line in lines(wanted):
                    sound = said(speaker, line.text, pace, kept)
                    yield Case(line.name, name, pace, line.text, (sound,), line.amount)


def said(speaker: Voice, text: str, pace: float, kept: Path) -> Sound:
    """Speak, or find what the same voice said before."""
    key = hashlib.sha256(f"{speaker.fingerprint}, {pace:.2f}, {text}".encode()).hexdigest()
    path = kept / f"{key}.wav"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(speaker.speak(text, pace).wav_bytes())
        draft.replace(path)
    return Sound.from_wav(path.read_bytes())


def total(wanted: Wanted) -> int:
    """Return how many cases a run has."""
    return len(lines(wanted)) * len(wanted.voices) * len(wanted.paces)


def voice(name: str) -> KokoroVoice | Pyttsx3Voice:
    """Return the voice of this name: pyttsx3, kokoro, or kokoro:SPEAKER; VoiceMissing if it cannot be had."""
    if name == "pyttsx3":
        return Pyttsx3Voice()
    _, _, speaker = name.partition(":")
    return KokoroVoice(MODELS / "kokoro", speaker or DEFAULT)


def _turn(template: str, fen: int) -> Line:
    before, again, _ = template.split("{amount}")
    return Line(f"{fen / 100:.2f}", template.format(amount=money(fen)), Amount(fen, before, again))
