"""A demo's better voice, fetched and rendered behind the scenes: it takes over prompt by prompt."""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event

from ivr.app import Assembly
from ivr.commands.background_fetch import Stopped, fetch_behind, lacking
from ivr.failures import place_of
from ivr.voices import kokoro
from speech.models import KOKORO, ModelError
from speech.repertoire import Repertoire
from speech.score import SLOW, Sounding
from speech.sound_folder import StudioError
from speech.studio import Studio
from speech.voices import VoiceError

log = logging.getLogger(__name__)

_LESS_URGENT = 15
_WITHOUT = "好听的声音没下载成,现在用内置的声音。在终端里运行 {command} models fetch kokoro,再重新演示。"
_NOT_KEPT = "声音存不下来,请看字幕。"


@dataclass
class BetterVoice:
    """Brings the Kokoro voice into a running demo; `notice` says for people on the page how far it is."""

    hotline: Assembly
    repertoire: Repertoire
    _notice: str | None = field(default=None, init=False)

    def notice(self) -> str | None:
        """Return a sentence for the page; None when there is nothing to say any more."""
        return self._notice

    def run(self, stop: Event) -> None:
        """Fetch the voice, render all with it, the main path first; then what the built-in voice lacks.

        Before all that the built-in voice says the main path slowly: whoever presses 8, or is silent once,
        must not wait for the better one.
        """
        os.nice(_LESS_URGENT)  # of this thread: callers come first
        menus, built_in = self.hotline.newest_menus(), self.repertoire.studios[-1]
        try:
            self._render(built_in, self.hotline.main_path(menus, SLOW), stop, "")
            self._bring(stop)
            self._render(built_in, self.hotline.everything_said(menus), stop, "")
        except Stopped:
            return
        except Exception as error:  # noqa: BLE001 - the demo goes on with the voices it has
            log.error("rendering ahead failed: %s", place_of(error))

    def _bring(self, stop: Event) -> None:
        if self.hotline.settings.voice == "pyttsx3":
            return
        try:
            self._fetch(stop)
            studio = self._studio()
        except (ModelError, VoiceError) as missing:
            instead = "the better voice could not be had, the built-in one speaks"
            self._notice = lacking(KOKORO, instead, missing, _WITHOUT)
            return
        telling = "好听的声音正在准备,{total}句里准备好了{done}句,好一句用一句。现在就可以打电话。"
        self._render(studio, self.hotline.everything_said(self.hotline.newest_menus()), stop, telling)

    def _fetch(self, stop: Event) -> None:
        def tell(percent: int) -> None:
            self._notice = f"好听的声音下载了{percent}%,现在就可以打电话。"

        fetch_behind(KOKORO, self.hotline.settings.models, stop, tell)

    def _studio(self) -> Studio:
        """Return the better voice's studio, the first of the repertoire from now on."""
        first = self.repertoire.studios[0]
        if first.name.startswith("kokoro"):
            return first
        studio = kokoro(self.hotline.settings)
        self.repertoire.studios = (studio, *self.repertoire.studios)
        return studio

    def _render(self, studio: Studio, wanted: Iterable[Sounding], stop: Event, telling: str) -> None:
        """Render with one voice, `telling` how far it is; without that, what was told last stays."""

        def progress(done: int, total: int) -> None:
            if telling:
                self._notice = telling.format(done=done, total=total) if done < total else None

        try:
            studio.render(list(wanted), progress, stop.is_set)
        except StudioError as error:
            self._notice = _NOT_KEPT
            log.warning("%s", error)
        except VoiceError as error:
            self._notice = None if telling else self._notice
            if not stop.is_set():  # who is stopped in the middle of a sentence has no fault
                log.warning("%s", error)
