/**
 * Tells the server in which time zone the browser is, for a person who has not said so: from the next page on times
 * are written for them.
 * @module
 */

/** Tell it once; the page says where to, while nothing is known. */
export function tellZone() {
  const url = document.body.dataset.zoneUrl;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!url || !zone) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  // A lost answer does no harm: the next page tells it again. It is read to its end, else the page seems busy.
  fetch(url, { method: "POST", headers, body: new URLSearchParams({ zone }) })
    .then((answer) => answer.text())
    .catch(() => {});
}
