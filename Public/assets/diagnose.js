// Makes the upload form nicer: files can be dropped, big ones show their progress, and the result
// comes without a new page. Without this the same form works as it is.

const steps = { send: "Sending the log…", work: "Looking for leaks…" };

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function progress(form) {
  const box = document.createElement("div");
  box.className = "progress";
  const step = document.createElement("span");
  step.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "Progress");
  const amount = document.createElement("span");
  const stop = document.createElement("button");
  stop.type = "button";
  stop.className = "plain";
  stop.textContent = "Stop";
  box.append(step, bar, amount, stop);
  form.append(box);
  return { box, step, bar, amount, stop };
}

function show(text, address) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main) return false;
  document.title = page.title;
  for (const sheet of page.querySelectorAll("link[rel=stylesheet]")) {
    const isThere = document.querySelector(`link[href="${sheet.getAttribute("href")}"]`);
    if (!isThere) document.head.append(sheet);
  }
  document.querySelector("main").replaceWith(main);
  history.pushState(null, "", address);
  enhance();
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  return true;
}

// What an answer that is no page says: a problem document, such as that of a log that is too large.
function reason(text) {
  try {
    return JSON.parse(text).detail;
  } catch {
    return null;
  }
}

function send(form, button) {
  const parts = progress(form);
  const request = new XMLHttpRequest();
  const end = (message) => {
    form.classList.remove("busy");
    if (!message) return parts.box.remove();
    parts.step.textContent = message;
    parts.step.setAttribute("role", "alert");
    for (const part of [parts.bar, parts.amount, parts.stop]) part.remove();
  };
  for (const before of form.querySelectorAll(".progress")) if (before !== parts.box) before.remove();
  form.classList.add("busy");
  parts.step.textContent = steps.send;
  parts.stop.addEventListener("click", () => request.abort());
  request.upload.addEventListener("progress", (event) => {
    parts.bar.value = event.loaded / event.total;
    parts.amount.textContent = `${megabytes(event.loaded)} of ${megabytes(event.total)}`;
  });
  request.upload.addEventListener("load", () => {
    parts.step.textContent = steps.work;
    parts.bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    if (show(request.responseText, form.action)) return;
    end(reason(request.responseText) ?? "The answer can't be read. Please try again.");
  });
  request.addEventListener("error", () => end("The connection broke. Please try again."));
  request.addEventListener("abort", () => end("Stopped."));
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.send(new FormData(form, button));
}

function enhanceForm(form) {
  const input = form.querySelector("input[type=file]");
  const zone = input.closest(".drop");
  const name = zone.querySelector("[data-file]");
  input.addEventListener("change", () => {
    if (input.files.length > 0) name.textContent = input.files[0].name;
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value === "file") return;
    event.preventDefault();
    if (!form.classList.contains("busy")) send(form, event.submitter);
  });
  for (const type of ["dragenter", "dragover"]) {
    form.addEventListener(type, (event) => {
      event.preventDefault();
      zone.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    name.textContent = input.files[0].name;
    form.requestSubmit(form.querySelector("button[value=page]"));
  });
}

// The page as one file: its text with the style sheets inside and without what needs a server.
async function save(button) {
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")];
  const styles = await Promise.all(sheets.map(async (sheet) => (await fetch(sheet.href)).text()));
  const page = new DOMParser().parseFromString(document.documentElement.outerHTML, "text/html");
  for (const part of page.querySelectorAll("script, link, header, .skip, form, #keep, #another")) {
    part.remove();
  }
  for (const part of page.querySelectorAll("[data-save], main a[download]")) {
    (part.closest("p") ?? part).remove();
  }
  for (const link of page.querySelectorAll("a[href^='/']")) link.href = new URL(link.getAttribute("href"), location);
  // Names in it come from the log: nothing of the file may run or load.
  const policy = page.createElement("meta");
  policy.httpEquiv = "Content-Security-Policy";
  policy.content = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
  page.head.prepend(policy);
  const style = page.createElement("style");
  style.textContent = styles.join("\n");
  page.head.append(style);
  const text = `<!doctype html>\n${page.documentElement.outerHTML}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  link.download = button.dataset.save;
  link.click();
  URL.revokeObjectURL(link.href);
}

function enhance() {
  document.querySelectorAll("form[data-upload]").forEach(enhanceForm);
  for (const button of document.querySelectorAll("[data-save]")) {
    button.hidden = false;
    button.addEventListener("click", () => save(button));
  }
}

addEventListener("popstate", () => location.reload());
enhance();
