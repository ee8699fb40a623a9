"""What `hotline worker` speaks ahead, so that no web request ever has to.

A version that waits goes live as soon as one voice of ours, the best that can, has spoken all its sentences
at both paces; the other voices, and what is joined from clips, follow behind. Killed at any point it goes on
where it was: what is spoken is in the folder, and who is to go live is in the database. Several workers may
run on several hosts; the first to be ready makes a version live, and whatever another host lacks is said
there by the provider's voice until its own worker has caught up. Nothing is ever downloaded.

What cannot be spoken does not keep a version from going live, be it one sentence or, where the disk is full
or the folder may not be written, all of them. Voices only decide how a version sounds; what it says was
checked and is wanted, and the version before may tell callers something wrong. The provider's voice says what
ours cannot, an alarm tells people, and every round tries again.
"""

import logging
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Event

from ivr.app import Assembly
from ivr.failures import place_of
from ivr.services.alarms import raise_alarm
from ivr.store import versions
from ivr.store.engine import reading
from ivr.texts.reports import alarm
from ivr.urgency import Leaving, Work, leaving, work_of
from menus.menu import Menus
from menus.source import SourceError
from speech.score import Phrase, Sounding
from speech.sound_folder import LIMIT, SoundFolder
from speech.studio import NotAllRendered, Studio
from speech.voices import VoiceError

log = logging.getLogger(__name__)

_LESS_URGENT = 15
_SHOWN = 12
# What failed will mostly fail again: ten times the usual rest before it is tried once more.
_AFTER_FAULTS = 10
ALARM = "sounds"


def sentences(hotline: Assembly, menus: Menus) -> list[Phrase]:
    """Return what menus say in words of their own, at both paces; clips are the same for all menus."""
    return [part for part in hotline.everything_said(menus) if isinstance(part, Phrase)]


def left_to_speak(hotline: Assembly, menus: Menus) -> int:
    """Return how many sentences the best voice has not spoken yet; 0 where the provider's voice speaks.

    What a lesser voice has does not count: callers who know the best one are not to hear another suddenly.
    """
    if hotline.repertoire is None:
        return 0
    best = hotline.repertoire.studios[0]
    return len({part.text for part in best.missing(sentences(hotline, menus))})


@dataclass
class Rendering:
    """Speaks ahead for one hotline.

    In seconds: `pause` between looks at what was published, `again` between looks at the sounds themselves,
    which somebody may have deleted. `limit` is how many bytes the folder of sounds may take.
    """

    hotline: Assembly
    pause: float = 5
    again: float = 60
    limit: int = LIMIT
    _done: Work | None = field(default=None, init=False)
    _look_at: float = field(default=0, init=False)
    _unusable: str | None = field(default=None, init=False)
    _told: dict[str, str] = field(default_factory=dict, init=False)

    def run(self, stop: Event) -> None:
        """Speak until told to stop, whenever callers leave the processor free; what fails is tried again."""
        os.nice(_LESS_URGENT)  # of this thread, and of all that it starts
        while not stop.is_set():
            try:
                self.round(stop)
            except Exception as error:  # noqa: BLE001 - one bad round must not end the speaking
                log.error("speaking ahead failed: %s", place_of(error))
            stop.wait(self.pause)

    def round(self, stop: Event) -> None:
        """Bring the version that waits live if there is one, else keep all sounds of the live one."""
        engine = self.hotline.engine
        work = work_of(engine)
        leave = leaving(engine, work, stop, self.pause)
        if work.waiting and work.waiting != self._unusable:
            self._bring_live(work.waiting, leave)
        elif work != self._done or time.monotonic() >= self._look_at:
            self._keep(work, leave)

    def _menus(self, digest: str) -> Menus:
        with reading(self.hotline.engine).begin() as connection:
            return self.hotline.versions.menus(connection, digest)

    def _bring_live(self, digest: str, leave: Leaving) -> None:
        """Speak a version and make it live, unless others come first."""
        try:
            menus = self._menus(digest)
        except SourceError:
            self._unusable = digest
            self._alarm(
                "menus", f"version {digest[:_SHOWN]} is not for this program; publish its files again"
            )
            return
        fault = self._speak_by_one(sentences(self.hotline, menus), leave)
        if leave():
            return
        with self.hotline.sessions.begin() as session:
            now = self.hotline.clock()
            if not versions.go_live(session.connection(), digest, now):
                return
            if fault:
                alarm(session, ALARM, f"version {digest[:_SHOWN]} is live, but {fault}", now)
        log.info("version %s is live: new calls begin with it", digest[:_SHOWN])

    def _speak_by_one(self, said: Sequence[Phrase], leave: Leaving) -> str | None:
        """Let the best voice that can speak all of it; return what no voice of ours could speak, if so."""
        left, reason = dict.fromkeys(said), ""
        for studio in self._studios:
            reason = self._render(studio, said, leave) or reason
            missing = dict.fromkeys(studio.missing(said))
            if leave() or not missing:
                return None
            left = {part: None for part in left if part in missing}
        if not left or not self._studios:
            return None
        texts = list(dict.fromkeys(part.text for part in left))
        return f"the provider's voice says {len(texts)} of its sentences, such as {texts[0][:40]} ({reason})"

    def _keep(self, work: Work, leave: Leaving) -> None:
        """Have everything of the live version spoken by every voice, and the folder within its limit."""
        said = list(self.hotline.everything_said(self._menus(work.live))) if work.live else []
        faults = []
        for studio in self._studios:
            faults.append(self._render(studio, said, leave))
            if leave():
                return
        self._tidy()
        rest = self.again * (_AFTER_FAULTS if any(faults) else 1)
        self._done, self._look_at = work, time.monotonic() + rest

    def _tidy(self) -> None:
        """Take away sounds of versions nobody hears any more, where they take too much room."""
        with reading(self.hotline.engine).begin() as connection:
            digests = versions.in_use(connection)
        wanted: set[Sounding] = set()
        for digest in digests:
            try:
                wanted.update(self.hotline.everything_said(self._menus(digest)))
            except SourceError:
                continue  # of a program before this one
        # All voices share the folder: one studio alone would take the others' sounds away.
        names = {studio.digest(part) for studio in self._studios for part in wanted}
        try:
            SoundFolder(self.hotline.settings.sounds, self.limit).tidy(names)
        except VoiceError as error:
            self._alarm(ALARM, str(error))

    @property
    def _studios(self) -> Sequence[Studio]:
        return self.hotline.repertoire.studios if self.hotline.repertoire else ()

    def _render(self, studio: Studio, parts: Iterable[Sounding], leave: Leaving) -> str | None:
        """Let one voice speak what it lacks; return why it could not speak all of it, if so."""
        missing = studio.missing(parts)
        if not missing:
            return None
        begun, fault = time.monotonic(), None
        try:
            studio.render(missing, stop=leave)
        except Exception as error:  # noqa: BLE001 - whatever fails, the next voice may do
            fault = str(error) if isinstance(error, VoiceError) else place_of(error)
            if not leave():  # who is stopped in the middle has no fault
                self._tell(studio, fault, error)
        spoken = len(missing) - len(studio.missing(missing))
        if spoken:
            log.info("%s spoke %d parts in %.1f seconds", studio.name, spoken, time.monotonic() - begun)
        return fault

    def _tell(self, studio: Studio, fault: str, error: Exception) -> None:
        """Log what a voice cannot do, once as long as it stays the same; more than sentences is an alarm."""
        if isinstance(error, NotAllRendered):
            fault = f"{fault}: {' / '.join(error.texts[:3])}"
        else:
            self._alarm(ALARM, f"{studio.name}: {fault}")
        if self._told.get(studio.name) != fault:
            log.warning("%s: %s", studio.name, fault)
        self._told[studio.name] = fault

    def _alarm(self, kind: str, detail: str) -> None:
        with self.hotline.sessions.begin() as session:
            raise_alarm(session, self.hotline.clock(), kind, detail)
