// Runs before the page is shown, so that a chosen theme does not flash.
try {
  const theme = localStorage.getItem("rackbook-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's choice then stands.
}
