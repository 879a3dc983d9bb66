#!/usr/bin/env python3
"""Write the README's table of pages anew, between its two marks.

    table.py ROWS NU README

ROWS  what screenshots.mjs prints, a JSON object a line
NU    what vnu says of the same pages, as JSON
"""

import json
import pathlib
import re
import sys

BEGIN, END = "<!-- pages: make screenshots -->\n", "<!-- /pages -->"


def main():
    rows, nu, readme = (pathlib.Path(name) for name in sys.argv[1:])
    messages = json.loads(nu.read_text())["messages"]
    lines = ["| page | HTML, kB gzip | requests | pictures | axe-core | Nu |",
             "|---|---|---|---|---|---|"]
    for line in rows.read_text().splitlines():
        row = json.loads(line)
        found = sum(f"/{row['name']}.html" in one.get("url", "")
                    for one in messages)
        lines.append(f"| {row['label']} | {row['size'] / 1000:.1f} | "
                     f"{row['needed']} | {row['images']} | "
                     f"{row['axe'] or 'nothing'} | {found or 'nothing'} |")
    text = readme.read_text()
    inner = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not inner.search(text):
        sys.exit(f"{readme} has no {BEGIN.strip()}")
    table = "\n".join(lines)
    readme.write_text(inner.sub(lambda _: f"{BEGIN}{table}\n{END}", text))


if __name__ == "__main__":
    main()
