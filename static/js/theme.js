// Runs before the first paint: a chosen theme must not flash in after the other one.
(() => {
  try {
    const chosen = localStorage.getItem("loopwright.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    /* storage refused: the system's own setting stands */
  }
  document.documentElement.classList.add("js");
})();
