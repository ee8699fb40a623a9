// The microphone as a telephone has one: mu-law, 20 ms at a time.

import { Refusal } from "./api.js";

const BAND_HERTZ = 3400;
const STEEPNESS = [0.52, 0.71, 1.93]; // three filters in a row that let the telephone's band through (Butterworth)
const REASONS = {
  NotAllowedError: "没有允许用麦克风,请点下面的话。",
  NotFoundError: "这里没有麦克风,请点下面的话。",
};
const OTHERWISE = "麦克风打不开,请点下面的话。";

export class Microphone {
  #stream = null;
  #context = null;

  /** Begin to hear; `heard` gets each frame, and how loud it is from 0 to 1. Refusal, in words for people, if not. */
  async open(heard) {
    if (!navigator.mediaDevices?.getUserMedia) throw new Refusal(OTHERWISE);
    try {
      // The hotline's own voice comes out of the loudspeaker beside it: without echo cancellation it would interrupt itself.
      const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio });
      await this.#listen(heard);
    } catch (problem) {
      this.close();
      throw new Refusal(REASONS[problem.name] ?? OTHERWISE);
    }
  }

  close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#context?.close();
    this.#stream = this.#context = null;
  }

  async #listen(heard) {
    this.#context = new AudioContext();
    await this.#context.audioWorklet.addModule("static/microphone_worklet.js");
    let end = this.#context.createMediaStreamSource(this.#stream);
    for (const steepness of STEEPNESS) {
      const filter = this.#context.createBiquadFilter();
      filter.type = "lowpass";
      filter.frequency.value = BAND_HERTZ;
      filter.Q.value = 20 * Math.log10(steepness); // in decibels
      end = end.connect(filter);
    }
    const telephone = new AudioWorkletNode(this.#context, "telephone", { numberOfOutputs: 0 });
    telephone.port.onmessage = ({ data }) => heard(data.frame, data.loudness);
    end.connect(telephone);
  }
}
