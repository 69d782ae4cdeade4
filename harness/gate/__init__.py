"""The gate: a committed baseline and what is found now, compared. One reason a line, and no red for noise.

:mod:`~harness.gate.gate_settings` has what the project names, :mod:`~harness.gate.baseline` what it has committed,
:mod:`~harness.gate.check` finds out how things stand, :mod:`~harness.gate.judge` compares, and
:mod:`~harness.gate.lock_cost` measures in turns with the commit of the baseline.
"""

__all__: list[str] = []
