"""What is kept between explorations: failures, to be tried first next time, and proofs, to be made but once.

``check`` is :func:`harness.explore` with such a memory; :class:`Database` is the memory, a folder of small text files.
"""

from harness.database.database import Database
from harness.database.kept_failure import KeptFailure
from harness.database.kept_proof import KeptProof
from harness.database.remembering import Checked, check

__all__ = ["Checked", "Database", "KeptFailure", "KeptProof", "check"]
