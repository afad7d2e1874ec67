// Says under the banner what the weights of a draft sum to, while they are typed.
(() => {
  "use strict";
  const start = () => {
    const line = document.querySelector("[data-weight-sum]");
    const boxes = () => [...document.querySelectorAll("input[name$='-weight']")].filter(
      (box) => !box.name.includes("__prefix__") && !deleted(box));
    const deleted = (box) => {
      const tick = document.querySelector(`input[name='${box.name.replace(/-weight$/, "-DELETE")}']`);
      return tick && tick.checked;
    };
    if (!line || !boxes().length) return;
    // Under the rows, where the weights are typed.
    const group = boxes()[0].closest("[id$='-group']");
    if (group) group.append(line);
    const say = () => {
      const sum = boxes().reduce((total, box) => total + (parseFloat(box.value) || 0), 0);
      const off = Math.round((1 - sum) * 10000) / 10000;
      line.hidden = false;
      line.textContent = Math.abs(off) < 1e-6
        ? "The weights sum to 1."
        : `The weights sum to ${Math.round(sum * 10000) / 10000}. ${off > 0 ? "Add" : "Take away"} ${Math.abs(off)} to reach 1.`;
    };
    document.addEventListener("input", say);
    document.addEventListener("change", say);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
