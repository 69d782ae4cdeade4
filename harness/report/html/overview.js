// The first page: the matrix, what a lock costs, the ledger of claims, the history; and the page of one cell.

const labelOf = (cell) => cell.store === "-" ? cell.scenario : `${cell.scenario}@${cell.store}`;
const SIGNS = { failed: ["✗", "failed"], proved: ["✓", "proved"], "not found": ["–", "open"] };

function signOf(cell) {
  const [sign, style] = SIGNS[cell.verdict], unexpected = cell.as_expected ? "" : " unexpected";
  return el("a", { class: `sign ${style}${unexpected}`, href: `#cell/${encoded(labelOf(cell))}` },
    el("span", { "aria-hidden": "true" }, sign + (unexpected ? " !" : "")),
    el("span", { class: "hidden" }, `${labelOf(cell)}: ${cell.verdict}${unexpected ? ", not as expected" : ""}`));
}

function matrixView() {
  const scenarios = [...new Set(data.cells.map((cell) => cell.scenario))], stores = [...new Set(data.cells.map((cell) => cell.store))];
  const count = (store) => data.cells.filter((cell) => cell.store === store).length;
  const common = stores.filter((store) => count(store) > 1 || scenarios.length === 1), rare = stores.filter((store) => !common.includes(store));
  const find = (scenario, store) => data.cells.find((cell) => cell.scenario === scenario && cell.store === store);
  const table = (names, rows) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Scenarios against stores" }, el("table", { class: "matrix" },
    el("thead", {}, el("tr", {}, el("td", {}), names.map((store) => el("th", { scope: "col" }, store === "-" ? "result" : store)))),
    el("tbody", {}, rows.map((scenario) => el("tr", {}, el("th", { scope: "row" }, scenario), names.map((store) => {
      const cell = find(scenario, store);
      return el("td", {}, cell ? signOf(cell) : null);
    }))))));
  const others = data.cells.filter((cell) => rare.includes(cell.store));
  return [table(common, scenarios),
    others.length ? el("p", { class: "small" }, "Stores with a mistake on purpose: ", others.flatMap((cell, k) => [k ? "; " : "", el("a", { href: `#cell/${encoded(labelOf(cell))}` }, `${labelOf(cell)}: ${cell.verdict}`)])) : null,
    el("ul", { class: "legend" }, [["failed", "a failure was found"], ["proved", "every behaviour was executed, and holds"], ["not found", "none was found, which is no proof"]].map(([verdict, says]) =>
      el("li", {}, el("span", { class: `sign ${SIGNS[verdict][1]}`, "aria-hidden": "true" }, SIGNS[verdict][0]), `${verdict}: ${says}`)),
      data.cells.some((cell) => !cell.as_expected) ? el("li", {}, "!: not as expected") : null)];
}

function costsView() {
  if (!data.costs.length) return null;
  const most = Math.max(...data.costs.map((cost) => cost.locked));
  return el("section", { id: "costs" }, el("h2", {}, "What a lock costs"), el("p", {}, "One uncontended update, in nanoseconds: with the lock, and with the lock left out of the source."),
    el("div", { class: "bars" }, data.costs.flatMap((cost) => [el("span", {}, cost.store), el("div", {},
      [["locked", cost.locked, ""], ["bare", cost.bare, " without"]].map(([style, value, word]) => el("div", { class: "bar" }, el("i", { class: style, style: `width: ${70 * value / most}%` }), el("span", {}, `${Math.round(value)} ns${word}`))))])));
}

function claimsView() {
  if (!data.claims.length) return null;
  return el("section", { id: "claims" }, el("h2", {}, "The ledger of claims"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims" }, el("table", {},
    el("thead", {}, el("tr", {}, ["Claim", "Verdict", "What it rests on"].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, data.claims.map((claim) => el("tr", {}, el("td", {}, claim.words), el("td", {}, el("b", {}, claim.verdict), claim.condition ? `, ${claim.condition}` : ""), el("td", { class: "small" }, claim.lesson)))))));
}

function historyView() {
  if (!data.history.length) return null;
  return el("section", { id: "history" }, el("h2", {}, "Over the commits"), el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "History" }, el("table", {},
    el("thead", {}, el("tr", {}, Object.keys(data.history[0]).map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, data.history.map((row) => el("tr", {}, Object.values(row).map((value) => el("td", {}, `${value ?? ""}`))))))));
}

function overview() {
  const failed = data.cells.filter((cell) => cell.verdict === "failed").length, odd = data.cells.filter((cell) => !cell.as_expected).length;
  return el("article", {}, el("h1", {}, data.title), el("p", { class: "lead" }, data.summary,
    odd ? ` ${plural(odd, "result")} not as expected.` : failed && data.cells.length > 1 ? " All as expected." : ""), matrixView(), costsView(), claimsView(), historyView());
}

function cellView(cell) {
  const says = { failed: `${cell.failed.toLocaleString("en")} of ${plural(cell.schedules, "schedule")} failed.`, proved: `All ${plural(cell.classes || cell.schedules, "behaviour")} hold: each was executed once.`, "not found": `${plural(cell.schedules, "schedule")} without a failure, which is no proof. ${cell.more}` }[cell.verdict];
  return el("article", {}, el("h1", {}, el("span", { class: "kind", style: cell.verdict === "failed" ? "" : "color: var(--green)" }, cell.verdict.toUpperCase()), labelOf(cell)),
    el("p", { class: "lead" }, says),
    cell.failures.length ? el("ul", {}, cell.failures.map((failure) => el("li", {}, el("a", { href: `#${encoded(failure.token)}/1` }, `${failure.heading}: ${failure.what}`), el("br"), el("span", { class: "soft" }, failure.why)))) : null,
    cell.game ? el("p", {}, el("a", { href: `#play/${encoded(labelOf(cell))}` }, cell.verdict === "failed" ? "Be the scheduler: find the failure yourself" : "Be the scheduler: can you make it fail?")) : null);
}
