"""What lint looks for in a file, in words, and what it says when it has found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from compliance.validation import located

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compliance.errors import Problem
    from compliance.yamlsource import Path, Source

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class LintRule:
    """Something to look for in a file.

    Attributes:
        id: its name.
        level: `error` where the file can't be used, `warning` where it likely does not say what
            was meant, `note` where it leaves something open.
        title: what it finds.
        why: what goes wrong if that is left as it is.
        fix: what to do about it.
    """

    id: str
    level: Level
    title: str
    why: str
    fix: str


class Remark(NamedTuple):
    """One thing found in a file.

    Attributes:
        rule: what was looked for.
        problem: where it is, what was found, what was expected.
    """

    rule: LintRule
    problem: Problem


def spot(source: Source, path: Path, found: str, expected: str = "") -> Problem:
    """Return a Problem at a field of the model, or at the nearest node above it in the file."""
    return source.problem(located(source.data, path), found, expected)


_RULES = (
    LintRule(
        "unreadable",
        "error",
        "No file that can be read",
        "Nothing of it can be used.",
        "Give the path of a YAML or JSON file, or the id of a bundled chip or ruleset.",
    ),
    LintRule(
        "invalid",
        "error",
        "Not what the format asks for",
        "Every command refuses the file: a key, a unit or a value is not one the format has.",
        "Write what was expected; `compliance schema` prints the format.",
    ),
    LintRule(
        "sparse-rate",
        "warning",
        "A rate twice what the other formats say",
        "Datasheets like to print rates with 2:4 sparsity. The law counts dense ones, so such a "
        "rate doubles the TPP.",
        "Write the dense rate, or list the format in `sparse`. Where the part is really so, as the "
        "FP16 of the MI100 is, say `sparse: false`.",
    ),
    LintRule(
        "halved-twice",
        "warning",
        "A sparse rate whose half is half of what the other formats say",
        "A dense rate marked `sparse` is halved once more, which halves the TPP.",
        "Take the format out of `sparse`, or write the rate with sparsity.",
    ),
    LintRule(
        "declared-tpp-doubled",
        "warning",
        "A declared TPP about twice the arithmetic",
        "TPP is 2 x MacTOPS x bits, and TOPS and TFLOPS already contain the 2. A declared TPP "
        "outranks the arithmetic.",
        "Declare only a figure that the maker publishes; if it does, the rates are incomplete.",
    ),
    LintRule(
        "declared-tpp-halved",
        "warning",
        "A declared TPP about half of the arithmetic",
        "Either the declared figure counts a multiply-add as one operation, or the rates are "
        "sparse. The lower figure is the one that counts here.",
        "Compare both with the maker's table; mark sparse rates with `sparse`.",
    ),
    LintRule(
        "declared-tpp-off",
        "warning",
        "A declared TPP more than 6 % from the arithmetic",
        "Makers' own figures and datasheets are up to 6 % apart. More is another part's figure, or "
        "a rate is missing.",
        "Check that both are of the same part, and that the fastest format is there.",
    ),
    LintRule(
        "declared-tpp-apart",
        "note",
        "A declared TPP 1 to 6 % from the arithmetic",
        "The maker classifies by another clock than it prints. The declared figure counts, and may "
        "lie on the other side of a limit.",
        "Nothing, if both figures are the maker's.",
    ),
    LintRule(
        "tpp-implausible",
        "warning",
        "A TPP that no chip has",
        "A prefix is wrong (PFLOPS for TFLOPS), or the rates are those of a rack.",
        "Write the rates of one chip, in the unit of the datasheet.",
    ),
    LintRule(
        "tf32-decides",
        "note",
        "A TPP that rests on TF32",
        "No rule says whether TF32 counts as 19 or as 32 bits, so the TPP is a range.",
        "Give the maker's TPP, if it publishes one.",
    ),
    LintRule(
        "one-way-link",
        "warning",
        "A link with half of its known bandwidth",
        "The law counts both directions together, and so does a spec. A figure of one direction "
        "halves the I/O bandwidth.",
        "Write the figure of both directions, or `direction: each way`. A part that was cut to "
        "just the half is right as it is.",
    ),
    LintRule(
        "link-twice",
        "warning",
        "A link said to have each way what it has both ways",
        "A figure with `direction: each way` is doubled.",
        "Leave `direction` out where the figure counts both.",
    ),
    LintRule(
        "bits-for-bytes",
        "warning",
        "A bandwidth in bits that looks like bytes",
        "Memories and links of chips are sold in GB/s; Gb/s is an eighth of it.",
        "Write GB/s, unless the source counts bits.",
    ),
    LintRule(
        "gib-or-gb",
        "warning",
        "A binary unit that looks decimal",
        "Bandwidths are decimal: 1 TiB/s is 1.0995 TB/s. And a size such as 206 GiB is one that "
        "was converted to GB (192 GiB) and kept its unit.",
        "Write the unit of the datasheet, and GB after a conversion.",
    ),
    LintRule(
        "one-die-of-several",
        "warning",
        "More transistors than the stated area holds",
        "The count is of the package, the area of one of its dies or of some. The area is too "
        "small, so the performance density is too high.",
        "List every kind of logic die with its `count`, those for I/O too.",
    ),
    LintRule(
        "die-beyond-reticle",
        "warning",
        "A die larger than a scanner exposes",
        "No die but a wafer-scale one exceeds 858 mm^2 (26 x 33 mm). The area is that of several "
        "dies, which `count` multiplies, or has memory stacks in it.",
        "Give the area of one logic die, and the `count`.",
    ),
    LintRule(
        "no-die-area",
        "note",
        "A chip for datacenters without a die area",
        "Where TPP alone does not decide, performance density does, and here it is open.",
        "Give the area of every logic die, as a range if it is an estimate.",
    ),
    LintRule(
        "planar-confusion",
        "warning",
        "Planar transistors on a node without them, or the reverse",
        "Nodes named after 16 nm and less are FinFET or GAA, those of 28 nm and more planar. Area "
        "counts toward performance density only where transistors are not planar.",
        "Write `planar` as the node has it, or correct the node.",
    ),
    LintRule(
        "sram-as-dram",
        "warning",
        "Memory on the die counted as DRAM",
        "Limits on memory bandwidth are about DRAM. Only the type SRAM is left out of it, written "
        "so; no DRAM of one chip has tens of TB/s from so few GB.",
        "Write `type: SRAM`.",
    ),
    LintRule(
        "memory-type",
        "warning",
        "A memory type of no known family, or with HBM not at its beginning",
        "It counts as DRAM, and as high-bandwidth memory only if the type begins with HBM.",
        "Begin with the family: HBM (HiBL 1.0), GDDR7, LPDDR5X, DDR5, or SRAM.",
    ),
    LintRule(
        "released-early",
        "warning",
        "A release before 1990",
        "Regimes that ended before a chip came out are left out of its answers.",
        "Correct the year.",
    ),
    LintRule(
        "no-sources",
        "note",
        "A spec without sources",
        "Nobody can tell a datasheet's figure from an estimate.",
        "List them under `sources`, each with the `fields` it supports.",
    ),
    LintRule(
        "source-without-fields",
        "warning",
        "A source that does not say what it supports",
        "Its figures can't be traced to it.",
        "Add `fields`; an empty list says that it supports none.",
    ),
    LintRule(
        "source-of-nothing",
        "warning",
        "A source of a field that the spec does not have",
        "The name is misspelled, or the figure was lost.",
        "Correct it: `fields` are names such as compute, memory, links, dies.",
    ),
    LintRule(
        "figure-without-source",
        "warning",
        "A figure that no source supports",
        "The other figures have a source, so this one seems to come from nowhere.",
        "Name it in the `fields` of a source.",
    ),
    LintRule(
        "no-evidence-caveat",
        "warning",
        "Evidence at second hand, and no caveat",
        "An answer that rests on it would not say what is doubtful.",
        "Add a caveat that says it.",
    ),
    LintRule(
        "entry-without-row",
        "warning",
        "An entry that nothing rests on",
        "No licensing row and no other entry names it, so an item in it needs no license.",
        "Name it in the `for` of a row, or leave it out.",
    ),
    LintRule(
        "unused-exception",
        "warning",
        "An exception that no row offers",
        "It serves nobody.",
        "Name it in the `exceptions` of a row, or leave it out.",
    ),
    LintRule(
        "row-to-nowhere",
        "warning",
        "A licensing row for no country",
        "Its destinations or headquarters cancel one another out on its first day.",
        "Correct the expression: `-` takes away what stands after it.",
    ),
    LintRule(
        "never-true",
        "warning",
        "Conditions that no value meets",
        "All have to hold and two exclude one another, so the paragraph catches nothing.",
        "Correct the comparator or the threshold.",
    ),
    LintRule(
        "metric-out-of-reach",
        "warning",
        "A threshold on a metric that such items never have",
        "The condition is unknown for every item of the entry's kind.",
        "Correct the entry's `item`, or the metric.",
    ),
    LintRule(
        "dates-out-of-order",
        "warning",
        "Dates that can't follow one another",
        "A ruleset compared with its sources before it came out, or one that ended before it "
        "began, has a slip in a date.",
        "Correct `verified`, `published`, `effective` or `until`.",
    ),
)

RULES: Final[Mapping[str, LintRule]] = {rule.id: rule for rule in _RULES}
"""All rules by id."""
