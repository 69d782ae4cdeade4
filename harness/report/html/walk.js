// A failure, walked through step by step; beside it, the same schedule against a store with a lock.

function failureView(cell, failure, wanted) {
  const walk = failure.walk, side = el("div", { class: "side" });
  const slider = el("input", { type: "range", min: 0, "aria-label": "Step", oninput: () => go(lanes.visible()[Number(slider.value)]) });
  const where = el("output", { class: "where" }), live = el("p", { class: "hidden", "aria-live": "polite" });
  let playing = 0;
  const lanes = new Timeline(walk, { onPick: go, onFold: () => go(lanes.current) });
  const play = el("button", { type: "button", onclick: toggle, "aria-pressed": "false" }, "▶ Play");
  const fold = el("button", { type: "button", "aria-pressed": "false", onclick: () => {
    const all = fold.getAttribute("aria-pressed") !== "true";
    fold.setAttribute("aria-pressed", String(all));
    lanes.unfold(all);
    go(lanes.isFolded(lanes.current) ? lanes.visible().find((k) => k >= lanes.current) ?? lanes.visible().at(-1) : lanes.current);
  } }, "All steps");

  function go(index) {
    if (index === undefined) return;
    lanes.show(index);
    const order = lanes.visible(), position = order.indexOf(index), state = stateAfter(walk.steps, index), step = walk.steps[index];
    slider.max = order.length - 1;
    slider.value = position;
    slider.setAttribute("aria-valuetext", `Step ${index + 1}: ${walk.lanes[step.lane]}: ${step.text}`);
    where.textContent = `${position + 1} of ${order.length}`;
    side.replaceChildren(recordPanel(state, step.lost), locksPanel(walk.lanes, state), codePanel(walk, index));
    live.textContent = `${walk.lanes[step.lane]}: ${step.text}${step.lost ? `. ${failure.why}` : ""}`;
    lost.hidden = !walk.steps.slice(0, index + 1).some((each) => each.lost) && position < order.length - 1;
    remember(`#${encoded(failure.token)}/${index + 1}`);
  }
  function move(by) {
    const order = lanes.visible(), next = order.indexOf(lanes.current) + by;
    go(order[Math.max(0, Math.min(order.length - 1, next))]);
  }
  function toggle() {
    if (playing) { clearInterval(playing); playing = 0; }
    else {
      if (lanes.current === lanes.visible().at(-1)) go(lanes.visible()[0]);
      playing = setInterval(() => { move(1); if (lanes.current === lanes.visible().at(-1)) toggle(); }, 1100);
    }
    play.textContent = playing ? "‖ Pause" : "▶ Play";
    play.setAttribute("aria-pressed", String(Boolean(playing)));
  }
  onKey((event) => {
    const on = event.target;
    if (on.tagName === "INPUT" && event.key.startsWith("Arrow")) return;
    if (event.key === "ArrowRight" || event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") move(-1);
    else if (event.key === "Home") move(-Infinity);
    else if (event.key === "End") move(Infinity);
    else if (event.key === " " && on.tagName !== "BUTTON" && on.tagName !== "A") toggle();
    else return;
    event.preventDefault();
  });
  const lost = el("div", { class: "verdict" }, el("p", {}, failure.why || failure.what));
  const button = (text, label, by) => el("button", { type: "button", "aria-label": label, onclick: () => move(by) }, text);
  const hasSteps = walk.steps.length > 0;
  const start = Number(wanted) - 1;
  const view = el("article", {},
    el("h1", {}, el("span", { class: "kind" }, failure.heading), failure.what),
    el("p", { class: "lead" }, failure.why !== failure.what ? failure.why : ""),
    el("ul", { class: "facts" },
      el("li", {}, "Program ", el("b", {}, labelOf(cell))),
      failure.needs ? el("li", {}, "Needs ", el("b", {}, failure.needs)) : null,
      failure.stall ? el("li", {}, `Needs a stall of ${failure.stall.toPrecision(3)} s`) : null,
      failure.confirmed === true ? el("li", {}, el("b", {}, "✓ Happened on real threads too")) : null,
      el("li", {}, el("code", {}, `race replay ${failure.token}`))),
    cell.game ? el("p", {}, el("a", { href: `#play/${encoded(labelOf(cell))}` }, "Be the scheduler: pick who goes next")) : null,
    hasSteps ? el("div", { class: "controls", role: "group", "aria-label": "Walk through the steps" },
      button("|◀", "First step", -Infinity), button("◀", "Step back", -1), button("▶", "Step on", 1), button("▶|", "Last step", Infinity), play, slider, where,
      walk.steps.some((step) => step.folded) ? fold : null) : el("p", {}, failure.message),
    live,
    hasSteps ? el("div", { class: "stage" },
      el("div", {}, lanes.node, lost, el("ul", { class: "key" },
        el("li", {}, "○ reads, ■ writes, ◆ synchronises"), el("li", { class: "flow" }, "— read here, written there"),
        el("li", {}, "┄ happens before"), el("li", { class: "gone" }, "— overwritten"))), side) : null,
    besideView(cell, failure),
    failure.traceback ? el("details", {}, el("summary", {}, "The program's own traceback"), el("pre", {}, failure.traceback)) : null);
  if (hasSteps) queueMicrotask(() => {
    if (start >= 0 && start < walk.steps.length) lanes.open.add(start), lanes.draw();
    go(start >= 0 && start < walk.steps.length ? start : lanes.visible()[0]);
  });
  return view;
}

function besideView(cell, failure) {
  if (!failure.beside) return null;
  const { store, walk } = failure.beside;
  const waits = walk.steps.flatMap((step) => step.waits || [])[0];
  const says = walk.ending ? `It fails there, too: ${walk.ending}`
    : waits ? `There, ${waitText(walk.lanes, waits)}. It goes on when the lock is free, reads what is there by then, and nothing is lost.`
    : "There, every change is made in one go, from a value that was read under the same lock, and nothing is lost.";
  return el("section", {}, el("h2", {}, `The same schedule, with ${store}`), el("p", {}, says),
    el("div", { class: "pair" },
      el("div", {}, el("h3", {}, cell.store), new Timeline(failure.walk, { all: true }).node),
      el("div", { class: "locked" }, el("h3", {}, store), new Timeline(walk, { all: true }).node)));
}
