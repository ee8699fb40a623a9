// Speaking instead of pressing: ready sentences to click, the microphone, and a word on whether the hotline listens.
// Events: say (a ready sentence), frame (sound of the microphone), hint (a word for the caller).

import { Refusal } from "./api.js";

const MOST_ROWS = 2;

const $ = (id) => document.getElementById(id);

export class Talk extends EventTarget {
  #microphone;
  #open = false; // whether the microphone is
  #opening = false;
  #said = false; // whether something was said to the present question
  #speaking = false; // whether a ready sentence is being said
  #listening = false; // whether words count now

  constructor(microphone) {
    super();
    this.#microphone = microphone;
    $("sentences").addEventListener("click", (event) => {
      const words = event.target.closest("button")?.textContent;
      if (words) this.#say(words);
    });
    $("microphone").addEventListener("click", () => this.#turn());
  }

  /** A question is open: show what may be said to it; nothing where only keys count, and nobody is overheard there. */
  ask(sentences) {
    if (!sentences.length) this.#close();
    $("talk").hidden = sentences.length === 0;
    $("shortcuts").hidden = sentences.length > 0;
    $("sentences").replaceChildren(...sentences.map((words) => (
      Object.assign(document.createElement("button"), { type: "button", textContent: words })
    )));
    $("sentences").scrollLeft = 0;
    this.#keepTwoRows();
    this.#said = this.#speaking = false;
    this.#allow();
    document.body.dataset.speech = sentences.length ? "asked" : "keys";
  }

  /** Words count from now on, or not: what has to be heard out takes no answer. */
  listen(listening) {
    this.#listening = listening;
    this.#allow();
  }

  /** Nobody listens any more. */
  deaf() {
    this.ask([]);
    delete document.body.dataset.speech;
  }

  /** A ready sentence is being said, or it is over. */
  saying(words) {
    this.#said = true;
    this.#hint(`您说:${words}`);
  }

  said() {
    if (!this.#said) return; // it was understood before its end
    this.#end();
    this.#hint("热线在想您说的是什么…");
  }

  unspoken() {
    this.#end();
    this.#hint("这句话说不出来,请点别的,或者按键。");
  }

  /** What was playing has stopped because somebody began to speak. */
  heard() {
    if (this.#open) this.#hint("热线在听您说…");
  }

  /** What would need a third row is left out: that is the wish for a person, who is on key 0 as well. */
  #keepTwoRows() {
    const tops = new Set();
    for (const button of [...$("sentences").children]) {
      tops.add(button.offsetTop);
      if (tops.size > MOST_ROWS) button.remove();
    }
  }

  #say(words) {
    this.#speaking = true; // one at a time
    this.#allow();
    this.#hint("正在准备这句话…");
    this.#tell("say", words);
  }

  async #turn() {
    if (this.#opening) return;
    if (this.#open) {
      this.#close();
      return;
    }
    this.#opening = true;
    try {
      await this.#microphone.open((frame, loudness) => this.#frame(frame, loudness));
      this.#show(true);
      this.#hint("请说吧,说完停一下。");
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      this.#hint(problem.message);
    } finally {
      this.#opening = false;
    }
  }

  #frame(frame, loudness) {
    $("microphone").style.setProperty("--loudness", Math.min(1, loudness * 3).toFixed(2));
    this.#tell("frame", frame);
  }

  #close() {
    this.#microphone.close();
    this.#show(false);
  }

  #show(open) {
    this.#open = open;
    $("microphone").setAttribute("aria-pressed", open);
    $("microphone-word").textContent = open ? "关麦克风" : "开口说";
  }

  #end() {
    this.#speaking = false;
    this.#allow();
  }

  #allow() {
    for (const button of $("sentences").children) button.disabled = this.#speaking || !this.#listening;
  }

  #hint(words) {
    this.#tell("hint", words);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
