"""The webhooks of one call: who is calling goes out with each, a document comes back, faults go the
provider's way.
"""

from collections import deque
from datetime import UTC, datetime

from ivr.channels.phone.calllog import CallLog, Faulted, Sent
from ivr.channels.phone.document import APOLOGY, Document
from ivr.channels.phone.faults import Fault, LineError, NoAnswer
from ivr.channels.phone.fields import call_fields, ended_fields
from ivr.channels.phone.markup import check_status
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.twilio import ACCEPT_ANY, PretendTwilio, SignedRequest, new_sid
from ivr.channels.phone.verbs import Pause, Play, Say, Whisper

MOST_REQUESTS_AT_ONCE = 20  # documents in a row that take no time: a loop


class Webhooks:
    """Fetches the documents of one call.

    strict   a fault raises; else it is logged, the fallback URL is asked, and if that fails too the
             English apology is the document
    """

    def __init__(self, twilio: PretendTwilio, ends: tuple[str, str], log: CallLog, *, strict: bool) -> None:
        """`ends` are the caller's number and the number called."""
        self.call_sid = new_sid("CA")
        self.twilio = twilio
        self._ends = ends
        self._log = log
        self._strict = strict
        self._status = "ringing"
        self._moments: deque[float] = deque(maxlen=MOST_REQUESTS_AT_ONCE)

    def document(self, url: str, method: str = "POST", **fields: str) -> Document:
        """What the door at `url` answers to this call; `fields` come on top of those of every call."""
        self._check_loop()
        try:
            return self._ask(url, method, fields)
        except (Fault, NoAnswer) as problem:
            code = self.fault(problem)
        fallback = self.twilio.doors.fallback
        if fallback is None:
            return APOLOGY
        try:
            return self._ask(self.twilio.address(fallback), "POST", {"ErrorCode": str(code), "ErrorUrl": url})
        except (Fault, NoAnswer) as problem:
            self.fault(problem)
            return APOLOGY

    def whisper(self, whisper: Whisper, number: str, child_sid: str) -> Document | None:
        """What the door at `whisper` answers for the person at `number`; None where that is a fault.

        The person's leg is a call of its own, and it has no fallback.
        """
        ends = self._ends[0], number
        fields = call_fields(self.twilio.account, child_sid, ends, "in-progress")
        fields |= {"Direction": "outbound-dial", "ParentCallSid": self.call_sid}
        try:
            request = self.twilio.prepare(whisper.url, fields, method=whisper.method)
            document = Document.read(self._send(request), request.url)
            for verb in document.verbs:
                if not isinstance(verb, Say | Play | Pause):
                    raise Fault(12200, f"<{type(verb).__name__}> cannot be told to whoever answers a <Dial>")
        except (Fault, NoAnswer) as problem:
            self.fault(problem)
            return None
        return document

    def fault(self, problem: Fault | NoAnswer) -> int:
        """Treat something the provider refuses: raise it, or log it; the code of the provider's error
        list.
        """
        if self._strict:
            raise problem
        code = problem.code if isinstance(problem, Fault) else 11200 if problem.connected else 11205
        self._log.note(Faulted(code, str(problem), self._log.now))
        return code

    def ended(self, seconds: float, status: str = "completed") -> None:
        """Tell the status door, if there is one, that the call is over after so many seconds."""
        self._status = status
        door = self.twilio.doors.status
        if door is None:
            return
        fields = self.fields() | ended_fields(seconds, datetime.now(UTC))
        try:
            request = self.twilio.prepare(door, fields, accept=ACCEPT_ANY)
            check_status(self._send(request), request.url)
        except (Fault, NoAnswer) as problem:
            self.fault(problem)

    def fields(self) -> dict[str, str]:
        """The fields of every webhook of this call, with its present status."""
        return call_fields(self.twilio.account, self.call_sid, self._ends, self._status)

    def _ask(self, url: str, method: str, fields: dict[str, str]) -> Document:
        request = self.twilio.prepare(url, self.fields() | fields, method=method)
        answer = self._send(request)
        self._status = "in-progress"
        return Document.read(answer, request.url)

    def _send(self, request: SignedRequest) -> Answer:
        try:
            answer = self.twilio.send(request)
        except NoAnswer:
            self._log.note(Sent(request, None, self._log.now))
            raise
        self._log.note(Sent(request, answer, self._log.now))
        return answer

    def _check_loop(self) -> None:
        moments = self._moments
        if len(moments) == MOST_REQUESTS_AT_ONCE and moments[0] == self._log.now:
            raise LineError(
                f"{MOST_REQUESTS_AT_ONCE} documents in a row led on to the next without taking any time"
            )
        moments.append(self._log.now)
