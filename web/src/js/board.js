// <yc-board src>: the display of a hall. It hears of calls (server-sent events), shows the board as the server renders it
// and says each call once, one after the other, in a voice that is on this machine: nothing is asked of the outside.
class Board extends HTMLElement {
  connectedCallback() {
    this.said = new Set([...this.querySelectorAll("[data-call]")].map((call) => call.dataset.call));
    this.queue = [];
    this.tick();
    this.clock = setInterval(() => this.tick(), 1000);
    this.source = new EventSource(this.getAttribute("src"));
    this.source.onmessage = (event) => this.hear(JSON.parse(event.data));
    this.source.onopen = () => this.off(false);
    this.source.onerror = () => {
      this.off(true);
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 10000);
    };
    this.voiceButton();
  }

  disconnectedCallback() {
    clearInterval(this.clock);
    this.source?.close();
  }

  tick() {
    const now = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
    const text = now.format(new Date());
    const clock = this.querySelector("[data-clock]");
    if (clock && clock.textContent !== text) clock.textContent = text;
  }

  off(is) {
    this.querySelector("[data-off]").hidden = !is;
  }

  async hear(board) {
    const fresh = (board.calls ?? []).filter((call) => !this.said.has(call.id)).reverse();
    for (const call of fresh) {
      this.said.add(call.id);
      this.queue.push(call);
    }
    try {
      const answer = await fetch(location.href, { headers: { "HX-Request": "true", "X-Fragment": "board" } });
      if (answer.ok) this.querySelector("#board").outerHTML = await answer.text();
    } catch {
      this.off(true);
    }
    this.speak();
  }

  // voice is a Chinese voice of this machine; others would send the words to a server elsewhere.
  voice() {
    return "speechSynthesis" in window ? speechSynthesis.getVoices().find((v) => v.localService && v.lang.startsWith("zh")) : undefined;
  }

  // voiceButton lets a person turn the voice on once: browsers keep silent until somebody has touched the page.
  voiceButton() {
    const button = this.querySelector("[data-voice]");
    const look = () => {
      const voice = this.voice();
      button.disabled = !voice;
      if (!voice) button.textContent = "本机没有中文语音";
      else button.textContent = this.loud ? "关闭语音" : "开启语音";
    };
    button.addEventListener("click", () => {
      this.loud = !this.loud;
      this.queue = [];
      if (!this.loud) speechSynthesis.cancel();
      look();
    });
    look();
    if ("speechSynthesis" in window) speechSynthesis.addEventListener("voiceschanged", look);
  }

  speak() {
    if (!this.loud) this.queue = [];
    if (this.speaking || this.queue.length === 0) return;
    const call = this.queue.shift();
    const words = new SpeechSynthesisUtterance(spoken(call) + "。" + spoken(call) + "。");
    words.voice = this.voice();
    words.lang = "zh-CN";
    words.rate = 0.85;
    this.speaking = true;
    const next = () => {
      this.speaking = false;
      this.speak();
    };
    words.onend = next;
    words.onerror = next;
    speechSynthesis.speak(words);
  }
}

const digits = "零一二三四五六七八九";

// spoken words a call: letters and digits one by one, so that A012 is not read as a number.
export function spoken(call) {
  const apart = (text) => [...text].map((c) => digits[c] ?? c).join(" ");
  return `请 ${apart(call.no)} 号，到 ${apart(call.counter)} 号窗口`;
}

customElements.define("yc-board", Board);
