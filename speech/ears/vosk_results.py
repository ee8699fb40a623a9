"""What Vosk and its server answer, read: words without spaces, and how sure they are.

>>> heard(['{"text": "查 余额", "result": [{"word": "查", "conf": 1.0, "start": 0.1, "end": 0.3},'
...        ' {"word": "余额", "conf": 0.9, "start": 0.3, "end": 0.7}]}'])
Heard(words='查余额', confidence=0.93)
"""

import json
from collections.abc import Iterable
from typing import Any

from speech.ears import Heard

UNKNOWN = ("[unk]", "<UNK>", "<unk>", "[UNK]")
"""How models write speech that is none of the phrases; each model knows one of these."""
_SHORTEST = 0.01  # seconds: a word that takes no time still counts


def heard(results: Iterable[str]) -> Heard:
    """Put the results of one utterance together.

    Confidence is that of the words, weighted by their length, over all that was said: what is none of the
    phrases counts as time in which nothing was understood.
    """
    found = [json.loads(each) for each in results]
    words = [word for each in found for word in _words(each)]
    total = sum(seconds for _, _, seconds in words)
    sure = sum(confidence * seconds for word, confidence, seconds in words if word not in UNKNOWN)
    text = plain(" ".join(word for word, _, _ in words))
    return Heard(text, round(min(1.0, sure / total), 2) if text else 0.0)


def plain(text: str) -> str:
    """Return Vosk's words as one, without the signs for what it did not understand."""
    return "".join(word for word in text.split() if word not in UNKNOWN)


def _words(result: dict[str, Any]) -> list[tuple[str, float, float]]:
    """Return words with confidence and seconds; a server that tells only words gives no cause for doubt."""
    if "result" not in result:
        return [(word, 1.0, 1.0) for word in result.get("text", "").split()]
    return [
        (word["word"], word.get("conf", 1.0), max(_SHORTEST, word["end"] - word["start"]))
        for word in result["result"]
    ]
