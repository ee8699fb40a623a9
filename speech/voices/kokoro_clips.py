"""Words cut out of a carrier sentence, at the quietest moment near where the model says that they end.

A voice of this kind garbles a word said alone, and says it well between others. The model's own times lag
behind its sound by up to 150 ms, and it makes no silence between short words, comma or not; so its times say
where to look, and the sound says where to cut.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float32]

MARK = ". "
"""What stands between two words: after a full stop most words end in silence."""
_EARLY = 0.15  # so long before the model's end of a word its sound may be over
_SHORTEST = 0.1  # no word is shorter: the quiet before it must not be taken for the quiet behind it
_FRAME = 0.01
_QUIET = 0.003  # of full scale: less than the softest s, f or h
_LEAD, _TAIL = 0.03, 0.04  # what is kept of the quiet around a word, with a rise and a fall


def carrier(words: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return the phonemes of a sentence made of words in phonemes, and where each stands: first, after last.

    >>> carrier(["ʂɨ↘", "i→", "xau↓"])
    ('ʂɨ↘. i→. xau↓.', [(0, 3), (5, 7), (9, 13)])
    """
    places, text = [], ""
    for word in words:
        text += MARK if text else ""
        places.append((len(text), len(text) + len(word)))
        text += word
    return f"{text}.", places


def cut(values: Values, rate: int, spans: Sequence[tuple[float, float]]) -> list[Values]:
    """Return all words but the first, given when each begins and ends by the model, in seconds."""
    frame = round(_FRAME * rate)
    whole = values[: len(values) // frame * frame].reshape(-1, frame)
    levels = np.convolve(np.sqrt(np.mean(whole**2, axis=1)), [0.5, 0.5], "same")
    places: list[int] = []
    for (_, end), (start, _) in pairwise(spans):
        after = places[-1] + round(_SHORTEST / _FRAME) if places else 0
        places.append(_quietest(levels, max(after, round((end - _EARLY) / _FRAME)), round(start / _FRAME)))
    bounds = [*(place * frame for place in places), len(values)]
    return [_trimmed(values[first:last], rate) for first, last in pairwise(bounds)]


def _quietest(levels: Values, first: int, last: int) -> int:
    """Return the frame with the least sound of those between two words, of which there are two at least."""
    first = min(first, len(levels) - 1)
    return first + int(np.argmin(levels[first : max(first + 2, last)]))


def _trimmed(values: Values, rate: int) -> Values:
    """Leave away the quiet around a word, but for a moment in which it rises and falls."""
    loud = np.flatnonzero(np.abs(values) > _QUIET)
    if not len(loud):
        return values
    lead, tail = round(_LEAD * rate), round(_TAIL * rate)
    word = values[max(0, loud[0] - lead) : loud[-1] + tail].copy()
    word[:lead] *= np.linspace(0, 1, lead, dtype=np.float32)[: len(word)]
    word[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)[-len(word) :]
    return np.asarray(word)
