// What is after a step: folded from the changes, locks and waits of the steps up to it.

function stateAfter(steps, upto) {
  const values = new Map(), holds = new Map();
  let changed = new Map();
  steps.slice(0, upto + 1).forEach((step, index) => {
    if (index === upto) changed = new Map();
    for (const [name, value] of step.changes || []) {
      if (index === upto) changed.set(name, values.get(name));
      values.set(name, value);
    }
    if (step.takes) holds.set(step.takes, step.lane);
    if (step.releases) holds.delete(step.releases);
  });
  return { values, changed, holds, waits: (steps[upto] || {}).waits || [] };
}
