"""May this chip go there, on that day, and why?

The names below are the public interface; each is loaded when it is first used, so that importing
the package costs nothing and loads no dependency.

    >>> import compliance
    >>> report = compliance.check(compliance.chip("nvidia-h20-96gb"), on="2025-05-01", to="CN")
    >>> print(report.answer.exportable, *report.answer.because)
    license us-informed-2025-04-09
"""

__version__ = "0.1.0"

_HOMES = {
    "Assessment": "engine",
    "Answer": "answers",
    "Chip": "chips",
    "ComplianceError": "errors",
    "Finding": "criteria",
    "InputError": "errors",
    "Problem": "errors",
    "Quantity": "units",
    "QuantityError": "errors",
    "Report": "answers",
    "Ruleset": "rulesets",
    "Truth": "logic",
    "check": "answers",
    "chip": "chips",
    "chip_ids": "chips",
    "load_chip": "chips",
    "load_ruleset": "rulesets",
    "measure": "metrics",
    "ruleset": "rulesets",
    "ruleset_ids": "rulesets",
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
