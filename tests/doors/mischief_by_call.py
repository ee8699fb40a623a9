"""Steps of a mischievous provider: calls, as people make them and as nobody should.

No step draws by what happened before, because of two requests at once either may win.
"""

from collections import Counter
from collections.abc import Sequence

from dealings import Call, Correspondence
from demo_town import CODE, FAMILY, STRANGER, Resident
from door_laws import HANG_UP, Secrets, check_releases
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from knocking import Knock, form
from noise import QUERIES, WAYS, callers, index, keys, one_key, strange
from provider import ENDS, Provider, outcomes

from ivr.channels.phone.verbs import Dial, Gather, Redirect

NEW_PIN, WRONG_PIN = "517394", "135790"


class Calling(RuleBasedStateMachine):
    """Calls through a town that is made new for each walk; `knocked` and `reached` count."""

    def __init__(self, secrets: Secrets, knocked: Counter[str], reached: Counter[str]) -> None:
        super().__init__()
        self.town = secrets.town
        self.town.anew()
        self.provider = Provider(secrets)
        self.knocked, self.reached = knocked, reached
        self.dialled = 0

    def teardown(self) -> None:
        try:
            for call in list(self.provider.calls.values()):
                if call.turns and not call.over:
                    self.provider.press(call, "9")  # whatever happened, a polite caller is answered
            self.provider.agree_on_all()
            check_releases(self.town)
        finally:
            self.provider.close()
        self.knocked.update(self.provider.knocked)
        self.reached.update(outcomes(self.provider))

    # --- who

    def call(self, which: int) -> Call:
        calls = list(self.provider.calls.values())
        return calls[-1 - which % min(3, len(calls))]

    def who(self, which: int) -> Resident:
        return self.town.callers[which % len(self.town.callers)]

    def mobile(self, which: int) -> str:
        mobiles = [*(each.mobile for each in self.town.callers if each.mobile), FAMILY, STRANGER]
        return mobiles[which % len(mobiles)]

    def correspondence(self, which: int) -> Correspondence | None:
        threads = [each for each in self.provider.threads.values() if each.knocks]
        return threads[which % len(threads)] if threads else None

    def newest_code(self, mobile: str) -> str:
        self.provider.deliver()
        bodies = [each["body"] for each in self.town.sent_texts() if each["to"] == mobile]
        codes = [code for body in bodies for code in CODE.findall(body)]
        return codes[-1] if codes else "111111"

    # --- calls

    @initialize(which=index)
    def first_call(self, which: int) -> None:
        self.new_call(which, "")

    @rule(which=index, shown=callers)
    def dial(self, which: int, shown: str) -> None:
        self.new_call(which, shown)

    def new_call(self, which: int, shown: str) -> Call:
        self.dialled += 1
        call = Call(f"CA{self.dialled:032x}", shown or self.who(which).mobile or STRANGER)
        self.provider.incoming(call)
        return call

    @rule(which=index, who=index, way=st.sampled_from(WAYS))
    def go_a_way(self, which: int, who: int, way: str) -> None:
        """Somebody who knows what to press."""
        self.walk(self.call(which), self.who(who), way)

    @rule(who=index, ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3))
    def call_and_go_some_ways(self, who: int, ways: list[str]) -> None:
        call = self.new_call(who, "")
        for way in ways:
            self.walk(call, self.who(who), way)

    def walk(self, call: Call, person: Resident, way: str) -> None:
        """Press N the person's number, P their PIN, C their newest code, W a new PIN, Z a wrong one."""
        for step in way:
            self.listen(call)
            if call.over:
                return
            self.provider.press(call, self.key(person, step))

    def key(self, person: Resident, step: str) -> str:
        if step == "C":
            return self.newest_code(person.mobile)
        said = {"N": person.keys[-1], "P": person.pin or WRONG_PIN, "W": NEW_PIN, "Z": WRONG_PIN}
        return said.get(step, step)

    def listen(self, call: Call) -> None:
        """Obey what needs no key until something is asked."""
        for _ in range(12):
            verbs = call.document.verbs if call.document else ()
            ways = [verb for verb in verbs if isinstance(verb, Redirect | Dial)]
            if call.over or call.gather or not ways or not call.turns:
                return
            kind = "silent=1" if isinstance(ways[-1], Redirect) else "transfer=1"
            self.provider.turn(call, f"n={call.turns + 1}&{kind}", DialCallStatus="no-answer")
        raise AssertionError("nothing was asked in twelve documents")

    @rule(which=index, who=index, entry=index, other=keys)
    def press(self, which: int, who: int, entry: int, other: str) -> None:
        """What was asked for, or nearly, or something else."""
        call = self.call(which)
        entries = [*self.entries(call.gather, self.who(who)), other]
        self.provider.press(call, entries[entry % len(entries)])

    def entries(self, gather: Gather | None, person: Resident) -> Sequence[str]:
        if gather is None or gather.number_of_digits == 1:
            return "1234123412340895*#"
        if gather.finish_on_key:
            number, others = person.keys[0], self.who(person.id).keys[0]
            known = [
                *person.keys,
                person.number[:17] + "#",
                f"4501*{number}",
                number + "#",
                number[:9],
                "*45",
            ]
            return [*known, self.town.nobodys_number, others, "*", "0", "8", "9", "#", "", number[::-1]]
        code, derived = self.newest_code(person.mobile), person.number[-6:].replace("X", "0")
        return [person.pin or WRONG_PIN, code, code, derived, "123456", "*", "9", "0", "", "12", "1*2"]

    @rule(which=index, silence=st.integers(1, 4))
    def stay_silent(self, which: int, silence: int) -> None:
        for _ in range(silence):
            call = self.call(which)
            self.provider.turn(call, f"n={call.turns + 1}&silent=1")

    @rule(which=index, status=st.sampled_from([*ENDS, "answered", "in-progress", ""]))
    def come_back_from_a_person(self, which: int, status: str) -> None:
        call = self.call(which)
        self.provider.turn(call, f"n={call.turns + 1}&transfer=1", DialCallStatus=status)

    @rule(which=index, back=index)
    def repeat(self, which: int, back: int) -> None:
        call = self.call(which)
        if call.knocks:
            number = len(call.knocks) - back % len(call.knocks)
            assert self.provider.believed(call.knocks[number - 1]) == call.settled[number]

    @rule(which=index, ahead=st.integers(-3, 3), query=st.sampled_from(QUERIES), digits=keys | strange)
    def forge(self, which: int, ahead: int, query: str, digits: str) -> None:
        call = self.call(which)
        self.provider.turn(call, query or f"n={call.turns + ahead}", Digits=digits)

    @rule(which=index, status=st.sampled_from([*ENDS, "completed", "ringing", "in-progress", "", "done"]))
    def end(self, which: int, status: str) -> None:
        fields = self.provider.fields_of(self.call(which), CallStatus=status)
        self.provider.believed(self.provider.sign(form("/voice/status", fields)))

    @rule(which=index, digits=keys)
    def come_late(self, which: int, digits: str) -> None:
        """After the end nobody is greeted, asked or put through."""
        call = self.call(which)
        self.end(which, "completed")
        assert self.provider.press(call, digits) == HANG_UP

    @rule(which=index, first=one_key, second=one_key)
    def press_twice_at_once(self, which: int, first: str, second: str) -> None:
        call = self.call(which)
        target = f"/voice/turn?n={call.turns + 1}"
        fields = [self.provider.fields_of(call, Digits=digits) for digits in (first, second)]
        one, two = [self.provider.sign(form(target, each)) for each in fields]
        self.provider.together(call, one, two)

    @rule(which=index)
    def dial_twice_at_once(self, which: int) -> None:
        self.dialled += 1
        call = Call(f"CA{self.dialled:032x}", self.who(which).mobile or STRANGER)
        self.provider.calls[call.sid] = call
        request = self.provider.sign(form("/voice/incoming", self.provider.fields_of(call)))
        self.provider.together(call, request, request)

    @rule(which=index, digits=one_key)
    def press_while_hanging_up(self, which: int, digits: str) -> None:
        self.provider.press_while_hanging_up(self.call(which), digits)

    @rule(who=index, other=index, way=st.sampled_from(["1NP", "1NZZ", "1N*C", "32NP11C", "31NP"]))
    def call_twice_at_once(self, who: int, other: int, way: str) -> None:
        """Two telephones about the same person, key by key at the same moment."""
        person = self.town.called(("huang", "su", "qin")[who % 3])
        calls = [self.new_call(0, person.mobile), self.new_call(other, "")]
        for step in way:
            for call in calls:
                self.listen(call)
            if not any(call.over for call in calls):
                self.provider.press_at_once(calls, self.key(person, step))

    @rule()
    def ask_again(self) -> None:
        """After whatever happened, 9 repeats the question, and again."""
        call = next(filter(_asks_for_one_key, reversed(self.provider.calls.values())), None)
        before = self.town.built.conversations.last(call.sid) if call else None
        if call is None or before is None or before.turn.state.tries.repeated > 6:
            return  # after nine repetitions a person takes over
        asked = call.gather
        assert self._repeated(call) == self._repeated(call)
        after = self.town.built.conversations.last(call.sid)
        assert after is not None
        assert after.turn.state.menu == before.turn.state.menu
        assert call.gather is not None
        assert asked is not None
        assert (call.gather.timeout, call.gather.number_of_digits) == (asked.timeout, asked.number_of_digits)

    def _repeated(self, call: Call) -> str:
        self.provider.press(call, "9")
        assert call.document is not None
        return self.provider.heard(call.document)

    @rule(which=index)
    def fetch_what_is_said(self, which: int) -> None:
        """The sounds of the newest document; a caller's own may be kept by nobody."""
        for address in self.provider.sounds_of(self.call(which)):
            reply = self.provider.knock(Knock(address, method="GET", content_type=None))
            own = "/sound/turn/" in address
            assert reply.status == 200 or (own and reply.status == 404)
            assert reply.headers["cache-control"] == "no-store" or not own
            if own:
                place, _, token = address.removesuffix(".wav").rpartition("/")
                guessed = f"{place}/{token[1:]}{token[0]}.wav"
                assert self.provider.knock(Knock(guessed, method="GET", content_type=None)).status == 404

    # --- ending a sharing, and guessing

    @rule(who=index, how=st.sampled_from(["key", "text", "both", "both", "wrong", "again", "0", "9"]))
    def end_a_sharing(self, who: int, how: str) -> None:
        """Ask for it by key, and confirm, cancel or get it wrong by key, by text, or by both at once."""
        person = self.town.called(("huang", "su", "qin")[who % 3])
        call = self.new_call(0, person.mobile)
        self.walk(call, person, "32NP11")
        code = self.newest_code(person.mobile)
        if how == "both" and not call.over:
            self.provider.key_and_text_at_once(call, person.mobile, code)
        elif how in ("key", "wrong", "again"):
            self.walk(call, person, {"key": "C", "wrong": "ZZZC", "again": "*CC"}[how])
        else:
            self.provider.write(person.mobile, code if how == "text" else how)

    @rule(who=index, shown=callers, way=st.sampled_from(["1NZZNZ", "1NZ", "1NZNPP"]), calls=st.integers(1, 3))
    def guess(self, who: int, shown: str, way: str, calls: int) -> None:
        """Somebody who does not know a PIN, call after call."""
        for _ in range(calls):
            self.walk(self.new_call(who, shown), self.who(who), way)


def _asks_for_one_key(call: Call) -> bool:
    return bool(not call.over and call.gather and call.gather.number_of_digits == 1 and call.turns)
