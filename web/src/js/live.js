// <yc-live src every data-writing>: hears of news while the page is in sight (server-sent events; where they cannot be
// had it asks every so often), and offers them in a quiet bar. The page itself is never changed under the reader. A page
// out of sight gives its connection back, because browsers keep few to one server.
class Live extends HTMLElement {
  connectedCallback() {
    this.seen = () => (document.hidden ? this.stop() : this.start());
    document.addEventListener("visibilitychange", this.seen);
    addEventListener("pagehide", () => this.stop());
    addEventListener("pageshow", () => this.start());
    this.watchForm();
    this.start();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    this.stop();
  }

  get address() {
    const src = this.getAttribute("src");
    return this.writing ? `${src}&writing=${encodeURIComponent(this.writing)}` : src;
  }

  start() {
    if (document.hidden || this.source || this.timer || this.over) return;
    if (!window.EventSource || this.deaf) {
      this.timer = setInterval(() => this.ask(), 1000 * (Number(this.getAttribute("every")) || 30));
      return;
    }
    this.source = new EventSource(this.address);
    this.source.onmessage = (event) => this.show(JSON.parse(event.data));
    this.source.addEventListener("end", () => this.end());
    this.source.onerror = () => {
      if (this.source?.readyState !== EventSource.CLOSED) return; // it comes back by itself
      this.stop();
      this.deaf = true;
      this.start();
    };
  }

  stop() {
    this.source?.close();
    clearInterval(this.timer);
    this.source = this.timer = undefined;
  }

  // end says that the server will tell no more: the session is over.
  end() {
    this.over = true;
    this.stop();
    this.show({ count: 1, text: "登录已失效，请重新登录。填写的内容已保存为草稿。", href: location.href });
  }

  // watchForm tells the others that somebody is writing, from the first letter on.
  watchForm() {
    const form = this.dataset.writing;
    if (!form) return;
    document.addEventListener("input", (event) => {
      if (this.writing || !event.isTrusted || event.target.form?.method !== "post") return;
      this.writing = form;
      this.stop();
      this.start();
    });
  }

  async ask() {
    try {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
      if (answer.status === 204) this.show({ count: 0 });
      else if (answer.ok && answer.headers.get("Content-Type")?.includes("json")) this.show(await answer.json());
    } catch {
      // The next round asks again.
    }
  }

  show(news) {
    const parts = [];
    if (news.people?.length) parts.push(this.people(news.people));
    if (news.count > 0) parts.push(news.items?.length ? this.list(news) : this.link(news.href || location.href, news.text));
    this.setAttribute("role", "status");
    const open = this.querySelector("details")?.open;
    this.replaceChildren(...parts);
    if (open && this.querySelector("details")) this.querySelector("details").open = true;
    this.hidden = parts.length === 0;
  }

  link(href, text) {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = text;
    return link;
  }

  people(names) {
    const box = document.createElement("span");
    box.className = "live-people";
    box.textContent = `同时在看：${names.join("、")}`;
    return box;
  }

  // list unfolds over the page: the newest by name, and the way to all of them.
  list(news) {
    const box = document.createElement("details");
    const head = document.createElement("summary");
    head.textContent = news.text;
    const items = document.createElement("ul");
    for (const item of news.items) {
      const line = document.createElement("li");
      line.append(this.link(item.href, item.label));
      items.append(line);
    }
    const all = document.createElement("li");
    all.append(this.link(news.href || location.href, "刷新列表"));
    items.append(all);
    box.append(head, items);
    return box;
  }
}

customElements.define("yc-live", Live);
