// The search box: `/` and Ctrl-K lead to it, and it offers articles while somebody types. Without
// this script it is a form.

const box = document.getElementById("q");

document.addEventListener("keydown", (event) => {
  if (!box) return;
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
  const ctrlK = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
  if (!slash && !ctrlK) return;
  event.preventDefault();
  box.focus();
  box.select();
});

if (box) offerArticles(box);

// A combobox with a list of links, as the ARIA patterns have it.
function offerArticles(box) {
  const list = document.createElement("ul");
  list.className = "offers";
  list.id = "offers";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Articles");
  list.hidden = true;
  box.after(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-expanded", "false");
  box.setAttribute("aria-controls", list.id);

  let timer;
  let request;
  let chosen = -1;

  function close() {
    clearTimeout(timer);
    request?.abort();
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const items = list.children;
    items[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    const item = items[chosen];
    if (!item) return box.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", item.id);
  }

  function show(items) {
    list.replaceChildren(...items.map((item, index) => {
      const row = document.createElement("li");
      row.id = `offer-${index}`;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.dataset.path = `/kb/${encodeURIComponent(item.id)}`;
      const id = document.createElement("span");
      id.className = "mono";
      id.textContent = item.id;
      const title = document.createElement("bdi");
      title.textContent = item.title;
      row.append(id, title);
      return row;
    }));
    chosen = -1;
    list.hidden = items.length === 0;
    box.setAttribute("aria-expanded", String(!list.hidden));
    box.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    request?.abort();
    request = new AbortController();
    const text = box.value.trim();
    if (text.length < 2 || text.length > 100) return close();
    try {
      const address = `/api/v1/suggestions?limit=8&q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: request.signal });
      if (answer.ok && document.activeElement === box) show((await answer.json()).items);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 80);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.key === "Escape" && count) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && count) {
      event.preventDefault();
      choose(chosen + 1 < count ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp" && count) {
      event.preventDefault();
      choose(chosen < 0 ? count - 1 : chosen - 1);
    } else if (event.key === "Enter" && list.children[chosen]) {
      event.preventDefault();
      location.href = list.children[chosen].dataset.path;
    }
  });
  // The press must not take the focus from the box before the click.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const row = event.target.closest("li");
    if (row) location.href = row.dataset.path;
  });
}
