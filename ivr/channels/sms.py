"""Texts: a message that came in becomes an event, and the answer goes back in the reply to the same request.

Whoever writes without a number that can be answered gets none, and is not written down. What the provider has
already answered itself (words such as STOP) is not answered twice.
"""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, request

from ivr.channels.markup import TYPE, element, response
from ivr.channels.numbers import number_of
from ivr.channels.signature import Fields, Signature
from ivr.conversation import Answer, Conversations, Request
from ivr.failures import place_of
from ivr.wording import Constants, written
from menus.actions import Say, Wait
from menus.events import Reading, StayedSilent, Wrote
from speech.heard import digits, reply, yes_no

_log = logging.getLogger(__name__)

LONGEST_TEXT = 1600
NOTHING = response("")
_MESSAGE = re.compile(r"[\w-]{1,64}", re.ASCII)
_STATUS = re.compile("[a-z_]{1,30}")
# Numbers with one provider; what holds anything else, such as a NUL, a database may not take.
_ERROR = re.compile(r"[\w.-]{0,30}", re.ASCII)

# Provider's id of the text, status, error code or nothing, and the `reference` of the callback's address.
Delivered = Callable[[str, str, str, str], None]


def event_from(text: str, opts_out: bool = False) -> Wrote:
    """Return a text with what was read in it.

    >>> event_from("验证码是482913").reading
    Reading(digits='482913', sure=True, yes=None, meaning='code')
    """
    text = text[:LONGEST_TEXT]
    if opts_out:
        return Wrote(text, Reading(meaning="opt_out"))
    answer, found = reply(text), digits(text)
    return Wrote(
        text,
        Reading(
            digits=answer.code or found.digits or "",
            sure=answer.meaning == "code" or found.sure,
            yes=yes_no(text),
            meaning=answer.meaning,
        ),
    )


def reply_text(answer: Answer, constants: Constants) -> str:
    """Return what the reply says: every line of the turn, the authority's signature once, at the front."""
    return _joined(_lines(answer, constants), constants)


def _lines(answer: Answer, constants: Constants) -> list[str]:
    wording = answer.menus.wording("text", answer.turn.state.language)
    says = [action for action in answer.turn.actions if isinstance(action, Say)]
    return [written(wording[say.prompt], say.values, constants) for say in says]


def _joined(lines: list[str], constants: Constants) -> str:
    signature = written("【{机构}】", {}, constants)
    text = "".join(line.removeprefix(signature) for line in lines)
    return (signature + text)[:LONGEST_TEXT] if text else ""


@dataclass(frozen=True, slots=True)
class Texts:
    """What the doors do, without HTTP: signed fields in, documents out. Raises whatever goes wrong.

    `sleep` rests for some seconds, while another machine is asked what the reply is to say.
    """

    conversations: Conversations
    constants: Callable[[], Constants]
    delivered: Delivered
    sleep: Callable[[float], None] = time.sleep

    def incoming(self, fields: Fields) -> str:
        """Take the turn of a text that came in; a repetition is answered the same."""
        sender, message = number_of(fields.get("From")), fields.get("MessageSid", "")
        if not sender or not _MESSAGE.fullmatch(message):
            return NOTHING
        handled = fields.get("OptOutType", "")
        if handled and handled != "STOP":
            return NOTHING  # START or HELP: the provider has done all of it
        key = f"{sender}>{fields.get('To', '')}"
        event = event_from(fields.get("Body", ""), opts_out=bool(handled))
        # Named with its conversation: under another number the same id must not fetch somebody else's answer.
        request = Request(key, f"{key}/{message}", event, "text", sender, begins=True)
        text = self._reply(request)
        return response(element("Message", text)) if text and not handled else NOTHING

    def _reply(self, request: Request) -> str:
        """Take the turn of a text, and those that follow while it waits: seven seconds of rest at most.

        Each has a cause made of the first, so a text that is repeated gets the same reply. Where another text
        has come between, that one is answered and this one says no more.
        """
        answer = self.conversations.take_turn(request)
        lines = _lines(answer, self.constants())
        while isinstance(wait := answer.turn.actions[-1], Wait):
            number = answer.number + 1
            if self.conversations.at(answer.conversation_id, number) is None:  # else this text is repeated
                self.sleep(wait.seconds)
            cause = f"{request.cause}/{number}"
            follows = replace(request, cause=cause, event=StayedSilent(), begins=False, number=number)
            answer = self.conversations.take_turn(follows)
            if answer.other:
                break
            lines += _lines(answer, self.constants())
        return _joined(lines, self.constants())

    def status(self, fields: Fields, reference: str) -> None:
        """Pass on what became of a text we sent."""
        message, status = fields.get("MessageSid", ""), fields.get("MessageStatus", "")
        error = fields.get("ErrorCode", "")
        if _MESSAGE.fullmatch(message) and _STATUS.fullmatch(status):
            self.delivered(message, status, error if _ERROR.fullmatch(error) else "", reference)


def blueprint(
    conversations: Conversations,
    signature: Signature,
    constants: Callable[[], Constants],
    delivered: Delivered,
    key_hash: Callable[[str], str],
    apology: str,
) -> Blueprint:
    """Return the doors /sms/incoming and /sms/status.

    `key_hash` turns what names a conversation (From>To) into what is stored of it: only that is logged.
    `apology` is replied when something went wrong; it is made of nothing that could fail as well.
    """
    texts = Texts(conversations, constants, delivered)
    doors = Blueprint("sms", __name__)

    @doors.post("/sms/incoming")
    @signature.required
    def incoming(fields: Fields) -> Response:
        try:
            document = texts.incoming(fields)
        except Exception as error:  # noqa: BLE001 - whoever writes never meets an error
            key = key_hash(f"{fields.get('From', '')}>{fields.get('To', '')}")
            _log.error("/sms/incoming failed for conversation %s: %s", key, place_of(error))
            document = NOTHING if fields.get("OptOutType") else response(element("Message", apology))
        return Response(document, content_type=TYPE)

    @doors.post("/sms/status")
    @signature.required
    def status(fields: Fields) -> Response:
        try:
            texts.status(fields, request.args.get("reference", ""))
        except Exception as error:  # noqa: BLE001 - the provider is told, and repeats it: nobody is listening
            _log.error("/sms/status failed: %s", place_of(error))
            return Response(status=503)
        return Response(status=204)

    return doors
