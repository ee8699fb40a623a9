// Runs beside the page: takes samples at the rate of the sound card and makes frames of a telephone of them.

import { FRAME, RATE, encoded } from "./mulaw.js";

class Telephone extends AudioWorkletProcessor {
  #step = sampleRate / RATE;
  #place = 0; // of the next sample wanted, counted from the first of this block
  #last = 0; // the last sample of the block before
  #frame = new Uint8Array(FRAME);
  #filled = 0;
  #loudest = 0;

  process([[samples]]) {
    if (!samples) return true; // nothing is connected yet
    for (; this.#place < samples.length; this.#place += this.#step) this.#take(this.#between(samples));
    this.#place -= samples.length;
    this.#last = samples[samples.length - 1];
    return true;
  }

  #between(samples) {
    const after = Math.floor(this.#place);
    const before = after ? samples[after - 1] : this.#last;
    return before + (samples[after] - before) * (this.#place - after);
  }

  #take(sample) {
    this.#frame[this.#filled++] = encoded(sample);
    this.#loudest = Math.max(this.#loudest, Math.abs(sample));
    if (this.#filled < FRAME) return;
    this.port.postMessage({ frame: this.#frame.slice(), loudness: this.#loudest });
    this.#filled = this.#loudest = 0;
  }
}

registerProcessor("telephone", Telephone);
