/** Requests of the console. A refusal is thrown as the problem that the service answered. */

const TRIES = 4;

/** The service's own words for what it refused (RFC 9457). */
export class Refusal extends Error {
  /** @param {{title?: string, detail?: string, type?: string, status?: number}} problem */
  constructor(problem) {
    super(problem.detail || problem.title || "");
    this.code = (problem.type || "").split("/").pop() || "";
    this.status = problem.status || 0;
  }
}

/**
 * @param {string} path
 * @param {object} [body]
 * @param {string} [method]
 * @returns {Promise<any>} the answer's JSON; null where it has none
 */
export async function send(path, body = {}, method = "POST") {
  const csrf = document.getElementById("console")?.dataset.csrf || "";
  const options = {
    method,
    headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf, Accept: "application/json" },
    ...(method === "DELETE" ? {} : { body: JSON.stringify(body) }),
  };
  const answer = await persistently(() => fetch(path, options));
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  if (answer.status === 401) location.reload();
  throw new Refusal(await answer.json().catch(() => ({ status: answer.status })));
}

/**
 * A case as a part of a page, not yet shown.
 * @param {string} task
 * @returns {Promise<HTMLElement>}
 */
export async function fetchCase(task) {
  const answer = await persistently(() => fetch(`/review/tasks/${task}?part=case`, { headers: { Accept: "text/html" } }));
  if (!answer.ok) throw new Refusal({ status: answer.status });
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return /** @type {HTMLElement} */ (document.importNode(template.content.querySelector("article"), true));
}

/**
 * Try again while there is no connection, longer apart each time.
 * @param {() => Promise<Response>} ask
 */
async function persistently(ask) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (fault) {
      if (tries === TRIES) throw new Refusal({ title: document.getElementById("console")?.dataset.wordOffline });
      await new Promise((wait) => setTimeout(wait, 300 * 2 ** tries));
    }
  }
}
