// Plays what comes through a stream: mu-law in a row without gaps, and tells when it has come to a mark.

import { RATE, decoded } from "./mulaw.js";

const LEAD_SECONDS = 0.04; // what has not begun yet begins so much later, so that it never begins in the middle
const OWN_LOUDNESS = 0.6;

/** At the rate of the telephone pieces join without a click: the whole is resampled, not each of them. */
function context() {
  try {
    return new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  } catch {
    return new AudioContext(); // a browser that has one rate only
  }
}

export class Loudspeaker {
  #context = null;
  #out = null;
  #until = 0; // when all that was given is over, in seconds of the context
  #queue = []; // what is still to be played, and what happens between: {source} or {reached}
  #isOn;

  constructor(isOn) {
    this.#isOn = isOn;
  }

  /** Browsers let a page make sound only after a person acted: call this from the click that dials. */
  wake() {
    if (!this.#context) {
      this.#context = context();
      this.#out = this.#context.createGain();
      this.#out.connect(this.#context.destination);
    }
    this.turn();
    this.#context.resume();
  }

  /** Somebody has turned the sound on or off; off, everything takes its time all the same. */
  turn() {
    if (this.#out) this.#out.gain.value = this.#isOn() ? 1 : 0;
  }

  /** Play after all that was given before. */
  play(mulaw) {
    const { source, length } = this.#source(mulaw);
    source.connect(this.#out);
    const begins = Math.max(this.#until, this.#context.currentTime + LEAD_SECONDS);
    source.start(begins);
    this.#until = begins + length;
    const piece = { source };
    this.#queue.push(piece);
    source.onended = () => this.#ended(piece);
  }

  /** Call back when all that was given before is played; never, if it is cleared first. */
  then(reached) {
    this.#queue.push({ reached });
    this.#go();
  }

  /** Be silent at once and forget the rest. */
  clear() {
    for (const { source } of this.#queue) {
      if (!source) continue;
      source.onended = null;
      source.stop();
    }
    this.#queue = [];
    this.#until = 0;
  }

  get isPlaying() {
    return this.#queue.some(({ source }) => source);
  }

  /** The caller's own words, which one hears softly while the hotline hears them; resolves at their end. */
  playOwn(mulaw) {
    const { source } = this.#source(mulaw);
    const loudness = this.#context.createGain();
    loudness.gain.value = this.#isOn() ? OWN_LOUDNESS : 0;
    source.connect(loudness).connect(this.#context.destination);
    source.start();
    return new Promise((resolve) => { source.onended = resolve; });
  }

  #source(mulaw) {
    const buffer = this.#context.createBuffer(1, mulaw.length, RATE);
    buffer.copyToChannel(decoded(mulaw), 0);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    return { source, length: mulaw.length / RATE };
  }

  #ended(piece) {
    this.#queue = this.#queue.slice(this.#queue.indexOf(piece) + 1);
    this.#go();
  }

  /** Do what stands before the next sound. */
  #go() {
    while (this.#queue[0]?.reached) this.#queue.shift().reached();
  }
}
