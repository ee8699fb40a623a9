"""The files of the Kokoro voice: which there must be, how long they are, and their digests (SHA-256)."""

import hashlib
from pathlib import Path

from speech.voices import VoiceMissing

MODEL = "kokoro-v1.0.int8.onnx"
MODEL_BYTES = 92_361_271
SPEAKER_BYTES = 522_240
MODEL_DIGEST = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
SPEAKERS = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "zf_xiaoni": "08892b62a39af0a615cd0581238db7e19e44c578e8fa0bfd0e586e93327d9cba",
    "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunjian": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
    "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "zm_yunxia": "6b2b8fc15b3df19a368daebe5c581c7fabf433ee5b8a17ffd6b3d723cff8936d",
    "zm_yunyang": "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42",
}
REMEDY = "`hotline models fetch kokoro` brings it"


def assert_present(folder: Path, speaker: str) -> None:
    """Look at names and lengths only; VoiceMissing says which file is missing or cut short."""
    for path, length in ((folder / MODEL, MODEL_BYTES), (folder / f"{speaker}.bin", SPEAKER_BYTES)):
        try:
            found = path.stat().st_size
        except OSError as fault:
            raise VoiceMissing(f"the Kokoro voice lacks {path}: {REMEDY}") from fault
        if found != length:
            raise VoiceMissing(f"{path} has {found:,} bytes instead of {length:,}: {REMEDY}")


def assert_unchanged(folder: Path, speaker: str) -> None:
    """Read the files; VoiceMissing unless every byte is what it should be (a tenth of a second)."""
    for path, digest in ((folder / MODEL, MODEL_DIGEST), (folder / f"{speaker}.bin", SPEAKERS[speaker])):
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as fault:
            raise VoiceMissing(f"{path} cannot be read ({fault.strerror}): {REMEDY}") from fault
        if found != digest:
            raise VoiceMissing(f"{path} is damaged (its SHA-256 begins {found[:8]}): {REMEDY}")
