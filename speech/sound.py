"""Sound as a value: 16-bit samples, one channel, and how many of them make a second."""

import io
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

FULL_SCALE = 32768
SILENT_BELOW = 100
"""Root mean square under which 20 ms count as silence (about -50 dBFS: line noise, never speech)."""


@dataclass(frozen=True, eq=False)
class Sound:
    """Samples (one dimension, int16, kept read-only) at `rate` a second; equal when both are equal."""

    samples: Samples
    rate: int

    def __post_init__(self) -> None:
        if self.samples.dtype != np.int16 or self.samples.ndim != 1:
            raise TypeError("a sound is made of one row of int16 samples")
        if self.rate <= 0:
            raise ValueError("a sound needs a positive number of samples a second")
        own = self.samples.copy()
        own.setflags(write=False)
        object.__setattr__(self, "samples", own)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sound):
            return NotImplemented
        return self.rate == other.rate and np.array_equal(self.samples, other.samples)

    def __hash__(self) -> int:
        return hash((self.rate, self.samples.tobytes()))

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate

    @property
    def is_silent(self) -> bool:
        """Whether no 20 ms of it are loud enough to be speech; no samples at all are silence too."""
        return bool(np.all(frame_levels(self) < SILENT_BELOW))

    @classmethod
    def join(cls, sounds: Iterable[Self], pause: float = 0.0) -> Self:
        """Play one after the other with `pause` seconds of silence between; ValueError if rates differ."""
        parts = list(sounds)
        if len({part.rate for part in parts}) != 1:
            raise ValueError("sounds can be joined when there is at least one and all have the same rate")
        gap = np.zeros(round(pause * parts[0].rate), dtype=np.int16)
        pieces = [piece for part in parts for piece in (gap, part.samples)]
        return cls(np.concatenate(pieces[1:]), parts[0].rate)

    def wav_bytes(self) -> bytes:
        """Give the whole as a WAV file: PCM, 16 bit, one channel."""
        file = io.BytesIO()
        with wave.open(file, "wb") as writer:
            writer.setnchannels(1)
            writer.setsampwidth(2)
            writer.setframerate(self.rate)
            writer.writeframes(self.samples.astype("<i2").tobytes())
        return file.getvalue()

    @classmethod
    def from_wav(cls, data: bytes) -> Self:
        """Read any PCM WAV file (8 to 32 bit; several channels become their mean); ValueError otherwise.

        A file cut short is refused too: half a sentence must not be taken for a whole one.
        """
        if not data:
            raise ValueError("this is not a PCM WAV file (it is empty)")
        try:
            with wave.open(io.BytesIO(data)) as reader:
                width, channels, rate = reader.getsampwidth(), reader.getnchannels(), reader.getframerate()
                told = reader.getnframes()
                frames = reader.readframes(told)
        except (wave.Error, EOFError) as fault:
            raise ValueError(f"this is not a PCM WAV file ({fault or 'it ends too soon'})") from fault
        if (found := len(frames) // (width * channels)) != told:
            raise ValueError(f"this WAV file is cut short: it has {found:,} of its {told:,} samples")
        values = _top_16_bits(frames, width)
        return cls(np.rint(values.reshape(-1, channels).mean(axis=1)).astype(np.int16), rate)


def frame_levels(sound: Sound) -> npt.NDArray[np.float64]:
    """Root mean square of every 20 ms, the last piece filled up with silence."""
    size = max(1, sound.rate // 50)
    padded = np.zeros(-(-len(sound.samples) // size) * size)
    padded[: len(sound.samples)] = sound.samples
    return np.asarray(np.sqrt(np.mean(padded.reshape(-1, size) ** 2, axis=1)))


def _top_16_bits(frames: bytes, width: int) -> npt.NDArray[np.int32]:
    """Unpack little-endian samples of 1 to 4 bytes; WAV keeps 8 bits unsigned and all others signed."""
    rows = np.frombuffer(frames[: len(frames) // width * width], dtype=np.uint8).reshape(-1, width)
    if width == 1:
        return (rows[:, 0].astype(np.int32) - 128) << 8
    top = rows[:, -2:].copy().view("<i2")
    return top[:, 0].astype(np.int32)
