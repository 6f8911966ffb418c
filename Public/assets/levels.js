// A form with a product and a level offers only the levels that the product has. Without this script
// it offers all, and the answer says which the product never had.

for (const products of document.querySelectorAll("select[data-products]")) {
  const levels = products.form?.querySelector("select[data-levels-of-product]");
  if (!levels) continue;
  const narrow = () => {
    const names = products.selectedOptions[0]?.dataset.levels?.split(" ") ?? [];
    for (const option of levels.options) {
      option.hidden = option.disabled = option.value !== "unknown" && !names.includes(option.value);
    }
    if (levels.selectedOptions[0]?.disabled) levels.value = "unknown";
  };
  products.addEventListener("change", narrow);
  narrow();
}
