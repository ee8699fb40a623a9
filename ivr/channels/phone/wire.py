"""The wire between the page and the provider while a call is led over a stream.

The page plays what it gets and tells the marks it has come to; the microphone's sound, keys and ready
sentences come from it. Every 20 ms something goes on to the hotline, as on a real line: silence, if nobody
speaks.

    from the page   bytes: mu-law of the microphone · {key} · {mark} · {say}
    to the page     bytes: mu-law to be played · {mark} · {clear}
                    what is shown: {turn} {sound} {own} {unspoken} {log}
"""

import json
import threading
from base64 import b64encode
from dataclasses import replace
from time import monotonic
from typing import Any, Protocol

from flask_sock import ConnectionClosed

from ivr.channels.phone.calllog import Closed, Entry, Faulted, Heard, Opened, Pressed, Spoke
from ivr.channels.phone.captions import Captions
from ivr.channels.phone.demo import DemoCall, DemoPhone
from ivr.channels.phone.faults import Fault
from ivr.channels.phone.markup import KEYS
from ivr.channels.phone.mouthpiece import Mouthpiece
from ivr.channels.phone.screen import log_view
from ivr.channels.phone.stream import Cleared, Marked, Order, Sounded, Stream

FRAME_SECONDS = 0.02
BEHIND = 1.0
"""Seconds by which we may be late and still make up for it: a line does not wait for who was asleep."""
LONGEST_MESSAGE = 16 * 1024


class PageSocket(Protocol):
    """The page's socket as the library gives it; ConnectionClosed when the page is gone."""

    def send(self, data: str | bytes) -> None:
        """Send a message."""
        ...

    def receive(self, timeout: float) -> str | bytes | None:
        """Return the next message, None after `timeout` seconds without one."""
        ...

    def close(self, reason: int) -> None:
        """Close with a code."""
        ...


class Wire:
    """Carries one call until the hotline or the page closes its end."""

    def __init__(self, phone: DemoPhone, call: DemoCall, page: PageSocket) -> None:
        self._phone = phone
        self._call = call
        self._page = page
        self._sending = threading.Lock()
        self._mouthpiece = Mouthpiece()
        self._captions = Captions(lambda: phone.saying(call.line.call_sid))

    def carry(self) -> None:
        """Open the stream that the call's document asks for, and carry it to its end."""
        wanted = self._call.line.stream
        if wanted is None:
            return
        try:
            stream = Stream(self._phone.twilio.account, self._call.line.call_sid, wanted)
        except Fault as fault:
            self._note(Faulted(fault.code, fault.sentence, 0.0))
            return
        self._note(Opened(wanted.url, 0.0))
        bringing = threading.Thread(target=self._bring, args=(stream,), daemon=True)
        bringing.start()
        try:
            self._take_to(stream)
        except ConnectionClosed:
            pass
        finally:
            stream.close()
            bringing.join()

    # --- from the page to the hotline

    def _take_to(self, stream: Stream) -> None:
        due = monotonic()
        while not self._call.line.over:
            message = self._page.receive(max(0.0, due - monotonic()))
            if message is not None:
                self._take(message, stream)
            if (late := monotonic() - due) >= 0:
                stream.sound(self._mouthpiece.frame())
                due += FRAME_SECONDS if late < BEHIND else late

    def _take(self, message: str | bytes, stream: Stream) -> None:
        if isinstance(message, bytes):
            self._mouthpiece.hear(message)
            return
        match _read(message):
            case {"key": str(key)} if len(key) == 1 and key in KEYS:
                self._note(Pressed(key, 0.0))
                stream.key(key)
            case {"mark": str(name)}:
                stream.marked(name)
            case {"say": str(words)} if words in self._captions.sentences:
                threading.Thread(target=self._speak, args=(words,), daemon=True).start()

    def _speak(self, words: str) -> None:
        """Say a ready sentence, once somebody has spoken it."""
        mulaw = self._phone.spoken(words)
        if mulaw is None:
            self._tell({"unspoken": words})
            return
        self._mouthpiece.say(mulaw)
        self._note(Spoke(words, 0.0))
        self._tell({"own": {"sound": b64encode(mulaw).decode(), "words": words}})

    # --- from the hotline to the page

    def _bring(self, stream: Stream) -> None:
        before: Order | None = None
        while True:
            try:
                order = stream.receive()
            except Fault as fault:
                self._note(Faulted(fault.code, fault.sentence, 0.0))
                continue
            if order is None:
                break
            if isinstance(order, Sounded) and not isinstance(before, Sounded):
                self._show()
            self._hand_on(order)
            before = order
        self._note(Closed(stream.code, 0.0))
        self._close()

    def _hand_on(self, order: Order) -> None:
        match order:
            case Sounded(mulaw):
                self._tell(mulaw)
            case Marked(name):
                self._tell({"mark": name})
            case Cleared():
                self._tell({"clear": True})

    def _show(self) -> None:
        """Give the page the words of the sound that comes next."""
        for told in self._captions.next():
            self._tell(told)
            if sound := told.get("sound"):
                self._note(Heard(sound["text"], None, sound["interruptible"], 0.0, 0.0))

    def _note(self, entry: Entry) -> None:
        """Put something into the call's log as of now, and show it behind the scenes."""
        call = self._call
        with call.lock:
            if call.line.over:
                return
            self._phone.catch_up(call)
            call.touched = self._phone.clock()
            seen = len(call.line.log)
            call.line.note(replace(entry, at=call.line.now))
            shown = log_view(call.line, seen)
        self._tell({"log": shown})

    def _tell(self, message: dict[str, Any] | bytes) -> None:
        data = message if isinstance(message, bytes) else json.dumps(message, ensure_ascii=False)
        with self._sending:
            try:
                self._page.send(data)
            except (ConnectionClosed, OSError):
                return  # who receives from the page learns of it

    def _close(self) -> None:
        with self._sending:
            try:
                self._page.close(1000)
            except (ConnectionClosed, OSError):
                return


def _read(message: str) -> object:
    if len(message) > LONGEST_MESSAGE:
        return None
    try:
        return json.loads(message)
    except (ValueError, RecursionError):
        return None
