// Reading aloud, where the browser can. The button is hidden elsewhere.
if ("speechSynthesis" in window) {
  for (const button of document.querySelectorAll("[data-speak]")) {
    button.hidden = false;
    const label = button.querySelector("span") ?? button;
    const stop = () => {
      speechSynthesis.cancel();
      label.textContent = "朗读";
    };
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) return stop();
      const words = new SpeechSynthesisUtterance(document.querySelector(button.dataset.speak).innerText);
      words.lang = "zh-CN";
      words.rate = 0.9;
      words.onend = stop;
      label.textContent = "停止";
      speechSynthesis.speak(words);
    });
  }
  addEventListener("pagehide", () => speechSynthesis.cancel());
}
