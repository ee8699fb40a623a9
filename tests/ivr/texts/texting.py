"""What the tests of texts share: a clock, templates, and a provider that answers what it was told to."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from ivr.store.sealed import Vault
from ivr.store.tables import Message
from ivr.texts.delivery import Worker, record_status
from ivr.texts.outbox import Outbox
from ivr.texts.senders import Sender
from ivr.wording import written
from menus.values import Values, Word

START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
MOBILE = "+8613800138000"
SID = "SM" + "0" * 32
CALLBACK = "https://hotline.example/sms/status"
SECRET_KEY = "c3ludGhldGljLXN5bnRoZXRpYy1zeW50aGV0aWMtMSE="  # 32 bytes that protect nobody
ACCOUNT = "AC" + "0123456789abcdef" * 2

TEMPLATES = {
    "SMS01_verify_code": "【{机构}】查询验证码{code},{minutes}分钟内有效。谁要都别给。",
    "SMS03_unbind_done": "【{机构}】{moment},您与{name}的共济绑定已解除。有疑问请拨{hotline}。",
    "SMS13_balance_optin": "【{机构}】您的医保个人账户余额{amount}元,截至{day},以结算时为准。",
    "notice": "【{机构}】{words}",
}
CONSTANTS = {"机构": "医保热线", "hotline": "0771-0000000"}


@dataclass
class Clock:
    """The time of a test; `forward(minutes=5)` moves it, calling the clock tells it."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **distance: float) -> datetime:
        self.now += timedelta(**distance)
        return self.now


def render(template: str, values: Values) -> str:
    """Write a template of these tests."""
    return written(TEMPLATES[template], values, CONSTANTS)


@dataclass(frozen=True)
class Desk:
    """A database with an outbox, and what a test does with them: every method commits."""

    sessions: sessionmaker[Session]
    vault: Vault
    outbox: Outbox
    clock: Clock

    def worker(self, sender: Sender, callback: str = CALLBACK) -> Worker:
        return Worker(self.sessions, self.vault, sender, self.clock, callback, pause=0.01)

    def write(self, **changes: Any) -> int:
        """Write one text and return its row's id; what the test does not name is made up."""
        text = {
            "template": "notice",
            "values": {"words": Word("您好")},
            "mobile": MOBILE,
            "kind": "receipt",
            "business_key": uuid4().hex,
            "now": self.clock.now,
        } | changes
        with self.sessions.begin() as session:
            assert self.outbox.write(session, **text)
            row = session.scalar(select(Message.id).where(Message.business_key == text["business_key"]))
        assert row is not None
        return row

    def row(self, id: int) -> Message:  # noqa: A002
        with self.sessions() as session:
            found = session.get(Message, id)
            assert found is not None
            session.expunge(found)
            return found

    def kept(self, table: type, *columns: str) -> list[tuple[Any, ...]]:
        """Return these columns of every row of a table."""
        with self.sessions() as session:
            return [
                tuple(getattr(one, column) for column in columns) for one in session.scalars(select(table))
            ]

    def count(self, table: type) -> int:
        return len(self.kept(table))

    def tell(self, status: str, error: str = "", provider_id: str = SID, reference: str = "") -> None:
        """Let the provider call back about one text."""
        with self.sessions.begin() as session:
            record_status(session, provider_id, status, error, self.clock.now, reference)


@dataclass
class Reply:
    """What the provider does with one request: a status and a body, or nothing, at once or when released."""

    status: int = 201
    body: Any = None
    hang_up: bool = False
    wait_for: threading.Event | None = None


def refusal(status: int, code: int) -> Reply:
    """Refuse as Twilio does, quoting the number in its sentence."""
    return Reply(status, {"code": code, "message": f"The number {MOBILE} is refused", "status": status})


@dataclass
class Provider:
    """A provider of texts on a real port: takes what it is sent, answers what it was told to answer."""

    url: str = ""
    requests: list[dict[str, str]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    callers: list[tuple[str, int]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def answer(self, *replies: Reply) -> None:
        """Answer the next requests so; all later ones are accepted."""
        self.replies.extend(replies)

    def take(self, path: str, head: dict[str, str], form: dict[str, str]) -> Reply:
        self.paths.append(path)
        self.heads.append(head)
        self.requests.append(form)
        reply = self.replies.pop(0) if self.replies else Reply()
        if reply.status == 201 and reply.body is None:
            status = "accepted" if "MessagingServiceSid" in form else "queued"
            reply = Reply(201, _message(form, status), reply.hang_up, reply.wait_for)
        self.arrived.release()
        return reply


def _message(form: dict[str, str], status: str) -> dict[str, Any]:
    return {
        "sid": "SM" + uuid4().hex,
        "account_sid": ACCOUNT,
        "to": form.get("To"),
        "from": form.get("From"),
        "body": form.get("Body"),
        "status": status,
        "num_segments": "1",
        "num_media": "0",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "price": None,
        "date_created": "Mon, 23 Nov 2026 01:30:00 +0000",
    }
