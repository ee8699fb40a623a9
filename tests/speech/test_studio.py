"""The studio: what it renders, in which breath, how often, and that what it plays is exactly that."""

import shutil
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from whistle import Hoarse, Meeting, Mute, Whistle

from speech.clips.kinds import KINDS, KindOfClip, carrier_of, carriers
from speech.score import NORMAL, SLOW, Clip, Phrase, Rest, Sounding, Value, score
from speech.sound import Sound
from speech.sound_folder import SoundFolder
from speech.studio import NotAllRendered, Studio, every_clip
from speech.telephone import RATE, silence
from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.pyttsx3 import Pyttsx3Voice

TEXTS = ["您好。", "查余额,请按一。", "再见。"]
PHRASES = [Phrase(text, NORMAL) for text in TEXTS]
HELLO = PHRASES[0]
AMOUNT = score(("余额是,", Value("money", "三千一百二十五元六角八分"), "。"))


def files(folder: Path) -> list[str]:
    """Everything a caller could be given, or that was left half done."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(".lock"))


def sounding(parts: tuple[object, ...]) -> list[Sounding]:
    return [part for part in parts if isinstance(part, Phrase | Clip)]


def home(clip: Clip) -> tuple[str, ...]:
    return carrier_of(clip.kind)[clip.text]


def test_a_phrase_is_rendered_once_and_kept_under_its_digest(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path / "new" / "sounds")
    assert not studio.has(HELLO)
    studio.render([HELLO])
    studio.render([HELLO, HELLO])
    assert studio.has(HELLO)
    assert files(tmp_path / "new" / "sounds") == [f"{studio.digest(HELLO)}.wav"]
    kept = (tmp_path / "new" / "sounds" / f"{studio.digest(HELLO)}.wav").read_bytes()
    assert Sound.from_wav(kept) == Whistle().speak("您好。", NORMAL)
    assert voice.asked == [("您好。", NORMAL)]


def test_another_text_pace_kind_or_engine_is_another_sound(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    newer = Whistle()
    newer.fingerprint = "whistle 2"
    names = {
        studio.digest(Phrase("三", NORMAL)),
        studio.digest(Phrase("四", NORMAL)),
        studio.digest(Phrase("三", SLOW)),
        studio.digest(Clip("count", "三", NORMAL)),
        studio.digest(Clip("digits", "三", NORMAL)),
        Studio(newer, tmp_path).digest(Phrase("三", NORMAL)),
    }
    assert len(names) == 6
    assert all(len(name) == 64 for name in names)
    assert studio.digest(Phrase("三", 0.7800001)) == studio.digest(Phrase("三", SLOW))


def test_paces_that_share_a_name_are_spoken_alike(tmp_path: Path) -> None:
    voice = Whistle()
    Studio(voice, tmp_path).render([Phrase("您好。", 1 / 3)])
    assert voice.asked == [("您好。", 0.33)]


def test_clips_are_spoken_in_whole_carrier_sentences_and_all_of_one_are_kept(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    clip = Clip("money", "三千一百", SLOW)
    studio.render([clip])
    carrier = home(clip)
    assert len(carrier) == 4
    assert voice.carriers == [(carrier, SLOW)]
    neighbours = [Clip("money", text, SLOW) for text in carrier if carrier_of("money")[text] == carrier]
    assert clip in neighbours
    assert not studio.missing(neighbours)
    for neighbour in neighbours:
        assert studio.assemble((neighbour,)) == voice.whistled(neighbour.text, SLOW)
    studio.render(neighbours)
    assert len(voice.carriers) == 1
    assert voice.asked == []


def test_each_carrier_sentence_is_spoken_once_for_all_its_clips(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    seen: list[tuple[int, int]] = []
    digits = list(every_clip("digits", NORMAL))
    studio.render(reversed(digits), lambda done, total: seen.append((done, total)))
    assert Counter(voice.carriers) == Counter((carrier, NORMAL) for carrier in carriers("digits"))
    assert not studio.missing(digits)
    assert (seen[0], seen[-1], len(seen)) == ((0, 121), (121, 121), 1 + len(voice.carriers))


def test_what_is_lost_of_a_carrier_sentence_is_spoken_in_the_same_one_again(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    clip = Clip("money", "三千一百", NORMAL)
    studio.render([clip])
    (tmp_path / f"{studio.digest(clip)}.wav").unlink()
    studio.render([clip])
    assert studio.has(clip)
    assert voice.carriers == [(home(clip), NORMAL)] * 2


def test_a_clip_that_its_kind_does_not_have_is_refused_without_repeating_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such clip of the kind money") as raised:
        Studio(Whistle(), tmp_path).render([Clip("money", "三百五", NORMAL)])
    assert "三百五" not in str(raised.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_clip_of_a_kind_is_listed_once(kind: KindOfClip) -> None:
    listed = list(every_clip(kind, SLOW))
    assert Counter(clip.text for clip in listed) == Counter(KINDS[kind].inventory())
    assert {(clip.kind, clip.pace) for clip in listed} == {(kind, SLOW)}


def test_a_clip_that_keeps_another_company_is_not_replaced(tmp_path: Path) -> None:
    """It may be said again where a carrier sentence is filled up, and must sound the same all the same."""

    class InCompany(Whistle):
        def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
            super().clips(words, pace)
            return tuple(self.whistled("".join(words) + word, pace) for word in words)

    voice = InCompany()
    studio = Studio(voice, tmp_path, at_once=2)
    clips = list(every_clip("money", NORMAL))
    studio.render(clips)
    assert len(files(tmp_path)) == len(clips)
    for clip in clips:
        assert studio.assemble((clip,)) == voice.whistled("".join(home(clip)) + clip.text, NORMAL)


def test_the_parts_are_played_one_after_the_other_to_the_sample(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    studio.render(sounding(AMOUNT))
    recording = Sound(np.arange(-500, 500, dtype=np.int16), RATE)
    played = studio.assemble((Rest(0.5), *AMOUNT, Rest(0.0004), recording))
    expected = [silence(0.5)]
    for part in AMOUNT:
        if isinstance(part, Phrase | Clip):
            expected.append(voice.whistled(part.text, part.pace))
        if isinstance(part, Rest):
            expected.append(silence(part.seconds))
    assert played == Sound.join([*expected, silence(0.0004), recording])
    assert played == studio.assemble((Rest(0.5), *AMOUNT, Rest(0.0004), recording))


def test_a_score_of_nothing_is_no_sound_at_all(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path / "nowhere")
    assert studio.can_say(())
    assert studio.assemble(()) == silence(0)
    assert studio.assemble((Rest(0.25),)) == silence(0.25)
    assert not (tmp_path / "nowhere").exists()


def test_where_something_is_missing_nothing_is_played_and_nothing_spoken(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    parts = sounding(AMOUNT)
    studio.render(parts)
    spoken = len(voice.asked), len(voice.carriers)
    for part in parts:
        path = tmp_path / f"{studio.digest(part)}.wav"
        kept = path.read_bytes()
        path.unlink()
        fresh = Studio(voice, tmp_path)
        assert not fresh.can_say(AMOUNT)
        assert fresh.assemble(AMOUNT) is None
        assert fresh.missing([*parts, *parts]) == [part]
        path.write_bytes(kept)
        assert fresh.can_say(AMOUNT)
        assert fresh.assemble(AMOUNT) is not None  # that it was missing is not remembered
    assert (len(voice.asked), len(voice.carriers)) == spoken


def test_a_folder_that_was_deleted_is_no_repertoire_any_more(tmp_path: Path) -> None:
    """What was played before may still sound, and is what it was; but nothing new is promised."""
    studio = Studio(Whistle(), tmp_path / "sounds")
    studio.render([HELLO])
    before = studio.assemble((HELLO,))
    shutil.rmtree(tmp_path / "sounds")
    assert not studio.has(HELLO)
    assert not studio.can_say((HELLO,))
    assert studio.missing([HELLO]) == [HELLO]
    assert studio.assemble((HELLO,)) == before
    studio.render([HELLO])
    assert studio.has(HELLO)


@pytest.mark.parametrize("damage", [b"", b"RIFF", b"no sound " * 100, "half"])
def test_a_damaged_file_is_not_played_and_is_rendered_again(damage: bytes | str, tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    studio.render([HELLO])
    path = tmp_path / f"{studio.digest(HELLO)}.wav"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if isinstance(damage, str) else damage)
    assert studio.assemble((HELLO,)) is None
    assert not studio.has(HELLO)
    studio.render([HELLO])
    assert path.read_bytes() == whole
    assert studio.assemble((HELLO,)) == Whistle().speak("您好。", NORMAL)


@pytest.mark.parametrize(
    "voice", [Mute({TEXTS[1]}), Hoarse({TEXTS[1]}, VoiceFailed("silence, being hoarse"))]
)
def test_silence_and_failures_are_never_kept(voice: Whistle, tmp_path: Path) -> None:
    studio = Studio(voice, tmp_path)
    with pytest.raises(NotAllRendered, match=r"1 of 3 sentences could not be spoken.*silence") as raised:
        studio.render(PHRASES)
    assert raised.value.texts == (TEXTS[1],)
    assert files(tmp_path) == sorted(f"{studio.digest(part)}.wav" for part in (PHRASES[0], PHRASES[2]))
    Studio(Whistle(), tmp_path).render(PHRASES)
    assert not studio.missing(PHRASES)


def test_a_silent_clip_is_not_kept_and_the_ones_before_it_are_not_called_failed(tmp_path: Path) -> None:
    one, two, three, four = list(every_clip("count", NORMAL))[:4]
    studio = Studio(Mute({three.text}), tmp_path)
    with pytest.raises(NotAllRendered) as raised:
        studio.render([one, two, three, four])
    assert raised.value.texts == (three.text, four.text)
    assert studio.missing([one, two, three, four]) == [three, four]


def test_a_sound_that_is_none_for_the_line_is_not_kept(tmp_path: Path) -> None:
    class Broad(Whistle):
        def whistled(self, text: str, pace: float) -> Sound:
            return Sound(super().whistled(text, pace).samples, 24000)

    with pytest.raises(NotAllRendered, match="gave 24000 samples a second"):
        Studio(Broad(), tmp_path).render([HELLO])
    assert files(tmp_path) == []


def test_a_voice_that_gives_too_few_clips_has_failed(tmp_path: Path) -> None:
    class Forgetful(Whistle):
        def clips(self, words: Sequence[str], pace: float) -> tuple[Sound, ...]:
            return super().clips(words, pace)[:3]

    wanted = list(every_clip("count", NORMAL))[:4]
    studio = Studio(Forgetful(), tmp_path)
    with pytest.raises(NotAllRendered) as raised:
        studio.render(wanted)
    assert raised.value.texts == (wanted[3].text,)


@pytest.mark.parametrize("fault", [VoiceFailed("hoarse"), ValueError("not speakable")])
def test_what_cannot_be_spoken_is_reported_and_the_rest_is_rendered(fault: Exception, tmp_path: Path) -> None:
    studio = Studio(Hoarse({TEXTS[1]}, fault), tmp_path)
    seen: list[int] = []
    with pytest.raises(NotAllRendered, match=f"1 of 3 sentences .*{fault}") as raised:
        studio.render(PHRASES, lambda done, total: seen.append(done))
    assert raised.value.texts == (TEXTS[1],)
    assert seen == [0, 1, 2, 3]
    assert studio.has(PHRASES[2])


def test_a_missing_voice_ends_rendering_at_once(tmp_path: Path) -> None:
    class Missing(Whistle):
        def whistled(self, text: str, pace: float) -> Sound:
            raise VoiceMissing("install it")

    voice = Missing()
    many = [Phrase("好" * length, NORMAL) for length in range(1, 500)]
    with pytest.raises(VoiceMissing, match="install it"):
        Studio(voice, tmp_path).render(many)
    assert len(voice.asked) == 1


def test_progress_counts_what_was_there_before(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    studio.render(PHRASES[:1])
    seen: list[tuple[int, int]] = []
    studio.render([*PHRASES, HELLO], lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    studio.render(PHRASES, lambda done, total: seen.append((done, total)))
    assert seen[3:] == [(3, 3)]


def test_rendering_stops_when_it_is_told_to_and_goes_on_later(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path)
    studio.render(PHRASES, stop=lambda: len(voice.asked) == 2)
    assert studio.missing(PHRASES) == PHRASES[2:]
    studio.render(PHRASES)
    assert [text for text, _ in voice.asked] == TEXTS


def test_rendering_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    class CtrlC(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise CtrlC

    many = [Phrase("好" * length, NORMAL) for length in range(1, 300)]
    first, second = Whistle(), Whistle()
    with pytest.raises(CtrlC):
        Studio(first, tmp_path).render(many, stop)
    assert len(first.asked) < len(many)
    Studio(second, tmp_path).render(many)
    assert [text for text, _ in first.asked + second.asked] == [part.text for part in many]


@pytest.mark.parametrize("together", [2, 4])
def test_as_many_sentences_are_spoken_at_once_as_the_voice_can(together: int, tmp_path: Path) -> None:
    """This voice waits until so many speak: with fewer threads it would fail."""
    wanted = [Phrase("好" * length, NORMAL) for length in range(1, 2 * together + 1)]
    studio = Studio(Meeting(together), tmp_path, at_once=together)
    studio.render(wanted)
    assert not studio.missing(wanted)


def test_many_threads_rendering_the_same_speak_it_once(tmp_path: Path) -> None:
    voice = Whistle()
    studio = Studio(voice, tmp_path, at_once=2)
    together = threading.Barrier(6)
    failed: list[BaseException] = []
    clips = list(every_clip("count", NORMAL))[:12]

    def ask(first: int) -> None:
        together.wait()
        try:
            studio.render([*PHRASES, *clips[first::2]])
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            failed.append(fault)

    threads = [threading.Thread(target=ask, args=(number % 2,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert Counter(text for text, _ in voice.asked) == dict.fromkeys(TEXTS, 1)
    assert not studio.missing(clips)
    assert set(Counter(voice.carriers).values()) == {1}
    assert [name for name in files(tmp_path) if not name.endswith(".wav")] == []


def other_lock(studio: Studio) -> Phrase:
    """A phrase whose lock is not that of HELLO."""
    texts = ("好" * length for length in range(1, 100))
    return next(
        part
        for part in (Phrase(text, NORMAL) for text in texts)
        if studio.digest(part)[:2] != studio.digest(HELLO)[:2]
    )


def test_whoever_renders_a_sound_holds_up_nobody_who_renders_another(tmp_path: Path) -> None:
    studio = Studio(Whistle(), tmp_path)
    other = other_lock(studio)
    waiting = threading.Thread(target=studio.render, args=([HELLO],))
    with SoundFolder(tmp_path).alone(studio.digest(HELLO)):
        waiting.start()
        studio.render([other])
        assert studio.has(other)
        assert not studio.has(HELLO)
    waiting.join(60)
    assert studio.has(HELLO)


def test_a_studio_is_called_like_its_voice_and_ends_it(tmp_path: Path) -> None:
    voice = Whistle("flute")
    studio = Studio(voice, tmp_path)
    assert studio.name == "flute"
    studio.close()
    assert voice.closed


@pytest.fixture(scope="module")
def built_in() -> Iterator[Pyttsx3Voice]:
    made = Pyttsx3Voice()
    yield made
    made.close()


def test_the_built_in_voice_fills_a_studio(built_in: Pyttsx3Voice, tmp_path: Path) -> None:
    studio = Studio(built_in, tmp_path)
    studio.render([*PHRASES, *sounding(AMOUNT)])
    lengths = [sound.duration for part in PHRASES if (sound := studio.assemble((part,)))]
    assert lengths[0] < lengths[1]
    assert min(lengths) > 0.4
    balance = studio.assemble(AMOUNT)
    assert balance
    rests = sum(part.seconds for part in AMOUNT if isinstance(part, Rest))
    assert 1.2 < rests < 1.6
    assert 2.5 < balance.duration - rests < 6.0


def test_the_paces_of_the_same_words_are_spoken_one_after_the_other(tmp_path: Path) -> None:
    """So an engine that needs to speak them only once does."""
    voice = Whistle()
    slow = [Phrase(text, SLOW) for text in TEXTS]
    Studio(voice, tmp_path).render([*PHRASES, *slow, *every_clip("day", NORMAL), *every_clip("day", SLOW)])
    assert voice.asked == [(text, pace) for text in TEXTS for pace in (NORMAL, SLOW)]
    assert [pace for _, pace in voice.carriers] == [NORMAL, SLOW] * len(list(carriers("day")))
    assert voice.carriers[0][0] == voice.carriers[1][0]
