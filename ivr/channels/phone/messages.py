"""Text messages of the pretend provider: written to the hotline, answered by it, and arriving from its
outbox file.

The hotline's own texts come out of the file of HOTLINE_TEXTS=file:PATH: one JSON object a line with
id, to, template, body, at. The file is followed by position, so it may grow, start late or begin anew.
"""

import json
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from xml.etree import ElementTree

from ivr.channels.phone.faults import Fault, LineError, NoAnswer
from ivr.channels.phone.fields import new_sid, text_fields, text_status_fields
from ivr.channels.phone.markup import attributes, check_status, response_element
from ivr.channels.phone.transport import Answer
from ivr.channels.phone.twilio import ACCEPT_ANY, PretendTwilio

MOST_REPLIES = 10  # to one incoming text; the provider refuses more
REMEMBERED = 500  # texts kept per mobile
DELIVERY = ("sent", "delivered")


@dataclass(frozen=True)
class TextMessage:
    """One text: provider's id, numbers in E.164, body, moment in ISO 8601, template id where the hotline
    named one.
    """

    id: str
    sender: str
    to: str
    body: str
    at: str
    template: str = ""


class Messages:
    """The mobiles' side of texting. Safe for several threads.

    outbox   the file of HOTLINE_TEXTS, if the hotline sends by file
    strict   what the provider would refuse raises; else it stays in `faults`, as a sender hears nothing of it
    reports  tell the hotline of the delivery of every text from the outbox
    """

    def __init__(
        self,
        twilio: PretendTwilio,
        outbox: Path | None = None,
        *,
        strict: bool = True,
        reports: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Nothing is read or sent yet."""
        self.faults: deque[str] = deque(maxlen=REMEMBERED)
        self._twilio = twilio
        self._strict = strict
        self._reports = reports
        self._now = now
        self._outbox = outbox
        self._position = 0
        self._threads: dict[str, deque[TextMessage]] = defaultdict(lambda: deque(maxlen=REMEMBERED))
        self._lock = Lock()

    def write(self, mobile: str, body: str, to: str | None = None) -> list[TextMessage]:
        """Send `body` from a mobile to the hotline (or to its number `to`); the texts it answered with."""
        twilio = self._twilio
        hotline = to or twilio.account.number
        fields = text_fields(twilio.account, (mobile, hotline), body)
        self._keep(mobile, self._text(fields["MessageSid"], mobile, hotline, body))
        request = twilio.prepare(twilio.doors.texts, fields, accept=ACCEPT_ANY)
        try:
            replies = replies_in(twilio.send(request), request.url)
        except (Fault, NoAnswer) as problem:
            self._fault(problem)
            return []
        answered = [self._text(new_sid("SM"), hotline, whom or mobile, reply) for whom, reply in replies]
        for text in answered:
            self._keep(text.to, text)
        return answered

    def collect(self) -> list[TextMessage]:
        """Fetch what the hotline has put into its outbox since the last look; each text joins its mobile's
        thread.
        """
        with self._lock:
            arrived = [self._text_of(line) for line in self._new_lines()]
            for text in arrived:
                self._threads[text.to].append(text)
        if self._reports:
            for text in arrived:
                self._report(text)
        return arrived

    def thread(self, mobile: str) -> list[TextMessage]:
        """All texts from and to a mobile, oldest first, the outbox included."""
        self.collect()
        with self._lock:
            return list(self._threads.get(mobile, ()))

    def inbox(self, mobile: str) -> list[TextMessage]:
        """The texts a mobile received, oldest first."""
        return [text for text in self.thread(mobile) if text.to == mobile]

    def _text(self, identifier: str, sender: str, to: str, body: str) -> TextMessage:
        return TextMessage(identifier, sender, to, body, self._now().isoformat())

    def _keep(self, mobile: str, text: TextMessage) -> None:
        with self._lock:
            self._threads[mobile].append(text)

    def _new_lines(self) -> list[bytes]:
        """Whole lines added to the outbox; a line still being written is left for the next look."""
        if self._outbox is None or not self._outbox.exists():
            return []
        if self._outbox.stat().st_size < self._position:
            self._position = 0  # begun anew
        with self._outbox.open("rb") as file:
            file.seek(self._position)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._position += len(whole) + len(newline)
        return [line for line in whole.split(b"\n") if line.strip()]

    def _text_of(self, line: bytes) -> TextMessage:
        try:
            row = json.loads(line)
            identifier, to, body, at = (str(row[name]) for name in ("id", "to", "body", "at"))
        except (ValueError, TypeError, KeyError):
            # The line itself may hold a code, so neither it nor the reader's error is shown.
            raise LineError("the outbox holds a line that is no text message") from None
        sender = self._twilio.account.number
        return TextMessage(identifier, sender, to, body, at, str(row.get("template", "")))

    def _report(self, text: TextMessage) -> None:
        twilio = self._twilio
        if twilio.doors.text_status is None:
            return
        for status in DELIVERY:
            fields = text_status_fields(twilio.account, text.id, text.to, status)
            request = twilio.prepare(twilio.doors.text_status, fields, accept=ACCEPT_ANY)
            try:
                check_status(twilio.send(request), request.url)
            except (Fault, NoAnswer) as problem:
                self._fault(problem)

    def _fault(self, problem: Fault | NoAnswer) -> None:
        if self._strict:
            raise problem
        self.faults.append(str(problem))


def replies_in(answer: Answer, url: str) -> list[tuple[str, str]]:
    """The replies of a texting door's answer as (to or "", body); plain text is one reply, 204 none.
    Raises Fault.
    """
    check_status(answer, url)
    if answer.status == 204:
        return []
    if answer.media_type == "text/plain":
        return [("", answer.body.decode(errors="replace"))]
    replies = [_reply(element) for element in response_element(answer, url)]
    if len(replies) > MOST_REPLIES:
        raise Fault(14109, f"{url} answered with more than {MOST_REPLIES} texts")
    return replies


def _reply(element: ElementTree.Element) -> tuple[str, str]:
    if element.tag != "Message":
        raise Fault(12200, f"<{element.tag}> is not a verb of text messages this telephone knows")
    given = attributes(element, "to", "from", "action", "method")
    bodies = [child for child in element if child.tag == "Body"]
    if len(bodies) != len(element) or len(bodies) > 1:
        raise Fault(12200, "<Message> holds text or one <Body>")
    body = (bodies[0] if bodies else element).text or ""
    if not body.strip():
        raise Fault(14103, "<Message> is empty")
    return given.get("to", ""), body
