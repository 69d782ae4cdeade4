"""Finds races in source that has not run, from its syntax tree alone. ``README.md`` beside this file has the map.

source_files, index    what the names in the files mean, and which attributes are locks
entry_points           who runs what: tasks, threads, callbacks
walker                 through each entry point, every call followed: events
sharing                who can come between two events
rules/                 what is wrong with that, one small file a rule
audit                  all of it, from paths to findings
"""

from __future__ import annotations

from harness.audit.audit import audit
from harness.audit.model import CHECKLIST, RULES, Finding, Report, Rule

__all__ = ["CHECKLIST", "RULES", "Finding", "Report", "Rule", "audit"]
