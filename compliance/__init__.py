"""May this chip go there, on that day, and why?

The names below are the public interface; each is loaded when it is first used, so that importing
the package costs nothing and loads no dependency.

    >>> import compliance
    >>> report = compliance.check("nvidia-h20-96gb", on="2025-05-01", to="CN")
    >>> print(report.exportable, *report.answer.because)
    license us-informed-2025-04-09
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from compliance.answers import Answer as Answer
    from compliance.answers import Report as Report
    from compliance.answers import check as check
    from compliance.assessments import Assessment as Assessment
    from compliance.catalog import chip as chip
    from compliance.catalog import select as select
    from compliance.chips import Chip as Chip
    from compliance.chips import Compute as Compute
    from compliance.chips import Declared as Declared
    from compliance.chips import Die as Die
    from compliance.chips import Fpld as Fpld
    from compliance.chips import Link as Link
    from compliance.chips import Memory as Memory
    from compliance.chips import OtherFormat as OtherFormat
    from compliance.chips import Part as Part
    from compliance.chips import Reference as Reference
    from compliance.circumstances import Question as Question
    from compliance.criteria import Branch as Branch
    from compliance.criteria import Leaf as Leaf
    from compliance.criteria import Node as Node
    from compliance.errors import ComplianceError as ComplianceError
    from compliance.errors import InputError as InputError
    from compliance.errors import Problem as Problem
    from compliance.errors import QuantityError as QuantityError
    from compliance.findings import Facts as Facts
    from compliance.findings import Finding as Finding
    from compliance.findings import Findings as Findings
    from compliance.frames import screen as screen
    from compliance.frontiers import Edge as Edge
    from compliance.frontiers import Frontier as Frontier
    from compliance.frontiers import Span as Span
    from compliance.frontiers import Stretch as Stretch
    from compliance.frontiers import frontier as frontier
    from compliance.goals import Stop as Stop
    from compliance.groups import Destinations as Destinations
    from compliance.history import Comparison as Comparison
    from compliance.history import Timeline as Timeline
    from compliance.history import compare as compare
    from compliance.history import timeline as timeline
    from compliance.items import Metric as Metric
    from compliance.items import measure as measure
    from compliance.linting import lint as lint
    from compliance.logic import Truth as Truth
    from compliance.provisions import Caveat as Caveat
    from compliance.provisions import Entry as Entry
    from compliance.provisions import Exclusion as Exclusion
    from compliance.provisions import Instrument as Instrument
    from compliance.provisions import LicenseException as LicenseException
    from compliance.provisions import LicensingRow as LicensingRow
    from compliance.provisions import Limit as Limit
    from compliance.provisions import ReviewRow as ReviewRow
    from compliance.provisions import Scope as Scope
    from compliance.readers import read_catalog as read_catalog
    from compliance.readers.rows import Catalog as Catalog
    from compliance.remarks import LintRule as LintRule
    from compliance.remarks import Remark as Remark
    from compliance.rulebook import load_ruleset as load_ruleset
    from compliance.rulebook import ruleset as ruleset
    from compliance.rulebook import ruleset_ids as ruleset_ids
    from compliance.rulesets import Ruleset as Ruleset
    from compliance.specs import chip_ids as chip_ids
    from compliance.specs import load_chip as load_chip
    from compliance.sweeps import sweep as sweep
    from compliance.units import Quantity as Quantity
    from compliance.values import Value as Value

__version__ = "0.1.0"

_ROOMS = {
    "answers": "Answer Report check",
    "chips": "Chip Compute Declared Die Fpld Link Memory OtherFormat Part Reference",
    "criteria": "Branch Leaf Node",
    "assessments": "Assessment",
    "circumstances": "Question",
    "errors": "ComplianceError InputError Problem QuantityError",
    "findings": "Facts Finding Findings",
    "frames": "screen",
    "frontiers": "Edge Frontier Span Stretch frontier",
    "goals": "Stop",
    "groups": "Destinations",
    "history": "Comparison Timeline compare timeline",
    "linting": "lint",
    "logic": "Truth",
    "items": "Metric measure",
    "readers": "read_catalog",
    "readers.rows": "Catalog",
    "remarks": "LintRule Remark",
    "rulebook": "load_ruleset ruleset ruleset_ids",
    "provisions": "Caveat Entry Exclusion Instrument LicenseException LicensingRow Limit ReviewRow"
    " Scope",
    "rulesets": "Ruleset",
    "catalog": "chip select",
    "specs": "chip_ids load_chip",
    "sweeps": "sweep",
    "units": "Quantity",
    "values": "Value",
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names.split()}

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
