// One call: plays what the server says the line does now, waits as long as the hotline would, sends keys one by one.
// The server's line decides; this file only keeps time. Events: sound, open, waiting, pressed, lost, log, over.

import { Refusal, busily, send } from "./api.js";
import { seconds } from "./player.js";

const LONGEST_TRANSFER = 8; // seconds shown of a transfer, however long it would ring

export class Call extends EventTarget {
  #player;
  #id = null;
  #seen = 0;
  #stage = null;
  #open = false; // whether keys count now
  #leaving = false; // the receiver is on its way down
  #over = false;
  #running = new AbortController();
  #last = Promise.resolve(); // requests go one after another

  constructor(player) {
    super();
    this.#player = player;
  }

  dial(from, agent) {
    return this.#request(() => send("POST", "calls", { from, agent }));
  }

  press(key) {
    const counted = this.#open;
    if (counted) this.#hush();
    this.#tell(counted ? "pressed" : "lost", key);
    return this.#request(() => (this.#open ? this.#post("keys", { key, stage: this.#stage.number }) : null));
  }

  hangUp() {
    this.#leaving = true;
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
    this.#set(Boolean(stage.question));
    this.#wait(stage, signal);
  }

  async #wait(stage, signal) {
    const patience = stage.transfer ? Math.min(stage.patience, LONGEST_TRANSFER) : stage.patience;
    this.#tell("waiting", { seconds: patience, stage });
    await seconds(patience, signal);
    if (signal.aborted) return;
    this.#request(() => (signal.aborted ? null : this.#post("timeout", { stage: stage.number, keys: stage.keys })));
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
