/**
 * Asking the server, and reading what its answer means.
 * @module
 */

const PATIENCE = 15000; // milliseconds

/**
 * @typedef {{ status: number, body: any }} Answer
 * @typedef {"stored" | "conflict" | "signed out" | "trouble" | "stopped" | "invalid"} Verdict
 */

/**
 * What an answer means for saving: it worked, a person has to choose, try again, or it cannot go on.
 * @param {Answer} answer
 * @returns {Verdict}
 */
export function verdictOn({ status, body }) {
  if (status === 200) return "stored";
  if (status === 409 && body.conflicts) return "conflict";
  // The guard against forged requests answers 403 without a message: the session is another one now.
  if (status === 401 || (status === 403 && !body.message)) return "signed out";
  if (status >= 500 || status === 429 || !status) return "trouble";
  return body.reload || status === 404 ? "stopped" : "invalid";
}

/** The form's own addresses, asked as the page's author. */
export class Server {
  /**
   * @param {{ user: number, version: number }} author sent along, since somebody else may have signed in
   * @param {() => string} token against forged requests; signing in again changes it
   * @param {typeof fetch} [ask]
   */
  constructor(author, token, ask = (...request) => fetch(...request)) {
    this.author = author;
    this.token = token;
    this.ask = ask;
  }

  /**
   * @param {string} url
   * @param {Record<string, unknown>} body
   * @param {boolean} [going] the page may be gone before the answer; the browser sends it all the same
   * @returns {Promise<Answer>}
   */
  async post(url, body, going = false) {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await this.ask(url, {
        method: "POST",
        redirect: "manual",
        credentials: "same-origin",
        signal: stop.signal,
        keepalive: going,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": this.token(),
          Accept: "application/json",
        },
        body: JSON.stringify({ ...this.author, ...body }),
      });
      // Whoever is signed out is led to the page for signing in.
      if (answer.type === "opaqueredirect") return { status: 401, body: {} };
      const readable = answer.headers.get("Content-Type")?.includes("json");
      return { status: answer.status, body: readable ? await answer.json() : {} };
    } finally {
      clearTimeout(limit);
    }
  }
}
