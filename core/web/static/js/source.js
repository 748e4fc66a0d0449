// One event stream: opened, watched and opened again. Tells what comes ({event}), that the line is up or down ({line}), and that too much was missed ({reset}).

/** Three signs of life that did not come. */
const SILENCE = 45_000;
/** When the server refuses (the session has ended, too many streams), which EventSource takes for good. */
const LATER = 30_000;

export function follow(url, after, tell) {
  let source;
  let position = after;
  let heard = Date.now();
  let silence;
  let later;

  const line = (up) => tell({ line: { up, since: heard } });

  function alive(id) {
    heard = Date.now();
    if (Number(id)) position = Number(id);
    clearTimeout(silence);
    silence = setTimeout(again, SILENCE);
  }

  function again() {
    source.close();
    line(false);
    open();
  }

  function open() {
    clearTimeout(later);
    clearTimeout(silence);
    source = new EventSource(`${url}?after=${position}`);
    for (const kind of ["hello", "beat"]) {
      source.addEventListener(kind, ({ lastEventId }) => {
        alive(lastEventId);
        line(true);
      });
    }
    source.addEventListener("message", ({ data, lastEventId }) => {
      alive(lastEventId);
      tell({ event: JSON.parse(data) });
    });
    source.addEventListener("reset", () => tell({ reset: true }));
    source.addEventListener("signed-out", () => {
      source.close();
      line(false);
    });
    source.addEventListener("error", () => {
      line(false);
      if (source.readyState === EventSource.CLOSED) later = setTimeout(open, LATER);
    });
  }

  open();
  return {
    /** A page that was just loaded may have signed in again. */
    wake() {
      if (source.readyState === EventSource.CLOSED) open();
    },
  };
}
