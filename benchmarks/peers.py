"""Rule engines of the index, each by its fastest public way to judge one chip.

Rules are compiled and chips are put into the engine's own form before the clock starts, as ours are
measured before. An engine that is not installed is left out and named.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.rows import ENTRIES, NEAR, Row
from benchmarks.terms import doubled, ends, entry, infix, json_logic, truths

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WORDS = {"all": " and ", "any": " or ", "not": "not "}
CEL = {"all": " && ", "any": " || ", "not": "!"}

_UNKNOWN = 1


class Ready(NamedTuple):
    """An engine with its rules compiled and its rows prepared.

    Attributes:
        run: judges all the rows; what the engine answers.
        read: from one answer to the truths of the entries, 0 to 2.
    """

    run: Callable[[], list[Any]]
    read: Callable[[Any], Sequence[int]]

    def verdicts(self) -> list[tuple[int, ...]]:
        """Return the truths of the entries of all rows."""
        return [tuple(map(int, self.read(answer))) for answer in self.run()]


class Peer(NamedTuple):
    """An engine.

    Attributes:
        name: as it is shown.
        prepare: from rows to the engine, ready.
        traces: whether it gives a trace of its reasons.
    """

    name: str
    prepare: Callable[[Sequence[Row]], Ready]
    traces: bool = False


def datalogic(rows: Sequence[Row]) -> Ready:
    """JsonLogic in Rust: one rule that is a list, on parsed data."""
    module = import_module("datalogic_py")
    engine = module.Engine()
    rule, session = engine.compile([json_logic(term) for term in doubled()]), engine.session()
    data = [module.DataHandle(ends(row)) for row in rows]
    return Ready(lambda: [session.evaluate_data(rule, one) for one in data], truths)


def datalogic_traced(rows: Sequence[Row]) -> Ready:
    """The same, with its trace; it takes and gives JSON."""
    engine = import_module("datalogic_py").Engine()
    rule = json.dumps([json_logic(term) for term in doubled()])
    data = [json.dumps(ends(row)) for row in rows]
    return Ready(
        lambda: [engine.evaluate_with_trace(rule, one) for one in data],
        lambda answer: truths(json.loads(answer)["result"]),
    )


def zen(rows: Sequence[Row]) -> Ready:
    """Zen expressions in Rust: one expression that is a list, on JSON."""
    rules = ", ".join(infix(term, WORDS) for term in doubled())
    expression = import_module("zen").compile_expression(f"[{rules}]")
    data = [json.dumps(ends(row)) for row in rows]
    return Ready(lambda: [expression.evaluate(one) for one in data], truths)


def zen_traced(rows: Sequence[Row]) -> Ready:
    """A decision of Zen with one expression node, and its trace."""
    place = {"x": 0, "y": 0}
    keys = [f"answer{n}" for n, _ in enumerate(doubled())]
    expressions = [
        {"id": key, "key": key, "value": infix(term, WORDS)}
        for key, term in zip(keys, doubled(), strict=True)
    ]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": place},
        {
            "id": "law",
            "name": "law",
            "type": "expressionNode",
            "content": {"expressions": expressions},
            "position": place,
        },
        {"id": "out", "name": "out", "type": "outputNode", "position": place},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "law"},
        {"id": "2", "type": "edge", "sourceId": "law", "targetId": "out"},
    ]
    engine = import_module("zen").ZenEngine()
    decision = engine.create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    data = [json.dumps(ends(row)) for row in rows]
    return Ready(
        lambda: [decision.evaluate(one, {"trace": True}) for one in data],
        lambda answer: truths([answer["result"][key] for key in keys]),
    )


def rule_engine(rows: Sequence[Row]) -> Ready:
    """Rules in Python: one rule that is a list."""
    rules = ", ".join(infix(term, WORDS) for term in doubled())
    rule = import_module("rule_engine").Rule(f"[{rules}]")
    data = [ends(row) for row in rows]
    return Ready(lambda: [rule.evaluate(one) for one in data], truths)


def cel(rows: Sequence[Row]) -> Ready:
    """CEL in Rust. Its && and || pass over an error where they can: that is an unknown."""
    module = import_module("cel")
    programs = [module.compile(infix(entry(name, ""), CEL)) for name in ENTRIES]
    data = [module.Context(_stated(row)) for row in rows]

    def truth(program: Any, one: Any) -> int:  # noqa: ANN401 - the engine has no types
        try:
            return 2 if program.execute(one) else 0
        except RuntimeError:
            return _UNKNOWN

    return Ready(
        lambda: [[truth(program, one) for program in programs] for one in data], lambda a: a
    )


def cel_cpp(rows: Sequence[Row]) -> Ready:
    """CEL in C++, as above; its errors are values."""
    module = import_module("cel_expr_python.cel")
    kind = module.Type
    types = {"tpp": kind.DOUBLE, "performance_density": kind.DOUBLE, "datacenter": kind.BOOL}
    environment = module.NewEnv(variables=types)
    programs = [environment.compile(infix(entry(name, ""), CEL)) for name in ENTRIES]
    data = [environment.Activation(_stated(row)) for row in rows]
    codes = {True: 2, False: 0}
    return Ready(
        lambda: [[program.eval(one).value() for program in programs] for one in data],
        lambda answer: [codes.get(value, _UNKNOWN) for value in answer],
    )


PEERS = (
    Peer("datalogic-py", datalogic),
    Peer("zen-engine, expression", zen),
    Peer("common-expression-language", cel),
    Peer("cel-expr-python", cel_cpp),
    Peer("rule-engine", rule_engine),
    Peer("datalogic-py, with trace", datalogic_traced, traces=True),
    Peer("zen-engine, decision with trace", zen_traced, traces=True),
)


def near(peer: Peer) -> bool:
    """Return whether an engine takes a TPP of 4,799.9999 for less than 4,800."""
    return peer.prepare([Row(NEAR, 1.0, datacenter=True)]).verdicts() == [(0, 0)]


def _stated(row: Row) -> dict[str, float | bool]:
    """Return a row without what is missing."""
    return {name: value for name, value in row._asdict().items() if value is not None}
