"""Holds harness/report/ to formatting: what is derived or decided is a finding, and is made in analysis/ or stats/.

Usage: formatting_only_test.py SOURCE_DIR. Exits 1 and names each line that calculates. Outside the files that turn numbers
into text, a line must not divide, multiply, subtract one measured value from another, add measured values up, round or
take an extreme of them, compare with a number other than 0 and 1, or name a constant that is no whole number. What a
format itself needs says so at the end of its line: "// format: WHY".
"""

import pathlib
import re
import sys

# What they calculate with is text, units and layout.
ALLOWED = {
    "format.cpp": "numbers into text",
    "numbers.cpp": "numbers of findings into text: in which unit, with how many digits",
    "safe_text.cpp": "bytes of UTF-8",
    "wrap_text.cpp": "columns",
    "page_fill.cpp": "base64",
    "report_files.cpp": "paths",
    "page_limits.cpp": "how much of an analysis a page holds",
}
MEMBER = r"[\w\])]+(?:\.|->)\w+\b(?!\()"
OPERAND = r"[\w.\])>]+"
RULES = [
    ("divides", rf"{OPERAND}\)? (?:/|%) [\w(*]"),
    ("multiplies", rf"(?<!const)(?<!auto){OPERAND}\)? \* [\w(*]"),
    ("divides or multiplies in place", r" [/*%-]= "),
    ("subtracts what was measured", rf"(?:{MEMBER} - [\w(*]|[\w)] - \*?{MEMBER})"),
    ("adds up what was measured", r"\+= (?:static_cast<\w+>\()?[\w.>\[\]-]+(?:_s|_ms|_min|_bytes|count|growth|lost|grown\(\))(?![\w(])"),
    ("calculates", r"std::(?:accumulate|reduce|inner_product|transform_reduce|sqrt|pow|exp|log\d*|abs|fabs|round|floor|ceil|erf|lerp|midpoint)\b"),
    ("takes an extreme of what was measured", rf"std::(?:max|min|clamp)(?:<[\w:]+>)?\((?:[^()]*, )?\*?{MEMBER}"),
    ("has a threshold", r"(?<![.\w])(?:constexpr )?(?:const )?(?:double|float) k[A-Z]\w*"),
    ("has a threshold", r"(?:[^<]<|[^->]>|<=|>=) (?:\d*\.\d+|\d+e-?\d+|[2-9]\b|\d{2,})"),
    ("has a threshold", r"(?<![\w.{:])\d+\.\d+\b|\b\d+e-?\d+\b"),
]
# Numbers of things that a report has, not of what was measured; a page's share is such a number.
SIZES = re.compile(r"[\w.\]\[>-]+\.size\(\)(?: (?:<|>|<=|>=) \d+)?|\bshare\.\w+|\bkMost\w*|\b0\.0\b")


def code_of(text):
    """The lines without comments, strings and includes; those that say why they calculate are empty."""
    lines = []
    for line in text.splitlines():
        if "// format: " in line or line.startswith("#include"):
            lines.append("")
            continue
        line = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
        line = re.sub(r"'(?:[^'\\]|\\.)'", "''", line)
        lines.append(re.sub(r"//.*", "", line))
    return lines


def calculations(text):
    for number, line in enumerate(code_of(text), 1):
        bare = SIZES.sub("size", line)
        for what, pattern in RULES:
            if re.search(pattern, bare):
                yield number, what, line.strip()
                break


PLANTED = [
    "const double share = row.lost / row.written;",
    "text += fmt::format(kText, 100 * lead->lost_share());",
    "if (row.share > 0.95) return;",
    "if (first.growth >= kAll * leak.whole) return;",
    "constexpr double kSlow = 1;",
    "page.add(kRow, metric.final - metric.start);",
    "total += variant.costs.requests_per_min;",
    "const double worst = std::max(worst, variant.sampling.latest_ms);",
    "text += minutes_text(std::ceil(*minutes));",
    "if (variant.minutes < 30) text += kShort;",
    "return wire.minutes > 0 ? static_cast<double>(count) / wire.minutes : 0;",
    "rate *= 60;",
]
CLEAN = [
    "const auto* leak = leak_in(findings);  // a / b * c",
    'out += fmt::format("{} / {} ms", p50, p99);',
    "if (analysis.variants.size() > 24) return;",
    "if (row.growth > 0 && !row.file.empty()) places.push_back(row);",
    "left = shown - kMost;",
    "text += \": \" + each.event;",
    "width = std::max(width, row.stimulus.size());",
    "return growth_text(metric, metric.grown());",
    "std::string name(const Wire& wire, const std::vector<std::string>* more);",
    "return group.period->containers > 0 ? once : never;",
    "wall_s += check.wall_s;  // format: a suite's time is its cases'",
]


def main():
    problems = []
    for line in PLANTED:
        if not list(calculations(line)):
            problems.append(f"the rule passes what it must flag: {line}")
    for line in CLEAN:
        for _, what, _ in calculations(line):
            problems.append(f"the rule says that it {what}: {line}")
    report = pathlib.Path(sys.argv[1]) / "harness" / "report"
    files = sorted(report.glob("*.cpp")) + sorted(report.glob("*.h"))
    for path in files:
        if path.name in ALLOWED:
            continue
        for number, what, line in calculations(path.read_text()):
            problems.append(f"{path}:{number}: {what}: {line}")
    for name in ALLOWED:
        if not (report / name).exists():
            problems.append(f"{name} is allowed to calculate, and does not exist")
    print("\n".join(problems) or f"{len(files)} files of report/ only format")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
