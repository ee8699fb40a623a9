"""A Vosk model in this process: loaded once when it is first needed, and asked which words it knows.

Loading takes seconds and hundreds of megabytes, so it happens in the processes that answer calls, not before
they are forked.
"""

import importlib
import json
import logging
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from speech.ears import EarError, EarMissing
from speech.ears.vosk_results import UNKNOWN
from speech.ears.vosk_words import unknown, words
from speech.models.archive import cut_short
from speech.telephone import RATE

log = logging.getLogger(__name__)

FILES = ("am/final.mdl", "conf/model.conf", "graph/HCLr.fst", "graph/Gr.fst")
"""Of these a model is made. One with graph/HCLG.fst in place of the last two ignores lists of phrases."""
REMEDY = "run: hotline models fetch vosk-small-cn"
_KEPT = 512  # lists of phrases: more than the shipped menus have questions


def assert_present(folder: Path) -> None:
    """Raise EarMissing unless the model's files are all there, as long as they were when it was unpacked."""
    if not folder.is_dir():
        raise EarMissing(f"there is no Vosk model in {folder}; {REMEDY}")
    if lacking := [name for name in FILES if not (folder / name).is_file()]:
        raise EarMissing(f"{folder} lacks {', '.join(lacking)} of a Vosk model; {REMEDY}")
    # A graph that is cut short loads without a word, and ends the process when somebody speaks.
    if damaged := cut_short(folder):
        raise EarMissing(f"{folder} has {', '.join(damaged)} not as unpacked; {REMEDY}")


class VoskModel:
    """The model in `folder`; EarMissing if it cannot be loaded."""

    def __init__(self, folder: Path) -> None:
        assert_present(folder)  # without a path that is there, the package would go and download a model
        try:
            self._vosk = vosk = importlib.import_module("vosk")
        except (ImportError, OSError) as fault:
            raise EarMissing(f"the package vosk cannot be used ({fault}); run: pip install vosk") from fault
        vosk.SetLogLevel(-1)  # it writes past our log, a dozen lines for every model
        try:
            self._model = vosk.Model(str(folder))
        except Exception as fault:
            raise EarMissing(f"the Vosk model in {folder} is damaged; {REMEDY}") from fault
        self._unknown = [sign for sign in UNKNOWN if self.knows(sign)][:1]
        if not self._unknown:
            log.warning("the model in %s has no sign for other words: all it hears will be phrases", folder)
        self.grammar = lru_cache(_KEPT)(self._grammar)

    def knows(self, word: str) -> bool:
        """Tell whether a word can be heard; the model's word 0 stands for none."""
        return bool(self._model.vosk_model_find_word(word) > 0)

    def unknown(self, phrases: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return phrases that cannot be heard, each with the parts of it that are in no word of the model."""
        found = ((phrase, unknown(phrase, self.knows)) for phrase in phrases)
        return {phrase: parts for phrase, parts in found if parts}

    def recognizer(self, phrases: tuple[str, ...]) -> Any:
        """Return a recognizer for one utterance: of these phrases, or with none of anything."""
        try:
            made = (
                self._vosk.KaldiRecognizer(self._model, RATE, self.grammar(phrases))
                if phrases
                else self._vosk.KaldiRecognizer(self._model, RATE)
            )
        except EarError:
            raise
        except Exception as fault:
            raise EarError(f"Vosk cannot listen ({fault})") from fault
        made.SetWords(True)
        return made

    def _grammar(self, phrases: tuple[str, ...]) -> str:
        """Write phrases as Vosk wants them. One with a strange word is left out as a whole, and told of.

        Vosk itself would leave out the word alone, and take what remains for the phrase.
        """
        cut = {phrase: words(phrase, self.knows) for phrase in phrases}
        if lost := [phrase for phrase, found in cut.items() if not found]:
            log.warning("this ear cannot hear %s: not all of it is in words of its model", ", ".join(lost))
        kept = [" ".join(found) for found in cut.values() if found]
        if not kept:
            raise EarError("none of the question's phrases is made of words that this ear knows")
        return json.dumps([*dict.fromkeys(kept), *self._unknown], ensure_ascii=False)


_loaded: dict[Path, VoskModel] = {}
_loading = threading.Lock()


def loaded(folder: Path) -> VoskModel:
    """Return the model of a folder, the same one for the whole process."""
    place = folder.resolve()
    with _loading:
        if place not in _loaded:
            _loaded[place] = VoskModel(place)
        return _loaded[place]


def _forked() -> None:
    """Let a child of a fork load, whatever its parent was loading; a model that is whole is good in both."""
    global _loading  # noqa: PLW0603 - the lock belongs to the process, as the models do
    _loading = threading.Lock()


os.register_at_fork(after_in_child=_forked)
