"""A provider who signs everything and respects nothing, and who knows what each answer must be.

The model is small. A turn that was taken is answered the same for ever; the next number takes the next turn;
any other number is told the last one again; after the end there is nothing but Hangup. What the database
holds is compared with the model after every request.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from threading import Barrier, Thread
from urllib.parse import parse_qs

from dealings import LAST, NO_TURN, Call, Correspondence, Standing, Watch, standing_of
from demo_town import Resident, plain
from door_laws import HANG_UP, NOTHING, Logged, Secrets, document_of, texts_of, words_of
from knocking import Knock, Reply, form, knock
from sqlalchemy import func, select

from ivr.channels.phone.document import Document
from ivr.channels.phone.fields import call_fields, text_fields, text_status_fields
from ivr.channels.phone.verbs import Play
from ivr.housekeeping import FORGOTTEN_AFTER
from ivr.store.tables import Binding, Lock

VOICE = ("/voice/incoming", "/voice/turn")
ENDS = ("completed", "busy", "failed", "no-answer", "canceled")
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
_NUMBER = re.compile("[1-9][0-9]{0,8}")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_WITHHELD = ("+266696687", "+7378742833", "+2562533", "+8656696")


class Provider:
    """Knocks at every door of a town and checks each answer."""

    def __init__(self, secrets: Secrets) -> None:
        town = secrets.town
        self.town = town
        self.calls: dict[str, Call] = {}
        self.threads: dict[tuple[str, str], Correspondence] = {}
        self.secrets = secrets
        secrets.codes = {}
        self.logged = Logged()
        self.knocked: Counter[str] = Counter()
        self.new_pins: dict[int, set[str]] = defaultdict(set)
        self._sent = 0
        self._public = town.settings.public_url
        self._token = town.settings.auth_tokens[0]
        self._watch = Watch(town)
        self._caption: Callable[[str], str | None] = town.shelf.caption if town.shelf else lambda _: None

    # --- one request

    def sign(self, request: Knock) -> Knock:
        return request.signed(self._token, self._public)

    def knock(self, request: Knock) -> Reply:
        """Send one request; whatever it is, it is answered, and no log tells of anybody or of a fault."""
        self.knocked[request.path] += 1
        reply = knock(self.town.app, request)
        self.secrets.check_logs(self.logged.take())
        return reply

    def refused(self, request: Knock) -> None:
        """Knock without the right to: 403, nothing said, nothing written."""
        before = self._watch()
        reply = self.knock(request)
        assert (reply.status, reply.body) == (403, b"")
        assert self._watch() == before, "something was written for an unsigned request"

    def believed(self, request: Knock) -> bytes:
        """Knock with a signature, be it at a door of calls or of texts, and check what comes back."""
        if not request.is_carried:
            self.refused(request)
            return b""
        path, fields = request.path, request.fields
        if path in VOICE:
            return self._voice(request, fields)
        if path == "/voice/status":
            return self._left(request, fields)
        if path == "/sms/incoming":
            return self._text(request, fields)
        return self._reported(request)

    # --- calls

    def fields_of(self, call: Call, **more: str) -> dict[str, str]:
        account = self.town.account()
        return call_fields(account, call.sid, (call.caller, call.called), "in-progress") | more

    def incoming(self, call: Call) -> bytes:
        self.calls[call.sid] = call
        return self.believed(self.sign(form("/voice/incoming", self.fields_of(call))))

    def turn(self, call: Call, query: str, **more: str) -> bytes:
        return self.believed(self.sign(form(f"/voice/turn?{query}", self.fields_of(call, **more))))

    def press(self, call: Call, keys: str) -> bytes:
        """Press keys as an answer to what was asked last."""
        return self.believed(self.pressed(call, keys))

    def pressed(self, call: Call, keys: str) -> Knock:
        """Return the next request of a call; # ends an entry and is told apart."""
        gather = call.gather
        finished = bool(gather and gather.finish_on_key and keys.endswith(gather.finish_on_key))
        more = {
            "Digits": keys.removesuffix("#") if finished else keys,
            "FinishedOnKey": "#" if finished else "",
        }
        return self.sign(form(f"/voice/turn?n={call.turns + 1}", self.fields_of(call, **more)))

    def _voice(self, request: Knock, fields: Mapping[str, str]) -> bytes:
        sid, begins = fields.get("CallSid", ""), request.path == "/voice/incoming"
        if not _NAME.fullmatch(sid):
            return self._nobodys(request)
        call = self.calls.setdefault(sid, Call(sid, fields.get("From", "")))
        number = 1 if begins else _number(request)
        expected = call.expected(number, begins)
        self._enter(call, fields)
        reply = self.knock(request)
        self._judge(call, request, reply, (number, expected))
        return reply.body

    def _nobodys(self, request: Knock) -> bytes:
        before = self._watch()
        reply = self.knock(request)
        assert reply.body == HANG_UP
        assert self._watch() == before
        return reply.body

    def _enter(self, call: Call, fields: Mapping[str, str]) -> None:
        digits = fields.get("Digits", "")
        call.shown.add(fields.get("From", ""))
        call.keys += digits
        call.entered.add(digits)
        if len(digits) == 6:
            for person in call.verified:
                self.new_pins[person].add(digits)

    def _judge(self, call: Call, request: Knock, reply: Reply, turn: tuple[int, bytes | None]) -> None:
        number, expected = turn
        document = document_of(reply, self._public + request.target, self._public)
        standing = standing_of(self.town, call.sid)
        self._look_who_is_verified(call, standing)
        words = words_of(document, self._caption, expected is None)
        self.secrets.check_said(words, call.verified, call.shown)
        if expected is None:
            assert standing is not None
            assert standing.turns == call.turns + 1 == number, "a turn was lost, or taken twice"
            call.turns, call.over, call.document = number, not standing.open, document
            call.settled[number] = reply.body
            call.knocks.append(request)
            call.last_at = self.town.clock()
            assert call.over == reply.body.endswith(b"<Hangup/></Response>"), "a call ends with Hangup only"
        else:
            assert reply.body == expected
            assert (standing.turns if standing else 0) == call.turns, "a turn was taken that nobody asked for"

    def _left(self, request: Knock, fields: Mapping[str, str]) -> bytes:
        sid = fields.get("CallSid", "")
        call = self.calls.get(sid)
        reply = self.knock(request)
        assert (reply.status, reply.body) == (204, b"")
        if call and call.turns and not call.over and fields.get("CallStatus") in ENDS:
            call.turns, call.over = call.turns + 1, True
        self.agree(call)
        return reply.body

    def agree(self, call: Call | None) -> None:
        """The database and the model hold the same of a call."""
        standing = standing_of(self.town, call.sid) if call else None
        if call and call.turns:
            assert standing is not None
            assert (standing.turns, standing.open) == (call.turns, not call.over)
        else:
            assert standing is None

    def see_who_was_forgotten(self) -> None:
        """Calls may be closed that nobody came back to for fifteen minutes, and no others."""
        for call in self.calls.values():
            standing = standing_of(self.town, call.sid)
            if standing and not standing.open and not call.over:
                assert call.last_at is not None
                assert self.town.clock() - call.last_at >= FORGOTTEN_AFTER
                call.over = True

    def sounds_of(self, call: Call) -> list[str]:
        """The targets of all that the newest document plays."""
        verbs = call.document.verbs if call.document else ()
        prompt = call.gather.prompt if call.gather else ()
        return [verb.url.removeprefix(self._public) for verb in (*verbs, *prompt) if isinstance(verb, Play)]

    def heard(self, document: Document) -> str:
        return words_of(document, self._caption)

    def together(self, call: Call, first: Knock, second: Knock) -> None:
        """Send two requests for the same turn at the same moment: one turn, one answer."""
        number = 1 if first.path == "/voice/incoming" else _number(first)
        expected = call.expected(number, first.path == "/voice/incoming")
        for request in (first, second):
            self._enter(call, request.fields)
        replies = self._at_once(first, second)
        assert replies[0].body == replies[1].body
        self._judge(call, first, replies[0], (number, expected))

    def press_at_once(self, calls: Sequence[Call], keys: str) -> None:
        """Send the next request of several calls at the same moment: each is answered as if it were alone."""
        requests = [self.pressed(call, keys) for call in calls]
        expected = [call.expected(call.turns + 1, begins=False) for call in calls]
        for call, request in zip(calls, requests, strict=True):
            self._enter(call, request.fields)
        replies = self._at_once(*requests)
        for index, call in enumerate(calls):
            self._judge(call, requests[index], replies[index], (call.turns + 1, expected[index]))

    def press_while_hanging_up(self, call: Call, keys: str) -> None:
        """Send a key and the end of the call at the same moment: the key still counts, or comes too late."""
        if call.over or not call.turns:
            return
        request = self.pressed(call, keys)
        ended = self.sign(form("/voice/status", self.fields_of(call, CallStatus="completed")))
        self._enter(call, request.fields)
        replies = self._at_once(request, ended)
        standing = standing_of(self.town, call.sid)
        assert standing is not None
        assert not standing.open
        assert standing.turns - call.turns in (1, 2)
        document = document_of(replies[0], self._public + request.target, self._public)
        self._look_who_is_verified(call, standing)
        self.secrets.check_said(self.heard(document), call.verified, call.shown)
        if standing.turns - call.turns == 2 or replies[0].body != HANG_UP:
            call.settled[call.turns + 1] = replies[0].body
            call.knocks.append(request)
        call.turns, call.over = standing.turns, True

    def key_and_text_at_once(self, call: Call, mobile: str, code: str) -> None:
        """Send one code by key and by text at the same moment: at most one of the two does anything."""
        account = self.town.account()
        pressed = self.sign(form(f"/voice/turn?n={call.turns + 1}", self.fields_of(call, Digits=code)))
        written = self.sign(form("/sms/incoming", text_fields(account, (mobile, account.number), code)))
        expected = call.expected(call.turns + 1, begins=False)
        self._enter(call, pressed.fields)
        thread = self._thread(mobile, account.number)
        thread.written += code + "|"
        replies = self._at_once(pressed, written)
        self._judge(call, pressed, replies[0], (call.turns + 1, expected))
        self._read(thread, written, replies[1])

    def _at_once(self, *requests: Knock) -> list[Reply]:
        barrier, replies = Barrier(len(requests)), dict[int, Reply]()

        def send(index: int) -> None:
            barrier.wait()
            replies[index] = knock(self.town.app, requests[index])

        threads = [Thread(target=send, args=(index,)) for index in range(len(requests))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.knocked.update(request.path for request in requests)
        self.secrets.check_logs(self.logged.take())
        return [replies[index] for index in range(len(requests))]

    # --- texts

    def write(self, mobile: str, body: str, to: str = "", **more: str) -> bytes:
        account = self.town.account()
        fields = text_fields(account, (mobile, to or account.number), body) | more
        return self.believed(self.sign(form("/sms/incoming", fields)))

    def _text(self, request: Knock, fields: Mapping[str, str]) -> bytes:
        mobile, sid = fields.get("From", ""), fields.get("MessageSid", "")
        ignored = fields.get("OptOutType", "") not in ("", "STOP")
        if ignored or not _E164.fullmatch(mobile) or mobile in _WITHHELD or not _NAME.fullmatch(sid):
            before = self._watch()
            assert self.knock(request).body == NOTHING
            assert self._watch() == before
            return NOTHING
        thread = self._thread(mobile, fields.get("To", ""))
        thread.written += plain(fields.get("Body", "")) + "|"
        reply = self.knock(request)
        self._read(thread, request, reply)
        return reply.body

    def texts_at_once(self, first: Knock, second: Knock) -> None:
        """Send two texts at the same moment; the same id gets the same answer."""
        if not (first.is_carried and second.is_carried):
            self.refused(first if second.is_carried else second)
            return
        fields = first.fields
        thread = self._thread(fields["From"], fields["To"])
        thread.written += "|".join(plain(each.fields.get("Body", "")) for each in (first, second))
        replies = self._at_once(first, second)
        for request, reply in zip((first, second), replies, strict=True):
            self._read(thread, request, reply)

    def _thread(self, mobile: str, to: str) -> Correspondence:
        return self.threads.setdefault((mobile, to), Correspondence(mobile, to))

    def _read(self, thread: Correspondence, request: Knock, reply: Reply) -> None:
        sid = request.fields["MessageSid"]
        body = texts_of(reply, self._public + request.target)
        standing = standing_of(self.town, f"{thread.mobile}>{thread.to}")
        assert standing is not None
        assert standing.open or sid in thread.settled
        self._look_who_replied(thread, standing)
        self.secrets.check_written(body, thread.verified)
        assert thread.settled.setdefault(sid, reply.body) == reply.body
        if request.fields.get("OptOutType"):
            assert reply.body == NOTHING
        thread.knocks.append(request)

    def deliver(self) -> None:
        """Let what waits in the outbox go out, and read what has come."""
        while self.town.worker.step(self.town.clock()):
            pass
        self.secrets.check_logs(self.logged.take())
        texts = self.town.sent_texts()
        for sent in texts[self._sent :]:
            self.secrets.check_sent(sent)
        self._sent = len(texts)
        self.secrets.learn_codes()

    def report(self, message: str, mobile: str, status: str, reference: str = "", **more: str) -> bytes:
        fields = text_status_fields(self.town.account(), message, mobile, status) | more
        target = "/sms/status" + (f"?reference={reference}" if reference else "")
        return self.believed(self.sign(form(target, fields)))

    def _reported(self, request: Knock) -> bytes:
        reply = self.knock(request)
        if request.path == "/voice/fallback":
            document = document_of(reply, self._public + request.target, self._public)
            self.secrets.check_said(self.heard(document), ())
        else:
            assert (reply.status, reply.body) == (204, b"")
        return reply.body

    # --- what the database holds

    def _look_who_is_verified(self, call: Call, standing: Standing | None) -> None:
        """Whoever is verified now has proven it in this call: with their number, and their PIN or a code."""
        if standing is None or standing.person is None or standing.person in call.verified:
            return
        person = self.town.residents[standing.person]
        assert any(number.startswith("+86") for number in call.shown), "who hides the number is not verified"
        assert person.may_verify
        assert any(keys.rstrip("#") in call.keys for keys in person.keys), "verified without the number"
        assert self._proofs(person, standing.method) & call.entered, "verified without a proof"
        call.verified.add(person.id)

    def _proofs(self, person: Resident, method: str) -> set[str]:
        if method == "pin":
            first = set() if person.weak else {person.pin}
            return first | self.new_pins[person.id]
        return self.secrets.codes.get(person.mobile, set()) if person.mobile else set()

    def _look_who_replied(self, thread: Correspondence, standing: Standing) -> None:
        """Whoever is verified by text owns the mobile, alone, and sent back a code that went there."""
        if standing.person is None or standing.person in thread.verified:
            return
        person = self.town.residents[standing.person]
        owners = [each for each in self.town.residents.values() if each.mobile == thread.mobile]
        assert owners == [person]
        assert person.may_verify
        assert standing.method == "reply"
        assert any(code in thread.written for code in self.secrets.codes.get(thread.mobile, ())), (
            "verified without a code"
        )
        thread.verified.add(person.id)

    def agree_on_all(self) -> None:
        """The database and the model hold the same of every call."""
        for call in self.calls.values():
            self.agree(call)

    def close(self) -> None:
        """Listen to logs and watch the database no longer."""
        self.logged.close()
        self._watch.close()


def outcomes(provider: Provider) -> Counter[str]:
    """Count what came of all that was sent: laws about what is hidden are empty where nothing is."""
    with provider.town.session() as session:
        return Counter(
            {
                "verified by call": sum(bool(call.verified) for call in provider.calls.values()),
                "verified by text": sum(bool(thread.verified) for thread in provider.threads.values()),
                "ended": session.scalar(select(func.count()).where(Binding.state == "released")) or 0,
                "locked": session.scalar(select(func.count()).select_from(Lock)) or 0,
            }
        )


def _number(request: Knock) -> int:
    given = parse_qs(request.query, keep_blank_values=True).get("n", [""])[0]
    return int(given) if _NUMBER.fullmatch(given) or given == str(LAST) else NO_TURN
