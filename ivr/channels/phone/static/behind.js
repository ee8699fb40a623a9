// Behind the scenes: what the telephone company asked the hotline, what it answered, what was heard and pressed.

const $ = (id) => document.getElementById(id);

const OUTCOMES = { "no-answer": "没人接", busy: "占线", completed: "接通过", failed: "打不通" };

const WORDS = {
  heard: (entry) => `听到${entry.interruptible ? "" : "(不能打断)"}:${entry.text ?? "一段声音"}`,
  asked: (entry) => `等按键:${entry.digits ? `最多${entry.digits}个` : "不限个数"},${entry.timeout}秒没按就算没按`,
  opened: (entry) => `接通了可以说话的线:${entry.address}`,
  spoke: (entry) => `说了:${entry.words}`,
  closed: (entry) => `可以说话的线断了:${entry.code}`,
  pressed: (entry) => (entry.lost ? `按了 ${entry.key},没人在听` : `按了 ${entry.key}`),
  whispered: (entry) => `人工先听到:${entry.text ?? "一段声音"}`,
  dialled: (entry) => `转人工:${OUTCOMES[entry.outcome]}`,
  faulted: (entry) => `出错 ${entry.code}:${entry.text}`,
  ended: (entry) => `通话结束:${entry.reason}`,
};

export class Behind {
  clear() {
    $("log").replaceChildren();
    $("quiet").hidden = false;
  }

  add(entries) {
    $("quiet").hidden = $("quiet").hidden || entries.length > 0;
    for (const entry of entries) {
      if (!this.#joined(entry)) $("log").append(this.#item(entry));
    }
  }

  /** Keys pressed in a row share a line. */
  #joined(entry) {
    const last = $("log").lastElementChild;
    if (entry.kind !== "pressed" || entry.lost || !last?.matches(".pressed:not(.lost)")) return false;
    last.lastElementChild.textContent += entry.key;
    return true;
  }

  #item(entry) {
    const item = document.createElement("li");
    item.className = entry.kind;
    item.classList.toggle("lost", Boolean(entry.lost));
    const at = Object.assign(document.createElement("span"), { className: "at", textContent: `${entry.at.toFixed(1)}秒` });
    item.append(at, entry.kind === "sent" ? this.#exchange(entry) : this.#line(entry));
    return item;
  }

  #line(entry) {
    return Object.assign(document.createElement("span"), { textContent: WORDS[entry.kind](entry) });
  }

  #exchange(entry) {
    const details = document.createElement("details");
    const address = new URL(entry.address);
    const summary = document.createElement("summary");
    const status = Object.assign(document.createElement("b"), { textContent: entry.status ?? "没有回答" });
    summary.append(`${entry.method} ${address.pathname}${address.search} → `, status);
    const fields = Object.entries(entry.fields).map(([name, value]) => `${name}=${value}`).join("\n");
    details.append(
      summary,
      this.#block("问", `${fields}\n\nX-Twilio-Signature: ${entry.signature}`),
      this.#block("答", entry.answer || "(空)"),
    );
    return details;
  }

  #block(title, text) {
    const figure = document.createElement("figure");
    const caption = Object.assign(document.createElement("figcaption"), { textContent: title });
    const pre = Object.assign(document.createElement("pre"), { textContent: text, tabIndex: 0 });
    figure.append(caption, pre);
    return figure;
  }
}
