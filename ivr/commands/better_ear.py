"""A demo's ear: the one that is there, or one fetched behind the scenes, from which on callers may speak."""

import logging
from threading import Event

from ivr.app import Assembly
from ivr.commands.background_fetch import Stopped, fetch_behind, lacking
from ivr.failures import place_of
from speech.ears import Ear, EarError
from speech.ears.whisper_pool import WhisperPool
from speech.models import WHISPER_BASE, ModelError

log = logging.getLogger(__name__)

_COMING = "听懂说话的部分下载了{percent}%,现在先按键。"
_WITHOUT = "听懂说话的部分没下载成,请按键。在终端里运行 {command} models fetch whisper-base,再重新演示。"


class BetterEar:
    """Brings an ear into a running demo that has none; `notice` says for people on the page how far it is."""

    def __init__(self, hotline: Assembly) -> None:
        self._hotline = hotline
        self._notice: str | None = None
        self.ear: Ear | None = hotline.hearing.ear

    def notice(self) -> str | None:
        """Return a sentence for the page; None when there is nothing to say any more."""
        return self._notice

    def run(self, stop: Event) -> None:
        """Fetch Whisper if any ear is wanted and none is there; calls that begin afterwards are heard."""
        if self.ear or self._hotline.settings.ear != "auto":
            return
        try:
            self.ear = self._fetched(stop)
            self._notice = None
        except Stopped:
            return
        except (ModelError, EarError) as missing:
            instead = "no ear could be had, callers press keys"
            self._notice = lacking(WHISPER_BASE, instead, missing, _WITHOUT)
        except Exception as error:  # noqa: BLE001 - the demo goes on by key
            log.error("fetching an ear failed: %s", place_of(error))

    def _fetched(self, stop: Event) -> Ear:
        def tell(percent: int) -> None:
            self._notice = _COMING.format(percent=percent)

        folder = self._hotline.settings.models
        fetch_behind(WHISPER_BASE, folder, stop, tell)
        ear = WhisperPool(folder / WHISPER_BASE.name)
        ear.check()
        return ear
