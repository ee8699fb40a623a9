"""Words of several kinds, and texts cut into them: the longest word wins, so none is found inside another."""

import re
from collections.abc import Iterator


class Vocabulary:
    """Words by kind: `Vocabulary(yes="是 好", trap="是不是")`, each kind a string of words between spaces."""

    def __init__(self, **words: str) -> None:
        self._kinds = {word: kind for kind, listed in words.items() for word in listed.split()}
        longest_first = sorted(self._kinds, key=len, reverse=True)
        # A run of Latin letters is one word, or else the "no" inside "nothing" would be found.
        self._pattern = re.compile("|".join(["[a-z]+", *map(re.escape, longest_first), "."]), re.DOTALL)

    def cut(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield (kind, word) through the whole text; the kind of what is no word here is empty."""
        for found in self._pattern.finditer(text):
            yield self._kinds.get(found.group(), ""), found.group()
