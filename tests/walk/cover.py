#!/usr/bin/env python3
"""Print the fewest pages of a folder that together have everything that any
of them has: each element by its class, type, role, state and what it stands
in. Programs that take a second for a page look at these.

    cover.py FOLDER
"""

import html.parser
import pathlib
import sys

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link",
        "meta", "source", "track", "wbr"}
STATES = ("checked", "disabled", "open", "required", "autofocus")


class Reader(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.within, self.parts = [()], set()
        self.feed(text)

    def handle_starttag(self, tag, pairs):
        has = dict(pairs)
        what = (tag, has.get("class"), has.get("type"), has.get("role"))
        states = tuple(sorted(name for name in has
                              if name in STATES or name.startswith("aria-")))
        self.parts.add((self.within[-1], what, states))
        if tag not in VOID:
            self.within.append(what)

    def handle_startendtag(self, tag, pairs):
        """Parts of a drawing."""

    def handle_endtag(self, tag):
        while tag not in VOID and len(self.within) > 1:
            if self.within.pop()[0] == tag:
                break


def main():
    pages = {file.name: Reader(file.read_text()).parts
             for file in sorted(pathlib.Path(sys.argv[1]).glob("*.html"))}
    left = set().union(*pages.values())
    while left:
        best = max(pages, key=lambda name: len(pages[name] & left))
        left -= pages.pop(best)
        print(best)


if __name__ == "__main__":
    main()
