// <yc-progress src>: asks every second how far the work is, and opens the result when it is done.
class Progress extends HTMLElement {
  connectedCallback() {
    if (this.getAttribute("src")) this.timer = setInterval(() => this.ask(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // The next round asks again.
    }
  }

  show(state) {
    const bar = this.querySelector("progress");
    if (state.total > 0) {
      bar.max = state.total;
      bar.value = state.done;
    }
    this.querySelector("[data-text]").textContent = state.text;
    if (!state.href) return;
    clearInterval(this.timer);
    location.assign(state.href);
  }
}

customElements.define("yc-progress", Progress);
