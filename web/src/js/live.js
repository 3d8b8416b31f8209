// <yc-live src every>: asks for news while the page is in sight, and offers it in a quiet bar. The page itself is never
// changed under the reader.
class Live extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.ask(), 1000 * (Number(this.getAttribute("every")) || 30));
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.getAttribute("src"), { headers: { Accept: "application/json" } });
      if (answer.status === 204) this.hidden = true;
      else if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) this.show(await answer.json());
    } catch {
      // The next round asks again.
    }
  }

  show(news) {
    const link = document.createElement("a");
    link.href = news.href || location.href;
    link.textContent = news.text;
    this.setAttribute("role", "status");
    this.replaceChildren(link);
    this.hidden = false;
  }
}

customElements.define("yc-live", Live);
