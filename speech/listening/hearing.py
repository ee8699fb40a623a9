"""Which frames are the caller's speech: loud enough, a voice, and nearer than a television.

1. What is no louder than the call's noise, or our echo while we speak, is nothing. This costs microseconds.
2. What stands out is put to the Silero model, which takes hum, music, keys, coughs and clicks for what they
   are, but cannot tell a caller from a television.
3. Voices that go on for seconds while the caller is asked nothing, or without an end, are a background too:
   the caller is who is louder.
4. Within an utterance a frame must be nearer to it than to the noise, in decibels, or ends would be found
   late where it is noisy.

webrtcvad was measured beside Silero, on the sounds of this room's tests: in its strictest mode it took every
loud frame of hum, of music, of a dial tone, of keys and of coughs for speech, and 96 % of a babble's; with
Silero no speech begins in any of them. (webrtcvad was last released in 2017; webrtcvad-wheels is the one kept
alive. Silero's own package wants torch: the same model comes with faster-whisper, which we have.)
"""

import math

from speech.listening.key_tones import is_key_tone
from speech.listening.loudness import SILENCE, Background, power, power_at
from speech.listening.pitch import has_pitch
from speech.listening.silero import Attention, SpeechModel
from speech.listening.speaking import Frame, Speaking
from speech.telephone import LEVEL

ECHO = LEVEL - 25.0
"""How loud our own voice may come back from the far end, in dBFS."""
BARGE_IN = power_at(ECHO + 10.0)
"""Power that a frame needs while we speak: single syllables are up to so much louder than all speech."""
ECHO_TAIL = 20
"""Frames for which the echo may go on after our last one: the way there and back."""
PROBABLE, SURE = 0.3, 0.6
"""How sure of speech the model must be: before an utterance the lower is enough, for low voices stay low.

Sounds that are no speech stayed below it, but for coughs, which `pitch` tells. Within an utterance what is
only probable needs a pitch too, for after a word the model goes on to suspect speech in any noise.
"""
NOISE = (256, 0.5, 3.0)
"""Half of the last five seconds' frames without a voice are quieter than what stands out, by 3 dB."""
VOICES = (512, 0.8, 8.0, 225)
"""Voices that fill 4.5 of ten seconds are background, and the caller is louder by 8 dB than their loud part.

Less would do for a television, but callers greet back and say what they want during the notice.
"""
_REST = 10  # frames that the model still hears after the last loud one; it hears one before the first


class Hearing:
    """What is known of one line and its far end, and which frames of it are the caller's speech."""

    def __init__(self, model: SpeechModel) -> None:
        self._attention = Attention(model)
        self._noise = Background(*NOISE)
        self._voices = Background(*VOICES)
        self._before = SILENCE
        self._quiet = _REST + 1
        self._spoken, self._loudness = 0, 0.0  # frames of this utterance, and their mean power
        self._we_speak = self._notice = False
        self._tail = 0

    def we_speak(self, speaking: bool, interruptible: bool) -> None:
        """Tell whether a prompt is being played, and whether the caller may interrupt it."""
        if self._we_speak and not speaking:
            self._tail = ECHO_TAIL
        self._we_speak, self._notice = speaking, speaking and not interruptible

    def hear(self, frame: bytes, speaking: Speaking) -> Frame:
        """Say what the next frame is of the caller's speech; `speaking` is what those before amount to."""
        value = power(frame)
        self._tail -= self._tail > 0
        if not speaking.is_speaking:
            self._spoken, self._loudness = 0, 0.0
        stands_out = value >= self._least()
        if stands_out and is_key_tone(frame):
            self._quiet, self._before = _REST + 1, SILENCE
            return Frame.NOTHING
        probability = self._asked(frame, stands_out)
        sound, self._before = self._before + frame, frame
        kind = _kind(probability, sound, speaking.is_speaking)
        self._learn(value, kind is not Frame.NOTHING, speaking)
        if self._notice or value < self._voices.loud:
            return Frame.NOTHING
        if speaking.is_speaking and kind is not Frame.NOTHING:
            self._spoken += 1
            self._loudness += (value - self._loudness) / self._spoken
        return kind

    def _asked(self, frame: bytes, stands_out: bool) -> float:
        """Ask the model about a frame; 0 for one that does not stand out, which it may only overhear."""
        if not stands_out:
            self._quiet += 1
            if self._quiet <= _REST:
                self._attention.hear(frame)
            return 0.0
        if self._quiet > _REST:
            self._attention.rest()
            frame = self._before + frame
        self._quiet = 0
        return self._attention.hear(frame)

    def _least(self) -> float:
        """Return the power under which the model is not asked."""
        echo = BARGE_IN if self._echoes and not self._notice else 0.0
        return max(self._noise.loud, echo, math.sqrt(self._noise.usual * self._loudness))

    def _learn(self, value: float, is_voice: bool, speaking: Speaking) -> None:
        """Learn from a frame what lies behind the caller.

        While we speak, our echo would be taken for a far voice; a notice is the exception, for there is no
        better time to hear a television, and the echo is far below any caller.
        """
        if not is_voice and not speaking.may_speak:
            self._noise.learn(value)
        if self._notice or not (speaking.is_speaking or self._echoes):
            self._voices.learn(value if is_voice else 0.0)

    @property
    def _echoes(self) -> bool:
        return self._we_speak or self._tail > 0


def _kind(probability: float, sound: bytes, within: bool) -> Frame:
    """Say what a frame is to which the model gives this probability, `within` an utterance or not."""
    if probability < PROBABLE:
        return Frame.NOTHING
    if within and probability >= SURE:
        return Frame.SPEECH
    if has_pitch(sound):
        return Frame.VOWEL
    return Frame.NOTHING if within else Frame.SPEECH
