"""How long a first-time caller waits for the first thing they called for, summed from the real sounds.

Real conversations through the real doors by a line whose clock runs with what is played: every prompt is
heard out, every key takes a second and a half. Before that the same conversations are taken once without any
line, to render what they say.
"""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from ivr.app import Assembly, account_of, assemble, create_app, shelf
from ivr.channels.phone.calllog import Heard
from ivr.channels.phone.line import Line, Patience
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.channels.shelf import Shelf
from ivr.conversation import Answer, Request
from ivr.settings import Settings, SettingsError
from ivr.store import schema
from ivr.store.engine import connect
from ivr.voices import LADDER
from menus.events import Arrived, Pressed
from speech.clips.kinds import KindOfClip
from speech.score import NORMAL, SLOW, Clip, Phrase, Score, joined
from speech.studio import Studio
from tests.bench.hotlines import settings_in
from tests.cast import HUANG, settle_in
from tests.running import OWN_NUMBER, own_config

A_KEY = 1.5
"""Seconds that a caller takes for every key, the first after a prompt too."""
MOST = 90.0
"""Seconds until the balance that a caller is asked to bear at the usual pace."""
_START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
_PROVES = (HUANG.number, HUANG.pin or "")


@dataclass(frozen=True, slots=True)
class Flow:
    """What a caller keys, question by question, and what kind of value is then the answer."""

    name: str
    entries: tuple[str, ...]
    answer: KindOfClip


FLOWS = (
    Flow("balance", ("1", *_PROVES), "money"),
    Flow("monthly credit", ("2", *_PROVES), "money"),
    Flow("who shares the account", ("3", "1", *_PROVES), "name"),
    Flow("whose sharing to end", ("3", "2", *_PROVES), "name"),
)


@dataclass(frozen=True, slots=True)
class Waited:
    """Seconds from the hotline's first word to the answer's, those of keys among them, and every prompt's."""

    flow: str
    voice: str
    pace: str
    seconds: float
    keying: float
    prompts: Sequence[tuple[str, float]]


@dataclass
class _Clock:
    now: datetime = _START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Waiting:
    """A hotline that speaks with one voice, and callers who have never called before."""

    built: Assembly
    studio: Studio
    clock: _Clock
    _calls: int = field(default=0, init=False)

    def waited(self, flow: Flow, *, slow: bool = False) -> Waited:
        """Return how long a caller waits. Who wants it slow pressed 8 in a call of the day before."""
        prompts = self._rendered(flow, slow=slow)
        line = self._line(self._caller(slow=slow))
        line.dial()
        for keys in flow.entries:
            line.listen()
            for key in keys:
                line.wait(A_KEY)
                line.press(key, Patience.NOW)
        line.listen()
        assert all(heard.url for heard in line.heard), "the provider's voice spoke: not all was rendered"
        keying = A_KEY * sum(map(len, flow.entries))
        seconds = self._begins(line.heard, flow.answer)
        return Waited(flow.name, self.studio.name, "slow" if slow else "normal", seconds, keying, prompts)

    def answer(self, flow: Flow) -> Answer:
        """Take a flow's conversation without a line, render what it says, and return its last answer."""
        *_, answer = self._answers(self._caller(slow=False), flow)
        self._render(line.score for passage in self.built.script.passages(answer) for line in passage.lines)
        return answer

    def _rendered(self, flow: Flow, *, slow: bool) -> list[tuple[str, float]]:
        """Render all that a flow's conversation says, and return how long each prompt is."""
        answers = self._answers(self._caller(slow=slow), flow)
        lines = [
            line
            for answer in answers
            for passage in self.built.script.passages(answer)
            for line in passage.lines
        ]
        scores = [line.score for line in lines]
        self._render(scores)
        sounds = [self.studio.assemble(score) for score in scores]
        return [(line.prompt, sound.duration) for line, sound in zip(lines, sounds, strict=True) if sound]

    def _answers(self, caller: str, flow: Flow) -> list[Answer]:
        key = f"CA{self._calls:032x}"
        events = [Arrived("voice", self.clock().date()), *map(Pressed, flow.entries)]
        requests = (
            Request(key, f"{key}/{number}", event, "voice", caller, number == 1, number)
            for number, event in enumerate(events, 1)
        )
        return [self.built.conversations.take_turn(request) for request in requests]

    def _render(self, scores: Iterable[Score]) -> None:
        """Render at both paces at once: a voice that stretches its words speaks them only once then."""
        parts = [part for part in joined(scores) if isinstance(part, Phrase | Clip)]
        self.studio.render(replace(part, pace=pace) for part in parts for pace in (NORMAL, SLOW))

    def _caller(self, *, slow: bool) -> str:
        """Return a number nobody called from today."""
        self._calls += 1
        caller = f"+861002732{self._calls:04}"
        if slow:
            today, self.clock.now = self.clock.now, self.clock.now - timedelta(days=1)
            line = self._line(caller)
            line.dial()
            line.press("8")
            line.hang_up()
            self.clock.now = today
        return caller

    def _line(self, caller: str) -> Line:
        app = create_app(self.built)
        transport = InProcess(app, self.built.settings.public_url)
        return Line(PretendTwilio(transport, account_of(self.built)), caller, called=OWN_NUMBER)

    def _begins(self, heard: Sequence[Heard], kind: KindOfClip) -> float:
        """Return when the first value of a kind is heard."""
        sounds = shelf(self.built)
        assert sounds
        for sound in heard:
            before = self._before(sounds, sound.url or "", kind)
            if before is not None:
                return sound.at + before
        raise AssertionError(f"no value of the kind {kind} was heard")

    def _before(self, sounds: Shelf, url: str, kind: KindOfClip) -> float | None:
        """Return the seconds of a sound before its first value of a kind; None if it has none."""
        *_, folder, name = urlsplit(url).path.removesuffix(".wav").split("/")
        passage = sounds.passage_of(name) if folder == "turn" else None
        if passage is None:
            return None
        score = joined((line.score for line in passage.lines), passage.opening)
        values = [number for number, part in enumerate(score) if isinstance(part, Clip) and part.kind == kind]
        before = self.studio.assemble(score[: values[0]]) if values else None
        return before.duration if before else None


@contextmanager
def waiting(voice: str, sounds: Path, models: Path) -> Iterator[Waiting]:
    """Give a hotline that speaks with one voice; SettingsError if this machine lacks it."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(
            settings_in(Path(folder), "play")
            | {
                "HOTLINE_ENV": "production",  # a demo says so first, which nobody else waits for
                "HOTLINE_CONFIG": str(own_config(Path(folder))),
                "HOTLINE_PUBLIC_URL": "https://hotline.example",
                "HOTLINE_SOUNDS": str(sounds),
                "HOTLINE_MODELS": str(models),
                "HOTLINE_VOICE": voice,
            }
        )
        engine = connect(settings.database_url)
        schema.upgrade(engine)
        engine.dispose()
        clock = _Clock()
        built = assemble(settings, clock)
        assert built.repertoire
        with built.sessions.begin() as session:
            settle_in(session, built.vault, built.consulting.pins)
        (studio,) = built.repertoire.studios
        try:
            yield Waiting(built, studio, clock)
        finally:
            studio.close()
            built.engine.dispose()


def measure(models: Path, *, quick: bool) -> list[Waited]:
    """Return how long every flow takes with every voice of this machine, at both paces; or one of them."""
    flows, paces = (FLOWS[:1], (False,)) if quick else (FLOWS, (False, True))
    found: list[Waited] = []
    for voice in LADDER[-1:] if quick else LADDER:
        with (
            tempfile.TemporaryDirectory() as sounds,
            suppress(SettingsError),
            waiting(voice, Path(sounds), models) as hotline,
        ):
            found += [hotline.waited(flow, slow=slow) for flow, slow in product(flows, paces)]
    return found


def write(rows: Sequence[Waited], folder: Path) -> str:
    """Write first-answer.md into a folder; return the Markdown."""
    prompts = "\n".join(f"- {prompts_of(row)}" for row in rows if row.flow == FLOWS[0].name)
    text = f"""# What a first-time caller waits for

Written by `make bench`: seconds from the answer of the call to the first value, summed from the real sounds.
Everything is heard out, a key takes {A_KEY} s. Goal: the balance within {MOST:.0f} s at the usual pace.

{table(rows)}

What each prompt lasts, in seconds:

{prompts}
"""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "first-answer.md").write_text(text)
    return text


def table(rows: Sequence[Waited]) -> str:
    """Return the waits as a Markdown table."""
    lines = [
        "| until the first value of | voice | pace | seconds | keys | sound |",
        "|---|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {row.flow} | {row.voice} | {row.pace} | {row.seconds:.1f} | {row.keying:.1f} "
        f"| {row.seconds - row.keying:.1f} |"
        for row in rows
    ]
    return "\n".join(lines)


def prompts_of(row: Waited) -> str:
    """Return what each prompt of a wait lasts."""
    listed = ", ".join(f"{prompt} {seconds:.1f}" for prompt, seconds in row.prompts)
    return f"{row.flow}, {row.voice}, {row.pace}: {listed}"
