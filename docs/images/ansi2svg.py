"""Draws what a terminal shows: text with ANSI colours on stdin, SVG on stdout."""
import html
import re
import sys
import unicodedata

COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff", "90": "#8b949e"}
CELL, LINE, MARGIN, MOST = 8.43, 19, 18, 112


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def spans(line):
    """Yields the pieces of a line with their colour and weight."""
    colour, bold, dim, at = None, False, False, 0
    for match in re.finditer(r"\x1b\[([0-9;]*)m", line):
        if match.start() > at:
            yield line[at:match.start()], colour, bold, dim
        for code in (match.group(1) or "0").split(";"):
            if code == "0":
                colour, bold, dim = None, False, False
            elif code == "1":
                bold = True
            elif code == "2":
                dim = True
            elif code == "22":
                bold, dim = False, False
            elif code == "39":
                colour = None
            elif code in COLOURS:
                colour = COLOURS[code]
        at = match.end()
    if at < len(line):
        yield line[at:], colour, bold, dim


def clip(pieces):
    """Cuts a line at the right edge."""
    left = MOST
    for text, *look in pieces:
        out = ""
        for c in text:
            if width(c) > left:
                yield out + "…", *look
                return
            out += c
            left -= width(c)
        yield out, *look


def main():
    lines = sys.stdin.read().rstrip("\n").split("\n")
    lines = ["\x1b[2m$\x1b[0m \x1b[1mimpact Facility__c.Parking_Spaces__c\x1b[0m", ""] + lines
    w, h = MOST * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:.0f} {h}" width="{w:.0f}" height="{h}" role="img">')
    print("<title>What impact says about dropping Facility__c.Parking_Spaces__c of the example project</title>")
    print(f'<rect width="{w:.0f}" height="{h}" rx="10" fill="#0d1117"/>')
    print('<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'Noto Sans Mono CJK JP\',monospace" font-size="14" fill="#e6edf3">')
    for row, line in enumerate(lines):
        x, y = MARGIN, MARGIN + (row + 0.75) * LINE
        for text, colour, bold, dim in clip(spans(line)):
            if text.strip():
                look = f' fill="{colour}"' if colour else ""
                look += ' font-weight="bold"' if bold else ""
                look += ' opacity="0.6"' if dim else ""
                length = f' textLength="{width(text) * CELL:.1f}" lengthAdjust="spacingAndGlyphs"'
                print(f'<text x="{x:.1f}" y="{y:.1f}" xml:space="preserve"{look}{length}>{html.escape(text)}</text>')
            x += width(text) * CELL
    print("</g>\n</svg>")


main()
