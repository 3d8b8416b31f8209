// <yc-chart data-source data-library>: draws the JSON of a script element with the chart library, which is only loaded
// when a chart comes into sight.
class Chart extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.library) return this.off();
    this.watch = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      this.watch.disconnect();
      this.draw();
    }, { rootMargin: "200px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.stop?.();
  }

  // off leaves the table, opened, where the picture cannot be drawn.
  off() {
    this.classList.add("chart-off");
    this.parentElement?.querySelector("details")?.setAttribute("open", "");
  }

  async draw() {
    try {
      const data = JSON.parse(document.getElementById(this.dataset.source).textContent);
      const { draw } = await import(this.dataset.library);
      this.stop = draw(this, data);
    } catch (error) {
      console.error(error);
      this.off();
    }
  }
}

customElements.define("yc-chart", Chart);
