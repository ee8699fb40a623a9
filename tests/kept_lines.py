"""A file of what took long to find out: a JSON line each, read once, added to at the end.

A run that was stopped goes on where it was; half a line at the end, of a run that was killed, is forgotten.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from speech.sound import Sound


class KeptLines:
    """Values by their keys, which are strings; values are whatever JSON can hold."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._values: dict[str, list[Any]] = {}
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text("utf-8").splitlines(keepends=True) if file.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        if whole != lines:
            file.write_text("".join(whole), "utf-8")
        for line in whole:
            key, *values = json.loads(line)
            self._values[key] = values

    def find(self, key: str) -> list[Any] | None:
        """Return the values that were kept, None if none were."""
        return self._values.get(key)

    def keep(self, key: str, *values: Any) -> None:
        """Keep values, in the file at once."""
        self._values[key] = list(values)
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([key, *values], ensure_ascii=False) + "\n")


def sound_key(how: str, sound: Sound) -> str:
    """Name a sound, and how it is heard."""
    digest = hashlib.sha256(f"{how}, {sound.rate}".encode())
    digest.update(sound.samples.tobytes())
    return digest.hexdigest()
