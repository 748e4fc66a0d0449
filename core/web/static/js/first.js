// Runs before the first paint: the theme and density of this browser, so that nothing flashes. Classic script, no imports.
(() => {
  const root = document.documentElement;
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is blocked: the server's answer stands
    }
  };
  const theme = root.dataset.theme === "auto" ? kept("dt-theme") : root.dataset.theme;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.bsTheme = dark ? "dark" : "light";
  if (kept("dt-folded") === "1") root.dataset.folded = "";
})();
