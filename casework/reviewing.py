"""Who may review a finding: anyone but who analysed it.

People are told apart by the names they give. That keeps honest people from slips, and puts a name
under each decision; it does not keep one person from giving two names.
"""

from __future__ import annotations

import unicodedata

from casework.errors import NotAllowed
from casework.journal import Journal


def check(journal: Journal, by: str, finding_id: str) -> None:
    """Raises NotAllowed if this person analysed the finding, or there is none of this id."""
    finding = journal.named("finding", finding_id)
    if finding is None:
        raise NotAllowed(f"there is no finding {finding_id} in case {journal.case_id}")
    examined = journal.named("examined", finding.value["sample_id"])
    if examined is not None and is_same_person(by, examined.value["by"]):
        raise NotAllowed(f"{by} analysed {finding_id}: somebody else is to review it")


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are those of one person, case, width and spaces apart."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
