"""What a keypad turn costs beside a bare Flask view: behind the same server, and without any server.

Rounds alternate (hotline, bare, hotline, bare ...), so that whatever else the machine does meets both alike;
the ratio is the median of the ratios of neighbours.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask

from tests.bench.client import ask_all
from tests.bench.hotlines import answer, bare, hotline, settings_in
from tests.bench.server import Served, served
from tests.bench.walk import Call, Prepared, Provider, interleaved

LANES = 4  # connections at once; more than the server has cores


@dataclass(frozen=True, slots=True)
class Round:
    """The turns of one round: processor time in microseconds a turn, and turns a second by the clock."""

    microseconds: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison; `ratio` is bare over hotline, 1 would be a turn that costs nothing."""

    where: str
    prompts: str
    hotline: Round
    bare: Round
    ratio: float
    lowest: float
    highest: float


@dataclass(frozen=True, slots=True)
class Size:
    """How many pairs of rounds, and how many calls a round has."""

    pairs: int
    calls: int


Run = Callable[[Sequence[Call]], Round]


def compare(prompts: str, size: Size) -> list[Row]:
    """Return a row for the server and one for the bare applications, with prompts `say` or `play`."""
    with tempfile.TemporaryDirectory() as name:
        variables = settings_in(Path(name), prompts)
        provider = Provider(variables["HOTLINE_PUBLIC_URL"], variables["TWILIO_AUTH_TOKEN"])
        app = hotline(variables)
        document = sample(app, provider)
        within = _row("in process", prompts, _alternated(provider, size, *_within(app, bare(document))))
        with served({"hotline": variables}) as ours, served({"bare": document}) as plain:
            behind = _row(
                "server", prompts, _alternated(provider, size, _behind(ours), _behind(plain, bare=True))
            )
    return [behind, within]


def sample(app: Flask, provider: Provider) -> str:
    """Return the longest document of a walk: what the bare view answers."""
    call = provider.call()
    answer(app, call.greeting)
    return max((answer(app, turn).decode() for turn in call.turns), key=len)


def _alternated(provider: Provider, size: Size, ours: Run, plain: Run) -> list[tuple[Round, Round]]:
    warm = provider.calls(max(1, size.calls // 4))
    for run in (ours, plain):
        run(warm)
    pairs = []
    for _ in range(size.pairs):
        calls = provider.calls(size.calls)
        pairs.append((ours(calls), plain(calls)))
    return pairs


def _row(where: str, prompts: str, pairs: Sequence[tuple[Round, Round]]) -> Row:
    ratios = [plain.microseconds / ours.microseconds for ours, plain in pairs]
    ours, plain = (_median(rounds) for rounds in zip(*pairs, strict=True))
    return Row(where, prompts, ours, plain, median(ratios), min(ratios), max(ratios))


def _median(rounds: Sequence[Round]) -> Round:
    return Round(median(one.microseconds for one in rounds), median(one.per_second for one in rounds))


def _within(app: Flask, plain: Flask) -> tuple[Run, Run]:
    def ours(calls: Sequence[Call]) -> Round:
        for call in calls:
            answer(app, call.greeting)
        return _timed(app, list(interleaved(calls)), check=True)

    return ours, lambda calls: _timed(plain, list(interleaved(calls)), check=False)


def _timed(app: Flask, turns: Sequence[Prepared], check: bool) -> Round:
    used, began = time.process_time(), time.perf_counter()
    bodies = [answer(app, turn) for turn in turns]
    used, seconds = time.process_time() - used, time.perf_counter() - began
    if check:
        _check(turns, bodies)
    return Round(used / len(turns) * 1e6, len(turns) / seconds)


def _behind(server: Served, bare: bool = False) -> Run:
    def run(calls: Sequence[Call]) -> Round:
        shares = [calls[lane::LANES] for lane in range(min(LANES, len(calls)))]
        if not bare:
            ask_all(server.address, [[call.greeting.raw() for call in share] for share in shares])
        lanes = [list(interleaved(share)) for share in shares]
        raw = [[turn.raw() for turn in lane] for lane in lanes]
        used = server.processor_seconds()
        seconds, bodies = ask_all(server.address, raw)
        used = server.processor_seconds() - used
        count = sum(map(len, lanes))
        if not bare:
            for lane, answers in zip(lanes, bodies, strict=True):
                _check(lane, answers)
        return Round(used / count * 1e6, count / seconds)

    return run


def _check(turns: Sequence[Prepared], bodies: Sequence[bytes]) -> None:
    wrong = sum(not turn.is_answered_by(body) for turn, body in zip(turns, bodies, strict=True))
    if wrong:
        raise RuntimeError(f"{wrong} of {len(turns)} turns were not answered as they should be")
