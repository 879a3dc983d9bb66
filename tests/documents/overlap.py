"""Reads pdftotext's -bbox-layout and fails where two words lie over each
other, or one over the page's edge. A slanting stamp's words are passed over:
their boxes are not what they cover."""
import re
import sys

TOLERANCE = 1.5  # points: boxes have the font's height, not the letters'
STAMP = "Refunded"

page = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')
word = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" '
                  r'yMax="([-\d.]+)">(.*?)</word>')

with open(sys.argv[1], encoding="utf-8") as file:
    lines = file.readlines()
pages = []
for line in lines:
    if found := page.search(line):
        pages.append((float(found[1]), float(found[2]), []))
    if (found := word.search(line)) and found[5] != STAMP:
        pages[-1][2].append((*map(float, found.groups()[:4]), found[5]))
assert pages and all(len(words) > 30 for _, _, words in pages)

faults = []
for width, height, words in pages:
    for i, (x0, y0, x1, y1, text) in enumerate(words):
        if x0 < 40 or y0 < 30 or x1 > width - 40 or y1 > height - 20:
            faults.append(f"over the edge: {text}")
        for a0, b0, a1, b1, other in words[i + 1:]:
            if (min(x1, a1) - max(x0, a0) > TOLERANCE
                    and min(y1, b1) - max(y0, b0) > TOLERANCE):
                faults.append(f"one over the other: {text} and {other}")
print("\n".join(faults))
sys.exit(bool(faults))
