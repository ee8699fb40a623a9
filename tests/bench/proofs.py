"""What proving costs: PINs of nobody, wrong ones and locked people; signatures; and sealing what is kept."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import parse_qsl

from stdnum.iso7064 import mod_11_2
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from ivr import record
from ivr.app import Assembly, create_app
from ivr.channels.signature import Signature
from ivr.record import Record
from ivr.store.sealed import Vault
from ivr.store.tables import Lock, Person
from menus.dialogue import begin, step
from menus.events import Arrived, Pressed
from menus.menu import Menus
from tests.bench.hotlines import answer, assembled, settings_in
from tests.bench.walk import Provider

PIN, WRONG = "837294", "618305"
_KINDS = ("unknown", "wrong", "locked")


def identity_numbers() -> Iterator[str]:
    """Yield valid numbers of nobody: the county does not exist."""
    for day in count():
        born = date(1950, 1, 1) + timedelta(days=day)
        body = f"450199{born:%Y%m%d}{996 + day % 4}"
        yield body + str(mod_11_2.calc_check_digit(body))


def pin_milliseconds(tries: int) -> dict[str, float]:
    """Return the median of a turn that takes a PIN: of an unknown number, a wrong PIN, a locked person."""
    with tempfile.TemporaryDirectory() as name:
        variables = settings_in(Path(name), "say")
        hotline = assembled(variables)
        provider = Provider(variables["HOTLINE_PUBLIC_URL"], variables["TWILIO_AUTH_TOKEN"])
        app, numbers, callers = create_app(hotline), identity_numbers(), count(10_000_000)
        pin_hash = hotline.consulting.pins.hash(PIN)
        taken: dict[str, list[float]] = {kind: [] for kind in _KINDS}
        for _ in range(tries + 1):
            for kind in _KINDS:
                number = next(numbers)
                if kind != "unknown":
                    _register(hotline, number, pin_hash, locked=kind == "locked")
                call = provider.call(("1", number, WRONG), f"+86100{next(callers)}")
                for request in (call.greeting, *call.turns[:-1]):
                    answer(app, request)
                began = time.perf_counter()
                answer(app, call.turns[-1])
                taken[kind].append((time.perf_counter() - began) * 1e3)
        hotline.engine.dispose()
    return {kind: median(times[1:]) for kind, times in taken.items()}


def _register(hotline: Assembly, number: str, pin_hash: str, locked: bool) -> None:
    vault, now = hotline.vault, datetime.now(UTC)
    with hotline.sessions.begin() as session:
        person = Person(
            number_hash=vault.hash(number, "number"),
            number_sealed=vault.seal(number, "people.number"),
            name_sealed=vault.seal("测试", "people.name"),
            region="450100",
            member_type="employed",
            status="active",
            pin_hash=pin_hash,
        )
        session.add(person)
        if locked:
            until = now + timedelta(hours=1)
            session.add(Lock(scope="person", subject_hash=person.number_hash, until=until, reason="bench"))


def signature_microseconds(times: int) -> dict[str, float]:
    """Return what one check of a signature costs, ours and that of the provider's library."""
    address, token = "https://hotline.example", "0" * 32
    request = Provider(address, token).call().turns[0]
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    ours, theirs = Signature(address, [token], lambda _why: None), RequestValidator(token)
    return {
        "ours": _each(times, lambda: ours.accepts(request.target, pairs, request.signature)),
        "library": _each(
            times, lambda: theirs.validate(address + request.target, dict(pairs), request.signature)
        ),
    }


def keeping_microseconds(menus: Menus, times: int) -> dict[str, float]:
    """Return what writing one record as sealed JSON costs, and reading it again."""
    vault = Vault(settings_in(Path(), "say")["HOTLINE_SECRET_KEY"])
    arrived = Arrived("voice", date(2026, 11, 23))
    pressed = Pressed("4")
    turn = step(menus, step(menus, begin(arrived), arrived).state, pressed)
    kept = Record(pressed, (), turn)
    sealed = vault.seal(record.dump(kept, secret=False), "turns.record")
    return {
        "write": _each(times, lambda: len(vault.seal(record.dump(kept, secret=False), "turns.record")) > 0),
        "read": _each(times, lambda: record.load(vault.open(sealed, "turns.record")).turn == turn),
    }


def _each(times: int, works: Callable[[], bool]) -> float:
    """Return the microseconds of one try, in the median of five rounds; RuntimeError if it fails."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times):
            if not works():
                raise RuntimeError("what is measured does not work")
        rounds.append((time.process_time() - began) / times * 1e6)
    return median(rounds)
