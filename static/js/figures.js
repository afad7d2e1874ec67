// Draws a figure with plotly.js when somebody asks to explore it. Until then, and without scripts, the
// inline SVG stands. The library is fetched once, on the first such click.
(() => {
  let library;
  const load = (src) => library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = undefined; reject(new Error("The drawing library could not be loaded.")); };
    document.head.append(script);
  });

  // Figures are written in the light theme's colours; each is the name of a role that themes fill.
  const painted = (value, roles, style) => {
    if (typeof value === "string") return roles[value] ? style.getPropertyValue(`--${roles[value]}`).trim() : value;
    if (Array.isArray(value)) return value.map((each) => painted(each, roles, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, painted(each, roles, style)]));
    }
    return value;
  };

  const draw = async (box) => {
    const { figure, roles } = JSON.parse(document.getElementById(box.dataset.figure).textContent);
    const style = getComputedStyle(document.documentElement);
    const { data, layout } = painted(figure, roles, style);
    const live = box.querySelector(".fig-live");
    const Plotly = await load(box.dataset.plotly);
    layout.width = Math.min(layout.width, box.clientWidth);
    layout.hoverlabel = {
      bgcolor: style.getPropertyValue("--raised").trim(),
      bordercolor: style.getPropertyValue("--line-strong").trim(),
      font: { color: style.getPropertyValue("--text").trim() },
    };
    await Plotly.react(live, data, layout, { displayModeBar: false, responsive: false });
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", `${layout.meta.title}. ${layout.meta.description}`);
  };

  const show = (box, live) => {
    box.querySelector(".fig-live").hidden = !live;
    box.querySelectorAll(".fig-wide, .fig-phone").forEach((part) => { part.hidden = live; });
    const button = box.querySelector("[data-figure-toggle]");
    button.setAttribute("aria-pressed", live);
    button.textContent = live ? "Back to the drawing" : "Explore";
  };

  document.querySelectorAll("[data-figure] [data-figure-toggle]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-figure-toggle]");
    if (!button) return;
    const box = button.closest("[data-figure]");
    if (button.getAttribute("aria-pressed") === "true") { show(box, false); return; }
    button.disabled = true;
    try {
      show(box, true);
      await draw(box);
    } catch {
      show(box, false);
      button.textContent = "Not available just now";
    } finally {
      button.disabled = false;
    }
  });
  document.addEventListener("loopwright:theme", () => {
    document.querySelectorAll("[data-figure]").forEach((box) => { if (!box.querySelector(".fig-live").hidden) draw(box); });
  });
})();
