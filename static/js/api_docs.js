/**
 * Draws the API's reference from its schema.
 * @module
 */

/** @typedef {{ init: (schema: string, options: object, place: Element | null) => void }} Redoc */

const { Redoc } = /** @type {{ Redoc: Redoc }} */ (/** @type {unknown} */ (window));
const { fontFamily } = getComputedStyle(document.body);

Redoc.init(
  document.body.dataset.schema ?? "",
  {
    hideDownloadButton: false,
    disableSearch: false,
    sanitize: true,
    scrollYOffset: ".api-bar",
    theme: {
      colors: { primary: { main: "#2f4cc0" } },
      typography: {
        fontFamily,
        fontSize: "15px",
        headings: { fontFamily, fontWeight: "600" },
        code: { fontSize: "13px" },
      },
      rightPanel: { backgroundColor: "#15181b" },
    },
  },
  document.getElementById("reference"),
);
