"""The three-valued logic: its truth tables by name, and the laws of its lattice."""

from __future__ import annotations

from itertools import product

import pytest

from compliance.logic import FALSE, TRUE, UNKNOWN, Truth, all_, any_, known, not_

AND = {
    (FALSE, FALSE): FALSE,
    (FALSE, UNKNOWN): FALSE,
    (FALSE, TRUE): FALSE,
    (UNKNOWN, FALSE): FALSE,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, TRUE): UNKNOWN,
    (TRUE, FALSE): FALSE,
    (TRUE, UNKNOWN): UNKNOWN,
    (TRUE, TRUE): TRUE,
}
OR = {
    (FALSE, FALSE): FALSE,
    (FALSE, UNKNOWN): UNKNOWN,
    (FALSE, TRUE): TRUE,
    (UNKNOWN, FALSE): UNKNOWN,
    (UNKNOWN, UNKNOWN): UNKNOWN,
    (UNKNOWN, TRUE): TRUE,
    (TRUE, FALSE): TRUE,
    (TRUE, UNKNOWN): TRUE,
    (TRUE, TRUE): TRUE,
}
PAIRS = list(product(Truth, repeat=2))
TRIPLES = list(product(Truth, repeat=3))


@pytest.mark.parametrize(("pair", "result"), AND.items())
def test_and_is_strong_kleene(pair: tuple[Truth, Truth], result: Truth) -> None:
    assert all_(pair) is result


@pytest.mark.parametrize(("pair", "result"), OR.items())
def test_or_is_strong_kleene(pair: tuple[Truth, Truth], result: Truth) -> None:
    assert any_(pair) is result


def test_not_keeps_unknown() -> None:
    assert [not_(truth) for truth in (FALSE, UNKNOWN, TRUE)] == [TRUE, UNKNOWN, FALSE]


def test_nothing_to_join_is_the_neutral_value() -> None:
    assert all_([]) is TRUE
    assert any_([]) is FALSE


@pytest.mark.parametrize("triple", TRIPLES)
def test_associativity_and_distribution(triple: tuple[Truth, Truth, Truth]) -> None:
    a, b, c = triple
    assert all_((a, all_((b, c)))) is all_((all_((a, b)), c)) is all_(triple)
    assert any_((a, any_((b, c)))) is any_((any_((a, b)), c)) is any_(triple)
    assert all_((a, any_((b, c)))) is any_((all_((a, b)), all_((a, c))))
    assert any_((a, all_((b, c)))) is all_((any_((a, b)), any_((a, c))))


@pytest.mark.parametrize("pair", PAIRS)
def test_commutativity_absorption_and_de_morgan(pair: tuple[Truth, Truth]) -> None:
    a, b = pair
    assert all_((a, b)) is all_((b, a))
    assert any_((a, b)) is any_((b, a))
    assert all_((a, any_((a, b)))) is a
    assert any_((a, all_((a, b)))) is a
    assert not_(all_((a, b))) is any_((not_(a), not_(b)))
    assert not_(any_((a, b))) is all_((not_(a), not_(b)))
    assert not_(not_(a)) is a


@pytest.mark.parametrize("triple", TRIPLES)
def test_filling_in_an_unknown_never_changes_a_decided_result(
    triple: tuple[Truth, Truth, Truth],
) -> None:
    def tree(a: Truth, b: Truth, c: Truth) -> Truth:
        return any_((all_((a, not_(b))), all_((b, any_((a, c))))))

    before = tree(*triple)
    fillings = product(*[(FALSE, TRUE) if t is UNKNOWN else (t,) for t in triple])
    if before is not UNKNOWN:
        assert {tree(*filling) for filling in fillings} == {before}


def test_a_truth_can_not_be_taken_for_a_bool() -> None:
    with pytest.raises(TypeError):
        bool(UNKNOWN)


def test_two_values_become_three() -> None:
    assert known(value=True) is TRUE
    assert known(value=False) is FALSE
