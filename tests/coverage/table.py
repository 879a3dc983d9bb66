#!/usr/bin/env python3
"""Lines and branches that were run, by file and by folder, of gcovr's JSON.

    table.py COUNTS.json [PART OF A FILE'S NAME ...]

With names, the lines of these files that have a branch not taken.

Not counted are branches that no test can take:
- to die(), which is this project's assert, and to what is done without
  memory: an allocation that fails ends the process;
- in libraries' macros, and of calls of theirs that fail without memory alone:
  options of libcurl, sodium_init(), the size of a PNG.
"""

import collections
import json
import pathlib
import re
import sys


NOT_COUNTED = re.compile(
    r"SET\(client, |PNG_IMAGE_PNG_SIZE_MAX|sodium_init\(\)")


def is_counted(source, number):
    """Does the line's branch lead anywhere that a test can go?"""
    after = source[number].strip() if number < len(source) else ""
    return not (NOT_COUNTED.search(source[number - 1]) or
                after.startswith("die("))


class Count:
    def __init__(self):
        self.lines = self.lines_run = self.branches = self.branches_run = 0
        self.open = []  # numbers of lines with a branch not taken

    def add(self, line, has_branches):
        self.lines += 1
        self.lines_run += line["count"] > 0
        if not has_branches:
            return
        taken = sum(branch["count"] > 0 for branch in line["branches"])
        self.branches += len(line["branches"])
        self.branches_run += taken
        if taken < len(line["branches"]):
            self.open.append(line["line_number"])

    def row(self, name):
        def percent(part, whole):
            return f"{100 * part / whole:5.1f} %" if whole else "      -"
        return (f"{name:36}{percent(self.lines_run, self.lines)} of "
                f"{self.lines:5}  {percent(self.branches_run, self.branches)}"
                f" of {self.branches:5}")


def main():
    counts = json.loads(pathlib.Path(sys.argv[1]).read_text())
    files = collections.defaultdict(Count)
    folders = collections.defaultdict(Count)
    for file in counts["files"]:
        source = pathlib.Path(file["file"]).read_text().split("\n")
        for line in file["lines"]:
            if line.get("gcovr/noncode"):
                continue
            folder = str(pathlib.PurePath(file["file"]).parent)
            for count in (files[file["file"]], folders[folder],
                          folders["all"]):
                count.add(line, is_counted(source, line["line_number"]))
    if len(sys.argv) > 2:
        for name, count in sorted(files.items()):
            if count.open and any(part in name for part in sys.argv[2:]):
                print(f"{name}: {' '.join(map(str, count.open))}")
        return
    print(f"{'':36}{'lines':>17}  {'branches':>17}")
    for group in (files, folders):
        for name, count in sorted(group.items()):
            print(count.row(name))
        print()


if __name__ == "__main__":
    main()
