// Which view the address asks for: "#", "#cell/LABEL", "#play/LABEL/CHOICES", or "#TOKEN/STEP".

let keys = null;
function onKey(handler) { keys = handler; }
document.addEventListener("keydown", (event) => { if (keys && !event.ctrlKey && !event.metaKey && !event.altKey) keys(event); });

function route() {
  keys = null;
  const [first, second, third] = location.hash.slice(1).split("/").map(decoded);
  const byLabel = (label) => data.cells.find((cell) => encoded(labelOf(cell)) === encoded(label));
  if (first === "main") return;
  let view = null;
  if (first === "play" && byLabel(second)?.game) view = playView(byLabel(second), third);
  else if (first === "cell" && byLabel(second)) {
    const cell = byLabel(second);
    view = cell.failures.length === 1 ? failureView(cell, cell.failures[0], 1) : cellView(cell);
  } else if (first) {
    for (const cell of data.cells) for (const failure of cell.failures) if (failure.token === first) view = failureView(cell, failure, second);
    if (!view && ["costs", "claims", "history"].includes(first)) { view = overview(); queueMicrotask(() => document.getElementById(first)?.scrollIntoView()); }
  }
  if (!view) {
    const only = data.cells.length === 1 ? data.cells[0] : null;
    view = only?.failures.length === 1 ? failureView(only, only.failures[0], 1) : only ? cellView(only) : overview();
  }
  const main = document.getElementById("main");
  main.replaceChildren(view);
  document.title = `${view.querySelector("h1").lastChild.textContent} · ${data.title}`;
  if (first) { main.focus({ preventScroll: true }); if (!["costs", "claims", "history"].includes(first)) scrollTo(0, 0); }
}

// Puts what is shown into the address. A frame of a notebook has none, and does without.
function remember(hash) {
  try { history.replaceState(null, "", hash); } catch { /* no address here */ }
}

function decoded(part) {
  try { return decodeURIComponent(part); } catch { return part; }
}

document.getElementById("nav").append(...[["", "Overview"], data.costs.length && ["costs", "Costs"], data.claims.length && ["claims", "Claims"], data.history.length && ["history", "History"]]
  .filter((each) => each && (each[0] || data.cells.length > 1)).map(([hash, name]) => el("a", { href: `#${hash}` }, name)));
addEventListener("hashchange", route);
route();
