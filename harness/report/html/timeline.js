// Draws the lanes of an execution: a row a step, a mark for what it does, arrows for what it depends on.

class Timeline {
  // walk: lanes, steps, snippets. options: onPick(index), all: everything has happened, unfolded: nothing is folded.
  constructor(walk, options) {
    this.walk = walk;
    this.options = options || {};
    this.current = this.options.all ? walk.steps.length - 1 : 0;
    this.open = new Set();
    this.rows = new Map();
    this.node = el("div", { class: "lanes" });
    new ResizeObserver(() => this.connect()).observe(this.node);
    this.draw();
  }

  isFolded(index) {
    return this.walk.steps[index].folded && !this.options.unfolded && !this.open.has(index);
  }

  visible() {
    return this.walk.steps.map((_, index) => index).filter((index) => !this.isFolded(index));
  }

  unfold(all) {
    this.walk.steps.forEach((step, index) => all ? this.open.add(index) : this.open.delete(index));
    this.draw();
  }

  draw() {
    const { lanes, steps } = this.walk;
    this.rows.clear();
    const used = new Set(this.visible().map((index) => steps[index].lane));
    this.columns = new Map(lanes.map((_, lane) => lane).filter((lane) => used.has(lane)).map((lane, column) => [lane, column + 2]));
    this.node.setAttribute("style", `--n: ${Math.max(this.columns.size, 1)}`);
    this.node.replaceChildren(
      el("div", { class: "row heads" }, el("span", { class: "hidden" }, "Time"),
        [...this.columns].map(([lane, column]) => el("span", { class: `name ${colour(lane)}`, style: `grid-column: ${column}` }, lanes[lane]))));
    for (let index = 0; index < steps.length; index++) {
      if (!this.isFolded(index)) { this.node.append(...this.row(index)); continue; }
      const from = index;
      while (index + 1 < steps.length && this.isFolded(index + 1)) index++;
      const all = Array.from({ length: index - from + 1 }, (_, k) => from + k);
      const button = el("button", { class: "fold", type: "button", onclick: () => { all.forEach((k) => this.open.add(k)); this.draw(); this.options.onFold?.(); } },
        `⋯ ${plural(all.length, "more step")}`);
      all.forEach((k) => this.rows.set(k, button));
      this.node.append(button);
    }
    this.arrows = svg("svg", { "aria-hidden": "true" });
    this.node.append(this.arrows);
    this.show(this.current);
  }

  row(index) {
    const step = this.walk.steps[index], lane = this.walk.lanes[step.lane];
    const kind = step.access || "sync", column = `grid-column: ${this.columns.get(step.lane)}`;
    const word = step.mark ? el("em", {}, ` ${step.mark}`) : null;
    const label = `Step ${index + 1}, ${lane}: ${step.text}${step.mark ? `, ${step.mark}` : ""}${step.line ? `, line ${step.line}` : ""}`;
    const inside = [
      el("span", { class: "time" }, `${index + 1}`),
      el("span", { class: `dot ${kind} ${colour(step.lane)}${step.lost ? " stale" : ""}`, style: column }),
      el("span", { class: "said", style: column }, step.text, word, step.line ? el("span", { class: "at" }, `:${step.line}`) : null)];
    const row = this.options.onPick
      ? el("button", { class: "row", type: "button", "aria-label": label, onclick: () => this.options.onPick(index) }, inside)
      : el("div", { class: "row" }, inside);
    this.rows.set(index, row);
    return [row, ...this.waiting(index)];
  }

  waiting(index) {
    const before = index ? this.walk.steps[index - 1].waits || [] : [];
    const known = new Set(before.map(String));
    return (this.walk.steps[index].waits || []).filter((wait) => !known.has(String(wait))).map((wait) =>
      el("div", { class: "row" }, el("span", { class: "waits" }, waitText(this.walk.lanes, wait))));
  }

  show(current) {
    this.current = current;
    for (const [index, row] of this.rows) {
      const step = this.walk.steps[index];
      row.classList.toggle("past", index <= current);
      row.classList.toggle("now", index === current && !this.options.all);
      row.classList.toggle("lost", Boolean(step.lost) && row.classList.contains("row"));
      if (row.tagName === "BUTTON" && row.classList.contains("row")) {
        if (index === current) row.setAttribute("aria-current", "step"); else row.removeAttribute("aria-current");
      }
    }
    this.connect();
  }

  connect() {
    const { lanes, steps } = this.walk, box = this.node.getBoundingClientRect();
    if (!box.width) return;
    const centre = (index) => {
      const row = this.rows.get(index), dot = row.querySelector(".dot") || row, place = dot.getBoundingClientRect();
      const x = row.querySelector(".dot") ? place.left + place.width / 2 : this.tracks.get(steps[index].lane) + box.left;
      return { x: x - box.left, y: place.top + place.height / 2 - box.top, seen: Boolean(row.querySelector(".dot")) };
    };
    this.tracks = new Map();
    for (const [index, row] of this.rows) {
      const dot = row.querySelector(".dot");
      if (dot) { const place = dot.getBoundingClientRect(); this.tracks.set(steps[index].lane, place.left + place.width / 2 - box.left); }
    }
    const head = (this.node.firstChild.getBoundingClientRect().bottom - box.top) + 2;
    this.arrows.replaceChildren(...[...this.tracks.values()].map((x) => svg("line", { class: "track", x1: x, x2: x, y1: head, y2: box.height })));
    const drawn = (kind, from, to) => {
      if (from < 0 || to > this.current || !this.tracks.has(steps[from].lane) || this.isFolded(to)) return;
      const a = centre(from), b = centre(to);
      if (!b.seen || Math.abs(a.y - b.y) < 2) return;
      const middle = b.y - Math.min((b.y - a.y) / 2, 18), bend = Math.min(46, 14 + (b.y - a.y) / 4);
      const path = a.x === b.x
        ? `M${a.x - 6},${a.y} C${a.x - bend},${a.y} ${b.x - bend},${b.y} ${b.x - 9},${b.y}`
        : `M${a.x},${a.y + 6} C${a.x},${middle} ${b.x},${middle - 6} ${b.x},${b.y - 11}`;
      const tip = a.x === b.x ? `${b.x - 7},${b.y} ${b.x - 13},${b.y - 4} ${b.x - 13},${b.y + 4}` : `${b.x},${b.y - 7} ${b.x - 4},${b.y - 13} ${b.x + 4},${b.y - 13}`;
      this.arrows.append(svg("path", { class: `arrow ${kind}`, d: path }), svg("polygon", { class: `head-${kind}`, points: tip }));
    };
    steps.forEach((step, index) => {
      for (const earlier of step.after || []) drawn("hb", earlier, index);
      if (step.reads !== undefined) drawn("flow", step.reads, index);
      if (step.mark === "stale") drawn("gone", steps.findIndex((each) => each.mark === "lost"), index);
    });
  }
}

function waitText(lanes, [lane, what, holder]) {
  return `${lanes[lane]} waits for ${what}${holder >= 0 ? `, which ${lanes[holder]} holds` : ""}`;
}
