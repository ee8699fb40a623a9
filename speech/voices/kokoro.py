"""The Kokoro voice: a small neural model that strangers understand over a telephone, one of eight speakers.

It is the voice people should hear wherever its files are (`hotline models fetch kokoro`). `kokoro_text` says
how Hanzi become its phonemes, `kokoro_worker` how it runs.
"""

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from speech.sound import Sound
from speech.voices import VoiceMissing
from speech.voices.kokoro_files import MODEL_DIGEST, SPEAKERS, assert_present
from speech.voices.kokoro_worker import INSTALL
from speech.voices.pacing import Misspoken, PacedVoice
from speech.voices.worker import Message, Worker

REVISION = 2
"""Raise it whenever the same text would sound different: it makes every cached sound be rendered anew."""
DEFAULT = "zm_yunjian"
"""A low voice of a man: of the eight the ear understands it best, and old people like such a one."""
BEFORE = "余额是"
"""What a carrier sentence begins with, so that none of its words is the first."""
_MODULE = "speech.voices.kokoro_worker"
_HANZI_A_MINUTE = {
    "zf_xiaobei": 246.0,
    "zf_xiaoni": 293.0,
    "zf_xiaoxiao": 290.0,
    "zf_xiaoyi": 304.0,
    "zm_yunjian": 295.0,
    "zm_yunxi": 320.0,
    "zm_yunxia": 285.0,
    "zm_yunyang": 317.0,
}
"""How fast each speaks at the speed 1.0, measured on our sentences; other speeds are in proportion."""
_PACKAGES = ("kokoro-onnx", "onnxruntime", "misaki", "pypinyin", "jieba")


class KokoroVoice(PacedVoice):
    """One speaker of the Kokoro model. `close()` it, or it ends with the program.

    `folder` holds the model's files. VoiceMissing when one is not there or cut short, or a library is not
    installed; what only loading shows is raised by the first sentence. `patience`: seconds one sentence may
    take; `module`: what the process that speaks runs.
    """

    # Slower, it drawls and begins with a sound that is no Chinese: an ear heard three times as many wrong.
    speeds = (0.9, 1.5)

    def __init__(
        self, folder: Path, speaker: str = DEFAULT, patience: float = 60.0, module: str = _MODULE
    ) -> None:
        if speaker not in SPEAKERS:
            raise ValueError(f"Kokoro has no speaker '{speaker}'; choose one of {', '.join(SPEAKERS)}")
        assert_present(folder, speaker)
        self.heard = tuple(speed * _HANZI_A_MINUTE[speaker] for speed in self.speeds)
        self.name = "kokoro" if speaker == DEFAULT else f"kokoro:{speaker}"
        files = f"model {MODEL_DIGEST[:8]}, {speaker} {SPEAKERS[speaker][:8]}"
        self.fingerprint = f"kokoro revision {REVISION}, {_versions()}, {files}"
        super().__init__(Worker(module, str(folder), speaker, patience=patience))

    def clips(self, words: Sequence[str], pace: float = 1.0) -> tuple[Sound, ...]:
        """Speak all words in one carrier sentence, and return each, cut out of it.

        Where two words that end and begin softly cannot be told apart, each gets a sentence of its own.
        """
        carrier = (BEFORE, *words)
        try:
            return self._joinable(words, pace, lambda speed: {"words": carrier, "speed": round(speed, 3)})
        except Misspoken:
            if len(words) == 1:
                raise
            return tuple(sound for word in words for sound in self.clips((word,), pace))

    def _request(self, text: str, speed: float) -> Message:
        return {"text": text, "speed": round(speed, 3)}


def _versions() -> str:
    try:
        return ", ".join(f"{package} {metadata.version(package)}" for package in _PACKAGES)
    except metadata.PackageNotFoundError as fault:
        raise VoiceMissing(f"the Kokoro voice needs the package {fault.name}: {INSTALL}") from fault
