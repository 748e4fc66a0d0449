// The help under a field stays until a press that leaves it is over: a button that moved meanwhile would not hear its click.

const LEAVING = "data-leaving";

function hold() {
  document.activeElement?.closest?.(".dt-field")?.setAttribute(LEAVING, "");
}

function letGo() {
  setTimeout(() => {
    for (const field of document.querySelectorAll(`[${LEAVING}]`)) field.removeAttribute(LEAVING);
  });
}

export function startHelp() {
  document.addEventListener("pointerdown", hold, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, letGo, true);
}
