"""From cases to a verdict."""

from __future__ import annotations

import pytest

from harness.evidence import Answer, Case, Claim, Laboratory, Verdict, all_of, judge, not_testable
from harness.evidence.grounds import Proof, Reason

PROOF = Proof("a@b", 3)


def case(words: str, outcome: bool | None) -> Case:
    return Case(words, outcome, (Reason(f"because of {words}"),))


@pytest.mark.parametrize(
    ("outcomes", "everywhere", "verdict"),
    [
        ([True], False, Verdict.HOLDS),
        ([True, True], True, Verdict.HOLDS),
        ([False, False], False, Verdict.REFUTED),
        ([True, False], False, Verdict.HOLDS_ONLY_IF),
        ([True, False], True, Verdict.REFUTED),
        ([None], False, Verdict.UNDECIDED),
        ([True, None], False, Verdict.UNDECIDED),
        ([False, None], False, Verdict.UNDECIDED),
        ([False, None], True, Verdict.REFUTED),
        ([True, False, None], False, Verdict.HOLDS_ONLY_IF),
    ],
)
def test_the_cases_make_the_verdict(outcomes: list[bool | None], everywhere: bool, verdict: Verdict) -> None:
    cases = [case(f"case {number}", outcome) for number, outcome in enumerate(outcomes)]
    assert judge(cases, everywhere=everywhere).verdict is verdict


def test_the_condition_is_made_of_the_cases_in_which_it_holds() -> None:
    answer = judge([case("it rains", True), case("the sun shines", False), case("it snows", True)])
    assert answer.condition == "it rains; or it snows"


def test_an_undecided_answer_says_why() -> None:
    assert judge([case("a", True), case("b", None)]).condition == "because of b"


def test_nothing_is_said_without_a_case() -> None:
    with pytest.raises(ValueError, match="at least one case"):
        judge([])


def test_a_case_of_several_holds_if_all_hold_and_keeps_all_evidence() -> None:
    both = all_of("both", case("a", True), case("b", True))
    assert (both.outcome, len(both.evidence)) == (True, 2)
    assert all_of("both", case("a", True), case("b", None)).outcome is None
    assert all_of("both", case("a", False), case("b", None)).outcome is False


def test_the_lesson_goes_with_the_verdict() -> None:
    def claim(verdict: Verdict) -> Claim:
        return Claim("x", "words", "reading", lambda lab: Answer(verdict, ""), {Verdict.HOLDS: "Learn this."})

    lab = Laboratory(quick=True)
    assert claim(Verdict.HOLDS).examine(lab).lesson == "Learn this."
    assert claim(Verdict.REFUTED).examine(lab).lesson == "Do not rely on it."


def test_what_no_run_can_decide_says_why() -> None:
    assert not_testable("it is a wish")(Laboratory(quick=True)) == Answer(Verdict.NOT_TESTABLE, "it is a wish")


def test_an_answer_has_the_evidence_of_all_its_cases() -> None:
    assert judge([Case("a", True, (PROOF,)), Case("b", True, (PROOF,))]).evidence == (PROOF, PROOF)
