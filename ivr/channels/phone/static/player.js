// Sounds: files, the browser's own voice where the hotline leaves the reading to the provider, and key tones.
// With the sound off everything takes as long as it would, silently.

const ROWS = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, "*": 941, 0: 941, "#": 941 };
const COLUMNS = { 1: 1209, 4: 1209, 7: 1209, "*": 1209, 2: 1336, 5: 1336, 8: 1336, 0: 1336, 3: 1477, 6: 1477, 9: 1477, "#": 1477 };
const TONE_SECONDS = 0.09;
const GRACE_SECONDS = 4; // a sound that does not end is given up this long after it should have

/** Resolves after so many seconds, or at once when the signal says stop. */
export function seconds(length, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, length * 1000);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

export class Player {
  #context = null;

  constructor(isOn) {
    this.isOn = isOn;
    window.speechSynthesis?.getVoices(); // browsers load the list only when it is first asked for
  }

  /** Browsers let a page make sound only after a person acted: call this from the click that dials. */
  wake() {
    if (this.isOn() && !this.#context && window.AudioContext) this.#context = new AudioContext();
  }

  tone(key) {
    if (!this.#context || !this.isOn()) return;
    const loudness = this.#context.createGain();
    loudness.gain.value = 0.05;
    loudness.connect(this.#context.destination);
    for (const frequency of [ROWS[key], COLUMNS[key]]) {
      const wave = this.#context.createOscillator();
      wave.frequency.value = frequency;
      wave.connect(loudness);
      wave.start();
      wave.stop(this.#context.currentTime + TONE_SECONDS);
    }
  }

  /** Whether this sound will really be heard. */
  audible(sound) {
    return this.isOn() && Boolean(sound.streamed || sound.address || (sound.text !== null && this.#speaker(sound)));
  }

  /** Which voice will speak this sound, for people to read. */
  voiceOf(sound) {
    if (!this.isOn()) return "声音关着,只有字幕";
    if (sound.streamed || sound.address) return sound.voice || "";
    if (sound.text === null) return "";
    return this.#speaker(sound) ? "浏览器自带的声音" : "这台电脑没有中文声音,只有字幕";
  }

  /** Resolves when the sound is over or the signal stops it. */
  async play(sound, signal) {
    if (!this.isOn()) return seconds(sound.seconds, signal);
    if (sound.address) return this.#file(sound, signal);
    const speaker = sound.text === null ? null : this.#speaker(sound);
    return speaker ? this.#speak(sound, speaker, signal) : seconds(sound.seconds, signal);
  }

  async #file(sound, signal) {
    const audio = new Audio(sound.address);
    signal.addEventListener("abort", () => audio.pause(), { once: true });
    for (let time = 0; time < sound.loop && !signal.aborted; time += 1) {
      audio.currentTime = 0;
      const ended = new Promise((resolve) => audio.addEventListener("ended", resolve, { once: true }));
      try {
        await audio.play();
      } catch {
        // Not playable here, or not allowed: the words stay on the screen for as long as they would take.
        return seconds(sound.seconds, signal);
      }
      await Promise.race([ended, seconds(sound.seconds / sound.loop + GRACE_SECONDS, signal)]);
    }
  }

  async #speak(sound, speaker, signal) {
    const words = new SpeechSynthesisUtterance(sound.text);
    words.voice = speaker;
    words.lang = speaker.lang;
    words.rate = 0.9;
    const ended = new Promise((resolve) => { words.onend = resolve; words.onerror = resolve; });
    signal.addEventListener("abort", () => speechSynthesis.cancel(), { once: true });
    speechSynthesis.speak(words);
    await Promise.race([ended, seconds(sound.seconds * 2 + GRACE_SECONDS, signal)]);
  }

  #speaker(sound) {
    const language = sound.language.slice(0, 2);
    return (window.speechSynthesis?.getVoices() ?? []).find((voice) => voice.lang.startsWith(language)) ?? null;
  }
}
