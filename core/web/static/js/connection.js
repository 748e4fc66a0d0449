// The mark in the top bar while there is no connection, with the time since when.
import { text } from "./dom.js";

export function startConnection() {
  const mark = document.getElementById("dt-offline");
  if (!mark) return;
  const show = () => {
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    mark.textContent = text("offline-since", now);
    mark.hidden = false;
  };
  addEventListener("offline", show);
  addEventListener("online", () => { mark.hidden = true; });
  if (!navigator.onLine) show();
}
