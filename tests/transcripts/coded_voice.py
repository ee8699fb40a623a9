"""A voice that nobody understands but a test: its sound is the text itself, byte by byte as mu-law.

So what was heard over a socket can be read out of the very bytes that came.
"""

import re
from collections.abc import Iterable, Sequence

from pypinyin import lazy_pinyin

from speech.phrasing import syllables
from speech.repertoire import Repertoire, Sentence
from speech.score import Clip, Phrase
from speech.sound import Sound
from speech.studio import Studio
from speech.telephone import RATE, mulaw_decode

BEGIN, END, QUIET = b"\x02", b"\x03", b"\xff"
"""What no text in UTF-8 holds."""
SYLLABLE = 0.25
"""Seconds of sound for a Hanzi."""


class CodedVoice:
    """Speaks every text at once."""

    name = "coded"
    fingerprint = "coded 1"

    def speak(self, text: str, pace: float) -> Sound:
        coded = BEGIN + text.encode() + END
        seconds = SYLLABLE * syllables(text) / pace
        return Sound(mulaw_decode(coded.ljust(round(seconds * RATE), QUIET)), RATE)

    def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
        return tuple(self.speak(word, pace) for word in words)


class Willing(Repertoire):
    """Says everything it is asked for: what is not rendered is rendered then."""

    def voice_for(self, sentences: Iterable[Sentence]) -> Studio | None:
        listed = list(sentences)
        parts = [part for said in listed for part in said.score if isinstance(part, Phrase | Clip)]
        self.studios[0].render(parts)
        return super().voice_for(listed)


def read(mulaw: bytes) -> tuple[str, ...]:
    """Return the syllables of a sound."""
    said = re.findall(re.escape(BEGIN) + b"([^\x02\x03\xff]*)" + re.escape(END), mulaw)
    return read_aloud("".join(part.decode() for part in said))


def read_aloud(text: str) -> tuple[str, ...]:
    """Return the syllables of a text: voices are given other Hanzi for a name's that sound the same."""
    return tuple(lazy_pinyin(character)[0] for character in text if syllables(character))
