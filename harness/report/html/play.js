// You are the scheduler: the reader picks who goes next, in the graph of everything that the program can do.

const FATES = { "always ends well": ["g", "✓ always ends well"], "can fail": ["a", "± can fail"], fails: ["r", "✗ fails"], "not explored": ["a", "? not explored"] };

function playView(cell, played) {
  const game = cell.game, path = [], root = el("div", {});
  let marked = true;
  const others = data.cells.filter((each) => each.scenario === cell.scenario && each.game && each !== cell);

  function now() {
    let state = 0, last = -1, preemptions = 0, steps = [...game.opening];
    for (const pick of path) {
      const choices = game.states[state].choices, [actor, to, done] = choices[pick];
      const timer = game.actors[actor] === "time passes";
      if (!timer && actor !== last && choices.some(([each]) => each === last)) preemptions++;
      if (!timer) last = actor;
      steps = steps.concat(done);
      state = to;
    }
    return { state, last, preemptions, steps: steps.map((number) => game.steps[number]) };
  }
  function choose(index) {
    if (index >= 0 && index < game.states[now().state].choices.length) { path.push(index); draw(true); }
  }
  function undo() { path.pop(); draw(true); }
  onKey((event) => {
    if (event.key === "Backspace") { undo(); event.preventDefault(); }
    else if (/^[1-9]$/.test(event.key)) choose(Number(event.key) - 1);
  });

  function draw(moved) {
    const { state, preemptions, steps } = now(), here = game.states[state], isOver = !here.choices.length;
    const walk = { lanes: game.lanes, steps: steps.length ? steps : [], snippets: game.snippets };
    const lanes = new Timeline(walk, { all: true, unfolded: true }), after = stateAfter(steps, steps.length - 1);
    after.waits = here.waits;
    remember(`#play/${encoded(labelOf(cell))}/${path.join(".")}`);
    const options = here.choices.map(([actor, , done], index) => {
      const next = done.length ? game.steps[done[0]] : null, [mark, text] = FATES[game.states[here.choices[index][1]]?.fate || "not explored"];
      return el("button", { class: `choice ${next ? colour(next.lane) : "c4"}`, type: "button", onclick: () => choose(index) },
        el("kbd", { "aria-hidden": "true" }, `${index + 1}`), el("b", {}, next ? game.lanes[next.lane] : game.actors[actor] === "time passes" ? "Let time pass" : game.actors[actor]),
        marked ? el("span", { class: `fate ${mark}` }, text) : el("span", {}),
        el("small", {}, next ? `${next.text}${next.line ? `  :${next.line}` : ""}` : "goes on, with nothing to be seen"));
    });
    root.replaceChildren(el("div", { class: "stage" },
      el("div", {}, steps.length ? lanes.node : el("p", { class: "soft" }, "Nothing has happened yet. Pick who goes first."),
        isOver ? ending(here, preemptions) : el("div", {}, el("h2", {}, "Who goes next?"), el("div", { class: "choices" }, options)),
        el("div", { class: "controls", role: "group", "aria-label": "The game" },
          el("button", { type: "button", onclick: undo, disabled: !path.length }, "↶ Take back"),
          el("button", { type: "button", onclick: () => { path.length = 0; draw(true); }, disabled: !path.length }, "Start again"),
          el("button", { type: "button", "aria-pressed": String(marked), onclick: () => { marked = !marked; draw(); } }, marked ? "Hide where it leads" : "Show where it leads"),
          el("span", { class: "where" }, plural(preemptions, "preemption")))),
      el("div", { class: "side" }, recordPanel(after, here.fate === "fails" && isOver), locksPanel(game.lanes, after), steps.length ? codePanel(walk, steps.length - 1) : null)),
      el("p", { class: "hidden", "aria-live": "polite" }, steps.length ? `${game.lanes[steps.at(-1).lane]}: ${steps.at(-1).text}${isOver ? ". The end." : ""}` : ""));
    if (moved) (root.querySelector(".choice") || root.querySelector(".verdict"))?.focus({ preventScroll: true });
  }
  function ending(state, preemptions) {
    if (state.fate !== "fails") return el("div", { class: "verdict good", tabindex: "-1" }, el("p", {}, el("b", {}, "✓ All is well. "), game.fewest === null ? "It always is: every choice of every state was tried." : "Another order does not end so well."));
    const best = game.fewest !== null && preemptions <= game.fewest;
    return el("div", { class: "verdict", tabindex: "-1" }, el("p", {}, el("b", {}, "✗ It failed. "), state.ending),
      el("p", {}, best ? `You needed ${plural(preemptions, "preemption")}, and it takes no fewer.` : `You needed ${plural(preemptions, "preemption")}; ${game.fewest} ${game.fewest === 1 ? "is" : "are"} enough.`));
  }
  for (const pick of (played || "").split(".").filter(Boolean).map(Number)) {
    if (game.states[now().state].choices[pick]) path.push(pick);
  }
  draw();
  const goal = game.fewest === null ? "Can you make it fail? Every choice is marked with what it leads to." : "Find the failure in the fewest preemptions: take the turn from one that could have gone on as seldom as you can.";
  return el("article", {}, el("h1", {}, el("span", { class: "kind" }, "YOU ARE THE SCHEDULER"), labelOf(cell)), el("p", { class: "lead" }, goal),
    el("p", { class: "soft small" }, `The keys 1 to 9 pick, Backspace takes back. ${plural(game.states.length, "state")}, and all of them were tried.`),
    others.length ? el("p", {}, "The same scenario: ", others.flatMap((each, k) => [k ? ", " : "", el("a", { href: `#play/${encoded(labelOf(each))}` }, each.game.fewest === null ? `${each.store}: can you make it fail now?` : each.store)])) : null,
    root);
}
