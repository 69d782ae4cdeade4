"""What a lock costs, measured on the code as its author wrote it: nothing is rewritten while the clock runs."""

from harness.overhead.update_cost import UpdateCost, measure_update_costs

__all__ = ["UpdateCost", "measure_update_costs"]
