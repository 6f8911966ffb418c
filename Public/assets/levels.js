// A form with a product and a level offers only the levels that the product has. Without this script
// it offers all, and the answer says which the product never had.

const selector = "select[data-products]";

function narrow(products) {
  const levels = products.form?.querySelector("select[data-levels-of-product]");
  if (!levels) return;
  // A product that has all of them names none.
  const names = products.selectedOptions[0]?.dataset.levels?.split(" ");
  for (const option of levels.options) {
    const isOffered = !names || option.value === "unknown" || names.includes(option.value);
    option.hidden = option.disabled = !isOffered;
  }
  if (levels.selectedOptions[0]?.disabled) levels.value = "unknown";
}

function narrowAll() {
  document.querySelectorAll(selector).forEach(narrow);
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.(selector)) narrow(event.target);
});
// Another script may put an answer of the server, with a form, in the place of the page.
new MutationObserver(narrowAll).observe(document, { childList: true, subtree: true });
narrowAll();
