"""Calls by key: requests of the provider become events, turns become TwiML.

A turn is named by its number, which stands in the address of every way on: the next number takes a turn, an
older one is answered as it was answered then, and any other is asked the last question again. Whatever goes
wrong inside, the caller hears an apology and is put through to a person.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from flask import Blueprint, Response, request

from ivr.channels.markup import TYPE
from ivr.channels.numbers import number_of
from ivr.channels.script import WHISPER
from ivr.channels.shelf import KEPT_FOR
from ivr.channels.signature import Fields, Signature
from ivr.channels.twiml import LAST, Renderer
from ivr.conversation import CHINA, Conversations, Request
from ivr.failures import place_of
from menus.actions import Ask
from menus.events import Arrived, Event, Left, Pressed, StayedSilent, TransferEnded

_log = logging.getLogger(__name__)

_CALL = re.compile(r"[\w-]{1,64}", re.ASCII)
_KEYS = re.compile(r"[0-9*#A-D]{0,64}")
_LETTERS = str.maketrans("", "", "ABCD")
_NUMBER = re.compile("[1-9][0-9]{0,8}")
Query = Mapping[str, str]

_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_TRANSFERS: Mapping[str, Literal["answered", "busy", "no_answer"]] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
}


def event_from(fields: Fields, query: Query) -> Event:
    """Return what a request to /voice/turn tells. What is no key of a telephone counts as silence.

    >>> event_from({"Digits": "4501", "FinishedOnKey": "#"}, {"n": "3"})
    Pressed(keys='4501#')
    """
    if "transfer" in query:
        return TransferEnded(_TRANSFERS.get(fields.get("DialCallStatus", ""), "failed"))
    digits = fields.get("Digits", "")
    if "silent" in query or not _KEYS.fullmatch(digits):
        return StayedSilent()
    # Four more keys exist, A to D; a line may make them of noise.
    keys = digits.translate(_LETTERS) + ("#" if fields.get("FinishedOnKey") == "#" else "")
    return Pressed(keys) if keys else StayedSilent()


@dataclass(frozen=True, slots=True)
class Calls:
    """What the doors do, without HTTP: signed fields and the query in, documents out; raises what goes wrong.

    `serves` says whether the called number is one we answer. `token` gives what the socket of a call shows,
    by the call's name and its caller's number, or nothing where the call is to be led by key.
    """

    conversations: Conversations
    renderer: Renderer
    clock: Callable[[], datetime]
    serves: Callable[[str], bool] = lambda _called: True
    token: Callable[[str, str], str] = lambda _call, _caller: ""

    def incoming(self, fields: Fields, _query: Query) -> str:
        """Greet a call. A repetition is answered the same, also when the call is over."""
        if not self.serves(fields.get("To", "")):
            return self.renderer.reject()
        arrived = Arrived("voice", self.clock().astimezone(CHINA).date())
        return self._taken(fields, 1, arrived, begins=True)

    def turn(self, fields: Fields, query: Query) -> str:
        """Take the next turn, or repeat one that was taken."""
        number = query.get("n", "")
        if number == LAST and (last := self.conversations.last(call_of(fields))):
            return self.renderer.render(last)
        known = int(number) if _NUMBER.fullmatch(number) else 0
        return self._taken(fields, known, event_from(fields, query))

    def status(self, fields: Fields, _query: Query) -> str:
        """Close a conversation when its call is over; what else a call goes through is of no interest."""
        if fields.get("CallStatus") in _OVER and call_of(fields):
            self.conversations.take_turn(self._request(fields, "left", Left()))
        return ""

    def fallback(self, fields: Fields, _query: Query) -> str:
        """Apologize, without looking at anything."""
        code = fields.get("ErrorCode", "")
        known = code if _NUMBER.fullmatch(code) else "unknown"
        _log.error("the provider got no document from another door; its error is %s", known)
        return self.renderer.sorry()

    def whisper(self, _fields: Fields, query: Query) -> str:
        """Tell the person who answered a transfer who is calling and why; nothing where that is long ago.

        The address names the turn and nobody: the call of the person has a name of its own.
        """
        tokens = self.renderer.tokens
        place = tokens.open(query.get("t", "")) if tokens else None
        found = self.conversations.at(place.conversation_id, place.number) if place else None
        if place is None or found is None or place.index != WHISPER or self.clock() - found[1] > KEPT_FOR:
            return self.renderer.nothing()
        return self.renderer.whisper(found[0])

    def _taken(self, fields: Fields, number: int, event: Event, begins: bool = False) -> str:
        if not call_of(fields):
            return self.renderer.hang_up()
        # No turn has the number 0, so that what names none is asked the last question again.
        request = replace(self._request(fields, str(number), event), number=number, begins=begins)
        answer = self.conversations.take_turn(request)
        listens = isinstance(event, Arrived | TransferEnded) and isinstance(answer.turn.actions[-1], Ask)
        token = self.token(request.key, request.caller) if listens else ""
        return self.renderer.connect(token) if token else self.renderer.render(answer)

    def _request(self, fields: Fields, cause: str, event: Event) -> Request:
        call = call_of(fields)
        return Request(call, f"{call}/{cause}", event, "voice", number_of(fields.get("From")))


def call_of(fields: Fields) -> str:
    """Return the provider's name of the call, or nothing where there is none that could be one."""
    call = fields.get("CallSid", "")
    return call if _CALL.fullmatch(call) else ""


def blueprint(calls: Calls, signature: Signature, key_hash: Callable[[str], str]) -> Blueprint:
    """Return the doors /voice/incoming, /voice/turn, /voice/status, /voice/fallback and /voice/whisper.

    `key_hash` turns the name of a call into what conversations store of it: only that is logged.
    """
    doors = Blueprint("voice", __name__)

    def door(
        name: str, act: Callable[[Fields, Query], str], otherwise: Callable[[], str] = calls.renderer.sorry
    ) -> None:
        def view(fields: Fields) -> Response:
            try:
                document = act(fields, request.args)
            except Exception as error:  # noqa: BLE001 - a caller never meets an error
                key = key_hash(fields.get("CallSid", ""))
                _log.error("/voice/%s failed for conversation %s: %s", name, key, place_of(error))
                if name == "status":
                    return Response(status=503)  # nobody listens, and the provider may try again
                document = otherwise()
            return Response(document, content_type=TYPE) if document else Response(status=204)

        doors.add_url_rule(f"/voice/{name}", name, signature.required(view), methods=["POST"])

    door("incoming", calls.incoming)
    door("turn", calls.turn)
    door("status", calls.status)
    door("fallback", calls.fallback)
    door("whisper", calls.whisper, calls.renderer.nothing)  # whatever fails, the two are joined
    return doors
