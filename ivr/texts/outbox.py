"""The outbox: a text is one row in the transaction of what it reports, and is sent only after the commit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from ivr.store.sealed import Vault
from ivr.texts.content import content_fault
from ivr.texts.reports import Lost, alarm, receipt_ticket
from ivr.texts.rows import BODY_PLACE, MOBILE, MOBILE_PLACE, insert_once, notices_are_off
from ivr.texts.segments import segments
from menus.values import Values

Kind = Literal["code", "receipt", "warning", "notice", "answer"]


@dataclass(frozen=True, slots=True)
class Outbox:
    """Writes texts to be sent: `written` makes the body of a template, `allowed` mobiles get it (SEC-15)."""

    vault: Vault
    written: Callable[[str, Values], str]
    allowed: re.Pattern[str]

    def write(  # noqa: PLR0913 - a text has that many sides, and every caller names them
        self,
        session: Session,
        *,
        template: str,
        values: Values,
        mobile: str,
        kind: Kind,
        business_key: str,
        now: datetime,
        expires_at: datetime | None = None,
    ) -> bool:
        """Write one text; False if this mobile gets none, or the body broke the rules and an alarm says so.

        `mobile` is E.164. `business_key` (80 characters, naming nobody) stands for what the text reports: a
        second text with an equal key is not written, which is True. After `expires_at` it is dropped unsent.
        Wording that cannot be filled raises nothing: an act must not fail because its receipt is broken.
        """
        if not self.allowed.fullmatch(mobile) or (
            kind == "notice" and notices_are_off(session, self.vault.hashes(mobile, MOBILE))
        ):
            return False
        body, fault = self._body(template, values)
        if fault:
            alarm(session, "text_refused", f"{template}: {fault}", now)
            lost = Lost(0, kind, template, self.vault.hash(mobile, MOBILE))
            receipt_ticket(session, lost, f"refused, {fault}", now)
            return False
        insert_once(
            session,
            business_key=business_key,
            template=template,
            kind=kind,
            mobile_hash=self.vault.hash(mobile, MOBILE),
            mobile_sealed=self.vault.seal(mobile, MOBILE_PLACE),
            body_sealed=self.vault.seal(body, BODY_PLACE),
            segments=segments(body),
            created_at=now,
            due_at=now,
            expires_at=expires_at,
        )
        return True

    def _body(self, template: str, values: Values) -> tuple[str, str]:
        """Return the body and what is wrong with it; the error's own words may quote a value."""
        try:
            body = self.written(template, values)
        except (LookupError, ValueError) as error:
            return "", f"wording ({type(error).__name__})"
        return body, content_fault(template, body, values)
