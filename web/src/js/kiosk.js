// <yc-kiosk beat home>: a kiosk. It tells the server once a minute that it is there, shows a fresh page after half a minute
// without a touch, and offers keys for the code of an appointment. <yc-slip print home> prints a ticket and goes back.
class Kiosk extends HTMLElement {
  connectedCallback() {
    this.beat();
    this.pulse = setInterval(() => this.beat(), 60000);
    this.rest();
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.rest());
    for (const box of this.querySelectorAll("[data-keys-for]")) this.keys(box);
    for (const form of this.querySelectorAll("form")) form.addEventListener("submit", () => form.classList.add("busy"));
  }

  async beat() {
    try {
      await fetch(this.getAttribute("beat"), { method: "POST" });
    } catch {
      // The next beat tries again.
    }
  }

  rest() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => location.replace(this.getAttribute("home")), 30000);
  }

  keys(box) {
    const field = document.getElementById(box.dataset.keysFor);
    const press = (key) => {
      field.value = key === "⌫" ? field.value.slice(0, -1) : field.value + key;
    };
    for (const key of [..."23456789abcdefghjkmnpqrstuvwxyz", "⌫"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.tabIndex = -1;
      button.textContent = key;
      button.addEventListener("click", () => press(key));
      box.append(button);
    }
  }
}

class Slip extends HTMLElement {
  connectedCallback() {
    if (!this.hasAttribute("print")) return;
    addEventListener("load", () => print());
    setTimeout(() => location.replace(this.getAttribute("home")), 12000);
  }
}

customElements.define("yc-kiosk", Kiosk);
customElements.define("yc-slip", Slip);
