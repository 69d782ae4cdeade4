"""pytest: a test as a program, its fixtures made anew for every execution, and what is found kept for the next run.

``plugin`` is what pytest loads, in every run; all else is loaded when a test is explored.
"""

__all__: list[str] = []
