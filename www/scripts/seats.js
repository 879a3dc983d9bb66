/*
 * The seat monitor: asks once a second who sits where and changes what has
 * changed. An answer of 304 says that nothing has. Without this script the
 * page has a link that refreshes it.
 */
"use strict";

(() => {
  const labels = { free: "free", held: "held", sold: "sold", in: "checked in" };
  const url = location.pathname + ".json";
  const fresh = document.getElementById("fresh");
  const pause = document.getElementById("pause");
  let etag = "";
  let isPaused = false;

  // A live region: said only when it is another sentence.
  function say(text) {
    if (fresh.textContent !== text) fresh.textContent = text;
  }

  function show(answer) {
    for (const [name, state] of Object.entries(answer.seats)) {
      const seat = document.getElementById("seat-" + name);
      if (!seat || seat.className === state) continue;
      seat.className = state;
      seat.lastElementChild.textContent = labels[state];
    }
    for (const [state, number] of Object.entries(answer.counts))
      document.getElementById("count-" + state).textContent = number;
  }

  async function look() {
    try {
      const answer = await fetch(url, {
        cache: "no-store",
        redirect: "error",
        headers: etag ? { "If-None-Match": etag } : {},
        signal: AbortSignal.timeout(5000),
      });
      if (answer.status !== 304) {
        if (!answer.ok) throw new Error(answer.status);
        etag = answer.headers.get("ETag") || "";
        show(await answer.json());
      }
      say("Fresh every second");
    } catch {
      say("No answer: these seats may have changed. Reload the page.");
    }
  }

  async function run() {
    if (!isPaused && !document.hidden) await look();
    setTimeout(run, 1000);
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on" : "Pause";
    if (isPaused) say("Paused");
  });
  for (const id of ["refresh", "live", "as-of"])
    document.getElementById(id).hidden = true;
  if (!new URLSearchParams(location.search).has("live")) run();
})();
