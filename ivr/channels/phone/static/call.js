// One call: plays what the server says the line does now, waits as long as the hotline would, sends keys one by one.
// The server's line decides; this file only keeps time. Events: stage, sound, open, waiting, pressed, lost, log, over;
// while it is led over a stream also: turn, cleared, own, said, unspoken, and deaf when the stream is over.

import { Refusal, busily, send } from "./api.js";
import { seconds } from "./player.js";
import { Stream } from "./stream.js";

const LONGEST_TRANSFER = 8; // seconds shown of a transfer, however long it would ring

export class Call extends EventTarget {
  #player;
  #loudspeaker;
  #stream = null;
  #patience = 0; // of the hotline's present turn in a stream
  #id = null;
  #seen = 0;
  #stage = null;
  #open = false; // whether keys count now
  #leaving = false; // the receiver is on its way down
  #over = false;
  #running = new AbortController();
  #last = Promise.resolve(); // requests go one after another

  constructor(player, loudspeaker) {
    super();
    this.#player = player;
    this.#loudspeaker = loudspeaker;
  }

  dial(from, agent) {
    return this.#request(() => send("POST", "calls", { from, agent }));
  }

  press(key) {
    const counted = this.#open;
    if (this.#stream) {
      this.#tell(counted ? "pressed" : "lost", key);
      this.#stream.press(key);
      return Promise.resolve();
    }
    if (counted) this.#hush();
    this.#tell(counted ? "pressed" : "lost", key);
    return this.#request(() => (this.#open ? this.#post("keys", { key, stage: this.#stage.number }) : null));
  }

  /** Let a ready sentence be said, where words count. */
  say(words) {
    this.#stream?.say(words);
  }

  /** Sound of the microphone, 20 ms of it. */
  speak(frame) {
    this.#stream?.speak(frame);
  }

  hangUp() {
    this.#leaving = true;
    this.#stream?.close();
    this.#hush();
    this.#set(false);
    return this.#request(() => (this.#id ? send("DELETE", `calls/${this.#id}`, { seen: this.#seen }) : null));
  }

  #post(what, body) {
    return send("POST", `calls/${this.#id}/${what}`, { ...body, seen: this.#seen });
  }

  #request(ask) {
    const answered = () => busily(async () => {
      try {
        const view = await ask();
        if (view) this.#take(view);
      } catch (problem) {
        if (!(problem instanceof Refusal)) throw problem;
        this.#end(problem.message);
      }
    });
    this.#last = this.#last.then(answered);
    return this.#last;
  }

  #take(view) {
    this.#id = view.id;
    this.#seen = view.seen;
    this.#tell("log", view.log);
    if (view.over) {
      this.#end(view.ending);
    } else if (this.#leaving) {
      this.#hush();
    } else if (view.stage.number !== this.#stage?.number) {
      this.#stage = view.stage;
      this.#perform(view.stage, this.#hush());
    } else {
      this.#stage = view.stage; // a key joined the others: the wait begins anew
      this.#wait(view.stage, this.#hush());
    }
  }

  async #perform(stage, signal) {
    this.#tell("stage", stage);
    for (const sound of stage.sounds) {
      this.#set(Boolean(stage.question) && sound.interruptible);
      this.#tell("sound", sound);
      await this.#player.play(sound, signal);
      if (signal.aborted) return;
    }
    if (stage.stream) {
      await this.#converse();
      if (!signal.aborted) this.#goOn(stage, signal);
      return;
    }
    this.#set(Boolean(stage.question));
    this.#wait(stage, signal);
  }

  async #wait(stage, signal) {
    const patience = stage.transfer || stage.joined ? Math.min(stage.patience, LONGEST_TRANSFER) : stage.patience;
    this.#tell("waiting", { seconds: patience, stage });
    await seconds(patience, signal);
    if (!signal.aborted) this.#goOn(stage, signal);
  }

  /** What comes after a stage by itself. */
  #goOn(stage, signal) {
    this.#request(() => (signal.aborted ? null : this.#post("timeout", { stage: stage.number, keys: stage.keys })));
  }

  /** Lead the call over a stream until that is over. */
  async #converse() {
    const stream = new Stream(this.#loudspeaker);
    const on = (name, act) => stream.addEventListener(name, ({ detail }) => act(detail));
    for (const name of ["cleared", "own", "said", "unspoken"]) on(name, (detail) => this.#tell(name, detail));
    on("log", ({ log, seen }) => {
      this.#seen = seen;
      this.#tell("log", log);
    });
    on("turn", (turn) => {
      this.#patience = turn.patience;
      this.#tell("turn", turn);
    });
    on("sound", (sound) => {
      this.#set(sound.interruptible);
      this.#tell("sound", { ...sound, streamed: true });
    });
    on("quiet", () => {
      this.#set(true);
      this.#tell("waiting", { seconds: this.#patience });
    });
    this.#stream = stream;
    await stream.carry(`calls/${this.#id}/stream`);
    this.#stream = null;
    this.#tell("deaf");
  }

  /** Stop sounds and timers; the signal for the next ones. */
  #hush() {
    this.#running.abort();
    this.#running = new AbortController();
    return this.#running.signal;
  }

  #set(open) {
    this.#open = open;
    this.#tell("open", open);
  }

  #end(ending) {
    if (this.#over) return;
    this.#over = true;
    this.#hush();
    this.#set(false);
    this.#tell("over", ending);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
