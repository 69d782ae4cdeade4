"""What a lock costs, measured on the code as its author wrote it: nothing is rewritten while the clock runs."""

from harness.bench.benchmark import FULL, OPERATIONS, QUICK, Bench, Plan, measure
from harness.bench.update_cost import UpdateCost, measure_update_costs

__all__ = [
    "FULL",
    "OPERATIONS",
    "QUICK",
    "Bench",
    "Plan",
    "UpdateCost",
    "measure",
    "measure_update_costs",
]
