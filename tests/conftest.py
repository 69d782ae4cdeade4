"""Properties are tested with the same examples in every run, on a machine of any speed."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
