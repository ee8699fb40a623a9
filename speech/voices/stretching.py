"""Speech made longer or shorter without changing its pitch (waveform similarity overlap-add).

Pieces of 40 ms are laid over each other at another distance than they had, each taken from where, within
10 ms, it best continues the one before.
"""

import numpy as np
import numpy.typing as npt

from speech.sound import Sound

LEAST, MOST = 0.5, 4.0
_WINDOW = 0.04
_REACH = 0.01

Values = npt.NDArray[np.float64]


def stretched(sound: Sound, factor: float) -> Sound:
    """Make a sound `factor` times as long; ValueError unless that is 0.5 to 4."""
    if not LEAST <= factor <= MOST:
        raise ValueError(f"speech can be stretched {LEAST} to {MOST} times, not {factor:.2f} times")
    hop, reach = round(_WINDOW / 2 * sound.rate), round(_REACH * sound.rate)
    window = 2 * hop
    fade = np.hanning(window + 1)[:-1]
    source = np.pad(sound.samples.astype(np.float64), (reach, 2 * window + reach))
    length = round(len(sound.samples) * factor)
    result, weight = np.zeros(length + window), np.full(length + window, 1e-3)
    place = reach
    for start in range(0, length, hop):
        if start:
            place = _continuation(source, place + hop, round(start / factor), (window, reach))
        result[start : start + window] += fade * source[place : place + window]
        weight[start : start + window] += fade
    return Sound(np.rint(result / weight)[:length].astype(np.int16), sound.rate)


def _continuation(source: Values, wanted: int, place: int, size: tuple[int, int]) -> int:
    """Find where, around `place`, the source is most like what stands at `wanted`."""
    window, reach = size
    around = source[place : place + window + 2 * reach]
    return place + int(np.argmax(np.correlate(around, source[wanted : wanted + window], "valid")))
