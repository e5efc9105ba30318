"""May this chip go there, on that day, and why?

The names below are the public interface; each is loaded when it is first used, so that importing
the package costs nothing and loads no dependency.

    >>> import compliance
    >>> report = compliance.check("nvidia-h20-96gb", on="2025-05-01", to="CN")
    >>> print(report.answer.exportable, *report.answer.because)
    license us-informed-2025-04-09
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from compliance.answers import Answer as Answer
    from compliance.answers import Report as Report
    from compliance.answers import check as check
    from compliance.chips import Chip as Chip
    from compliance.engine import Assessment as Assessment
    from compliance.errors import ComplianceError as ComplianceError
    from compliance.errors import InputError as InputError
    from compliance.errors import Problem as Problem
    from compliance.errors import QuantityError as QuantityError
    from compliance.findings import Finding as Finding
    from compliance.logic import Truth as Truth
    from compliance.metrics import measure as measure
    from compliance.rulebook import load_ruleset as load_ruleset
    from compliance.rulebook import ruleset as ruleset
    from compliance.rulebook import ruleset_ids as ruleset_ids
    from compliance.rulesets import Ruleset as Ruleset
    from compliance.specs import chip as chip
    from compliance.specs import chip_ids as chip_ids
    from compliance.specs import load_chip as load_chip
    from compliance.units import Quantity as Quantity

__version__ = "0.1.0"

_HOMES = {
    "Answer": "answers",
    "Assessment": "engine",
    "Chip": "chips",
    "ComplianceError": "errors",
    "Finding": "findings",
    "InputError": "errors",
    "Problem": "errors",
    "Quantity": "units",
    "QuantityError": "errors",
    "Report": "answers",
    "Ruleset": "rulesets",
    "Truth": "logic",
    "check": "answers",
    "chip": "specs",
    "chip_ids": "specs",
    "load_chip": "specs",
    "load_ruleset": "rulebook",
    "measure": "metrics",
    "ruleset": "rulebook",
    "ruleset_ids": "rulebook",
}

__all__ = ["__version__", *_HOMES]  # noqa: PLE0604 - one list of names, above


def __getattr__(name: str) -> object:
    """Load a public name from its module."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - most importers of us never get here

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
