// Lets the commands ask this server, wherever it is, and be copied with one click.

for (const command of document.querySelectorAll(".command")) {
  const code = command.querySelector("code");
  code.textContent = code.textContent.replaceAll("http://localhost:8080", location.origin);
  if (!navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy the ${command.querySelector("pre").getAttribute("aria-label").toLowerCase()}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  command.append(button);
}
