// Draws the API's reference from its schema.
"use strict";
const place = document.getElementById("reference");
Redoc.init(
  document.body.dataset.schema,
  {
    hideDownloadButton: false,
    disableSearch: false,
    sanitize: true,
    scrollYOffset: ".api-bar",
    theme: {
      colors: { primary: { main: "#2f4cc0" } },
      typography: {
        fontFamily: getComputedStyle(document.body).fontFamily,
        fontSize: "15px",
        headings: { fontFamily: getComputedStyle(document.body).fontFamily, fontWeight: "600" },
        code: { fontSize: "13px" },
      },
      rightPanel: { backgroundColor: "#15181b" },
    },
  },
  place,
);
