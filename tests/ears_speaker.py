"""Korean spoken by espeak-ng through pyttsx3, in a process of its own: text by text, WAV files come out.

Vosk's real engine is tested with a Korean model, because that one comes in a package.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from speech.sound import Sound
from speech.telephone import for_telephone, silence
from speech.voices import pyttsx3_worker
from speech.voices.pyttsx3 import Engine

PHRASES = ("상담원", "안녕하세요", "보험")  # a person to talk to, good day, insurance
EMPTY = 44
"""Bytes of a WAV file without a sample: once in forty starts pyttsx3 loses the first sound."""
ATTEMPTS = 3
_HOUSE = Path(__file__).parents[1]


def spoken(folder: Path) -> dict[str, Sound]:
    """Return every phrase as it comes out of a telephone, with silence around it."""
    done = subprocess.run(
        [sys.executable, "-P", __file__, str(folder), *PHRASES],
        env={"PYTHONPATH": str(_HOUSE)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"espeak-ng cannot speak Korean here: {done.stderr.decode()[-200:]}")
    return {
        text: Sound.join(
            [
                silence(0.25),
                for_telephone(Sound.from_wav((folder / f"{text}.wav").read_bytes())),
                silence(0.5),
            ]
        )
        for text in PHRASES
    }


def main(folder: str, *texts: str) -> None:
    place = Path(folder).absolute()
    files = Engine.packaged()
    pyttsx3_worker.VOICE = "ko"
    engine = pyttsx3_worker.Engine(str(files.library), str(files.data))
    for text in texts:
        wavs = (engine.wav(text, 130) for _ in range(ATTEMPTS))
        (place / f"{text}.wav").write_bytes(next(wav for wav in wavs if len(wav) > EMPTY))


if __name__ == "__main__":
    main(*sys.argv[1:])
