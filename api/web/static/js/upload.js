// Uploads: checks the file before it is sent, takes dropped files, tells how far it is. Without this the form works as it is.

/** @typedef {{limit: string, empty: string, large: string, kind: string, sending: string, checking: string, failed: string, busy: string}} Words */

const ATTEMPTS = 4;
const MEGABYTE = 1e6; // bytes

/** @param {HTMLFormElement} form */
export function enhance(form) {
  const words = /** @type {Words} */ (/** @type {unknown} */ (form.dataset));
  const field = /** @type {HTMLInputElement} */ (form.querySelector("input[type=file]"));
  const error = /** @type {HTMLElement} */ (form.querySelector("#file-error"));
  const drop = /** @type {HTMLElement} */ (form.querySelector(".drop"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector("button[type=submit]"));

  /** @param {string} said */
  const refuse = (said) => {
    error.textContent = said;
    error.hidden = !said;
    field.closest(".field").classList.toggle("field-wrong", Boolean(said));
    field.toggleAttribute("aria-invalid", Boolean(said));
    if (said) field.focus();
  };

  /** @returns {string} what is wrong with the chosen file, before it is sent */
  const fault = () => {
    const file = field.files[0];
    if (!file) return words.empty;
    if (file.type && !file.type.startsWith("image/")) return words.kind;
    if (file.size > Number(words.limit) * MEGABYTE) {
      return words.large.replace("%s", (file.size / MEGABYTE).toFixed(1));
    }
    return "";
  };

  const words_drop = /** @type {HTMLElement} */ (form.querySelector(".drop-words"));
  words_drop.hidden = !matchMedia("(hover: hover) and (pointer: fine)").matches;
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("drop-over", kind === "dragover");
    });
  }
  drop.addEventListener("drop", (event) => {
    const files = /** @type {DragEvent} */ (event).dataTransfer.files;
    if (files.length) {
      field.files = files;
      field.dispatchEvent(new Event("change"));
    }
  });
  field.addEventListener("change", () => refuse(field.files.length ? fault() : ""));

  form.addEventListener("submit", (event) => {
    const said = fault();
    if (said || button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      refuse(said);
      return;
    }
    const progress = new Progress(form, words);
    button.setAttribute("aria-disabled", "true");
    if (form.dataset.plain !== undefined) {
      progress.tell(words.checking); // the answer is the page itself
      return;
    }
    event.preventDefault();
    send(form, progress, words).then(
      (address) => location.assign(address),
      (failure) => {
        progress.end();
        button.removeAttribute("aria-disabled");
        refuse(failure.message);
      },
    );
  });
  window.addEventListener("pageshow", () => button.removeAttribute("aria-disabled")); // back from the next page
}

class Progress {
  /** @param {HTMLFormElement} form @param {Words} words */
  constructor(form, words) {
    this.box = /** @type {HTMLElement} */ (form.querySelector(".progress"));
    this.bar = /** @type {HTMLProgressElement} */ (this.box.querySelector("progress"));
    this.said = /** @type {HTMLElement} */ (this.box.querySelector(".progress-words"));
    this.words = words;
    this.sent(0);
    this.box.hidden = false;
  }

  /** @param {number} share 0..1 of the file that is sent */
  sent(share) {
    this.tell(share < 1 ? this.words.sending : this.words.checking);
    if (share < 1) this.bar.value = 100 * share;
    else this.bar.removeAttribute("value");
  }

  /** @param {string} said */
  tell(said) {
    if (this.said.textContent !== said) this.said.textContent = said;
    if (said !== this.words.sending) this.bar.removeAttribute("value");
  }

  end() {
    this.box.hidden = true;
  }
}

/**
 * Send the form; where the service is busy, wait as long as it asks and try again.
 * @param {HTMLFormElement} form @param {Progress} progress @param {Words} words
 * @returns {Promise<string>} where to go on
 */
async function send(form, progress, words) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(form, progress, words);
    if (answer.status < 300) return answer.body.location;
    if (answer.status !== 429 || attempt === ATTEMPTS) throw new Error(answer.body.detail || words.failed);
    progress.tell(words.busy);
    await new Promise((done) => setTimeout(done, 1000 * answer.wait));
  }
}

/**
 * XMLHttpRequest, as fetch does not tell how much is sent.
 * @param {HTMLFormElement} form @param {Progress} progress @param {Words} words
 * @returns {Promise<{status: number, body: any, wait: number}>}
 */
function post(form, progress, words) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => progress.sent(event.loaded / event.total));
    request.addEventListener("load", () =>
      done({
        status: request.status,
        body: request.response || {},
        wait: Number(request.getResponseHeader("Retry-After")) || 2,
      }),
    );
    request.addEventListener("error", () => fail(new Error(words.failed)));
    request.send(new FormData(form));
  });
}

for (const form of document.querySelectorAll("form.upload")) enhance(/** @type {HTMLFormElement} */ (form));
