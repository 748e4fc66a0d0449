// Pages with a chart: what draws it is loaded when there is one, and keys press the steps around it (data-chart-step).
import { each } from "./dom.js";
import { bind } from "./keyboard.js";

const STEPS = { ArrowLeft: "earlier", ArrowRight: "later", "+": "nearer", "=": "nearer", "-": "further" };

export function startCharts() {
  each("[data-chart]", async (place) => (await import(place.dataset.chart)).draw(place));
  for (const [key, step] of Object.entries(STEPS)) {
    bind(key, (event) => {
      const link = document.querySelector(`a[data-chart-step="${step}"]`);
      if (!link || event.target.closest(".dt-scroll[tabindex]")) return false;
      link.click();
      return true;
    });
  }
}
