// A call over a stream: the hotline's sound comes in and is played; keys, ready sentences and the microphone go out.
// Events: turn (a new one begins), sound (its words), quiet, cleared; own, said (a ready sentence), unspoken; log.

export class Stream extends EventTarget {
  #loudspeaker;
  #socket = null;
  #marks = []; // asked for and not sent back yet

  constructor(loudspeaker) {
    super();
    this.#loudspeaker = loudspeaker;
  }

  /** Carry the call behind this address; resolves when the stream is over, whoever ended it. */
  carry(address) {
    const place = new URL(address, location.href);
    place.protocol = place.protocol.replace("http", "ws");
    this.#socket = new WebSocket(place);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("message", ({ data }) => this.#take(data));
    return new Promise((resolve) => {
      this.#socket.addEventListener("close", () => {
        this.#loudspeaker.clear();
        resolve();
      });
    });
  }

  close() {
    this.#socket?.close();
    this.#loudspeaker.clear();
  }

  press(key) {
    this.#send({ key });
  }

  say(words) {
    this.#send({ say: words });
  }

  /** Sound of the microphone. */
  speak(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #take(data) {
    if (data instanceof ArrayBuffer) this.#loudspeaker.play(new Uint8Array(data));
    else for (const [name, detail] of Object.entries(JSON.parse(data))) this.#obey(name, detail);
  }

  #obey(name, detail) {
    if (name === "mark") this.#mark(detail);
    else if (name === "clear") this.#clear();
    else if (name === "sound") this.#loudspeaker.then(() => this.#tell("sound", detail));
    else if (name === "own") this.#own(detail);
    else this.#tell(name, detail);
  }

  #mark(name) {
    this.#marks.push(name);
    this.#loudspeaker.then(() => {
      this.#marks = this.#marks.filter((each) => each !== name);
      this.#send({ mark: name });
      if (!this.#loudspeaker.isPlaying) this.#tell("quiet");
    });
  }

  /** What is cleared counts as played: its marks go back at once. */
  #clear() {
    this.#loudspeaker.clear();
    for (const mark of this.#marks.splice(0)) this.#send({ mark });
    this.#tell("cleared");
  }

  async #own({ sound, words }) {
    this.#tell("own", words);
    await this.#loudspeaker.playOwn(Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0)));
    this.#tell("said", words);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
