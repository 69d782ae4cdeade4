"""What a lock costs, measured on the code as its author wrote it: nothing is rewritten while the clock runs."""

from harness.overhead.benchmark import FULL, OPERATIONS, QUICK, Bench, Plan, measure
from harness.overhead.update_cost import UpdateCost, measure_update_costs

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
