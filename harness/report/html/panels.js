// What stands beside the lanes: the record, the locks, the code.

function recordPanel(state, bad) {
  const rows = [...state.values].map(([name, value]) => {
    const isNew = state.changed.has(name), was = state.changed.get(name);
    return el("tr", { class: isNew ? `changed${bad ? " bad" : ""}` : "", "data-name": name },
      el("th", { scope: "row" }, name),
      el("td", {}, isNew && was !== undefined && was !== value ? el("del", { class: "was" }, was === null ? "nothing" : was) : null,
        el("span", { class: "value" }, value === null ? "nothing" : value)));
  });
  return el("section", { class: "panel record", "aria-label": "The record after this step" },
    el("h3", {}, "The record after this step"),
    rows.length ? el("table", {}, el("tbody", {}, rows)) : el("p", { class: "soft small" }, "Nothing is known of it yet."));
}

function locksPanel(lanes, state) {
  const holds = [...state.holds].map(([name, lane]) => el("tr", { "data-lock": name }, el("th", { scope: "row" }, name), el("td", {}, `held by ${lanes[lane]}`)));
  const waits = state.waits.map((wait) => el("p", { class: "small", style: "color: var(--amber); margin: .3rem 0 0" }, `${waitText(lanes, wait)}.`));
  return el("section", { class: "panel locks", "aria-label": "Locks" }, el("h3", {}, "Locks"),
    holds.length ? el("table", {}, el("tbody", {}, holds)) : el("p", { class: "soft small", style: "margin: 0" }, "No lock is held."), waits);
}

const WORDS = /(#.*$)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\b(async|await|def|return|with|for|in|if|else|elif|while|not|and|or|is|None|True|False|assert|raise|try|except|finally|class|lambda|import|from|global|nonlocal|pass|yield|del)\b/g;

function painted(line) {
  const parts = [];
  let end = 0;
  for (const found of line.matchAll(WORDS)) {
    parts.push(line.slice(end, found.index), el("span", { class: found[1] ? "m" : found[2] ? "s" : "k" }, found[0]));
    end = found.index + found[0].length;
  }
  return [...parts, line.slice(end)];
}

function codePanel(walk, current) {
  const figures = walk.lanes.map((name, lane) => {
    let last = -1;
    walk.steps.forEach((step, index) => { if (step.lane === lane && step.snippet >= 0 && (index <= current || last < 0)) last = index; });
    const step = walk.steps[last], snippet = step && walk.snippets[step.snippet];
    if (!snippet || (last > current && lane !== (walk.steps[current] || {}).lane)) return null;
    const lines = snippet.lines.map((text, k) => {
      const isLit = snippet.first + k === step.line && last <= current;
      return el("span", { class: isLit ? `lit${step.lost ? " bad" : ""}` : "", "aria-current": isLit && last === current ? "true" : undefined },
        el("i", {}, `${snippet.first + k}`), painted(text || " "));
    });
    return el("figure", { class: colour(lane) }, el("figcaption", {}, el("b", {}, name), ` in ${snippet.name}, ${snippet.file}`), el("pre", {}, lines));
  });
  return el("section", { class: "panel code", "aria-label": "Code" }, el("h3", {}, "Where each one is"), figures);
}
