// Runs before the page is shown, so that a chosen theme does not flash.
try {
  const chosen = localStorage.getItem("rackbook-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; the system's choice then stands.
}
document.documentElement.classList.add("scripted");
