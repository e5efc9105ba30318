"""Write what is made from the rules: a page for each ruleset, and the list of released digests.

Run by `make pages`. A ruleset on the list is released: if what it says of the law has changed
since, nothing is written and the change is named, for a new version is a new file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from compliance.groups import all_groups
from compliance.report.of_law import group_page, index, render
from compliance.rulebook import all_rulesets, substance

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "rulesets"
RELEASED = ROOT / "rules" / "released.txt"


def pages() -> dict[str, str]:
    """Return file name -> text of every page."""
    found = {f"{law.id}.md": render(law, "markdown") for law in all_rulesets()}
    groups = group_page(all_groups().values())
    return {"README.md": index(all_rulesets()), "groups.md": groups, **found}


def released() -> dict[str, str]:
    """Return ruleset id -> digest, as the list has them."""
    lines = RELEASED.read_text(encoding="utf-8").splitlines() if RELEASED.exists() else []
    return dict(line.split() for line in lines if not line.startswith("#"))


def main() -> int:
    """Write the pages and add new rulesets to the list; refuse if a released one has changed."""
    known = released()
    now = {law.id: substance(law.id) for law in all_rulesets()}
    changed = [name for name in known if now.get(name) != known[name]]
    if changed:
        print(f"released, and changed since: {', '.join(changed)}", file=sys.stderr)
        return 1
    lines = ["# What each released ruleset says of the law, as a digest; see docs/generate.py."]
    lines += [f"{name} {digest}" for name, digest in sorted(now.items())]
    RELEASED.write_text("\n".join(lines) + "\n", encoding="utf-8")
    PAGES.mkdir(exist_ok=True)
    for stale in set(PAGES.glob("*.md")) - {PAGES / name for name in pages()}:
        stale.unlink()
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
