"""Sounds the provider fetches: prompts that never change, what only one caller may hear, and silence.

What is the same for everybody is named by the digests of its content, so it may be kept by anybody for ever.
A caller's own amounts stand behind a token, may be kept by nobody, and are gone ten minutes after they were
said.
"""

import logging
from collections.abc import Callable, Mapping
from hashlib import sha256

from flask import Blueprint, Response, request

from ivr.channels.protection import protected
from ivr.channels.shelf import Shelf
from ivr.failures import place_of
from speech.sound import Sound
from speech.telephone import silence

_log = logging.getLogger(__name__)

_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"
_SILENCES: Mapping[str, float] = {"half": 0.5} | {str(seconds): float(seconds) for seconds in range(1, 11)}


def blueprint(shelf: Shelf | None) -> Blueprint:
    """Return the doors /sound/<name>.wav, /sound/turn/<token>.wav and /sound/silence/<half or 1-10>.wav.

    Without a shelf, as where the provider's voice speaks, there is still silence: waiting needs it.
    """
    doors = Blueprint("sound", __name__)

    @doors.get("/sound/<name>.wav")
    @protected("digest")
    def fixed(name: str) -> Response:
        return _answer(lambda: shelf.fixed(name) if shelf else None, tag=sha256(name.encode()).hexdigest())

    @doors.get("/sound/turn/<token>.wav")
    @protected("token")
    def own(token: str) -> Response:
        return _answer(lambda: shelf.own(token) if shelf else None)

    @doors.get("/sound/silence/<seconds>.wav")
    @protected("digest")
    def quiet(seconds: str) -> Response:
        length = _SILENCES.get(seconds)
        return _answer(lambda: silence(length) if length else None, tag=f"silence-{seconds}")

    return doors


def _answer(find: Callable[[], Sound | None], tag: str = "") -> Response:
    """Answer with a sound, to be kept for ever under its tag or not at all; 404 or 503 if there is none."""
    try:
        found, status = find(), 404
    except Exception as error:  # noqa: BLE001 - the provider goes on to what stands next in its document
        _log.error("a sound could not be made: %s", place_of(error))
        found, status = None, 503
    if found is None:
        return Response(status=status, headers={"Cache-Control": _NEVER})
    answer = Response(
        found.wav_bytes(), content_type="audio/wav", headers={"Cache-Control": _FOR_EVER if tag else _NEVER}
    )
    if tag:
        answer.set_etag(tag)
        answer.make_conditional(request)
    return answer
