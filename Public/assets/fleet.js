// Keeps the pages of the fleet up to date: what changed is replaced in its place, so that nothing
// flickers, no scroll position and no opened table is lost. Without this a reload does the same.

const pauseSeconds = 15;
const status = document.getElementById("live");

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

// Parts have ids; one that holds the focus waits for the next time.
function update(old, fresh) {
  if (old.outerHTML === fresh.outerHTML || old.contains(document.activeElement)) return;
  for (const details of old.querySelectorAll("details[open][id]")) {
    const same = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = true;
  }
  if (old.outerHTML !== fresh.outerHTML) old.replaceWith(fresh);
}

async function refresh() {
  const answer = await fetch(location.href, { cache: "no-cache", headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const old = document.querySelectorAll("[data-live]");
  const fresh = page.querySelectorAll("[data-live]");
  if (old.length !== fresh.length) return location.reload();
  old.forEach((region, index) => {
    const parts = [...fresh[index].children];
    const sameParts = parts.map((part) => part.id).join() === [...region.children].map((part) => part.id).join();
    if (!sameParts) return region.replaceChildren(...parts);
    [...region.children].forEach((part, place) => update(part, parts[place]));
  });
}

async function keep() {
  for (;;) {
    await new Promise((done) => setTimeout(done, pauseSeconds * 1000));
    if (document.hidden) continue;
    try {
      await refresh();
      say("Up to date.");
    } catch {
      say("The server can't be reached; this is what it said before.");
    }
  }
}

keep();
