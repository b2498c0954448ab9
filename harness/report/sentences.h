#pragma once

#include <string>
#include <vector>

#include "harness/analysis/findings.h"
#include "harness/analysis/isolation.h"

namespace leakrig {

/// What a run says, in words, by the part of a report that it stands in. Sentences have the marks of
/// Markdown's inline syntax and nothing else of it: `code`, **bold**, and a backslash before what is not to
/// be a mark. Each follows from a finding; where there is none, there is no sentence.
struct Sentences {
  std::vector<std::string> summary;    ///< a variant's verdict each with its evidence, then the comparisons
  std::vector<std::string> confirmed;  ///< what the evidence shows
  std::vector<std::string> ruled_out;  ///< what it excludes
  std::vector<std::string> open;       ///< what it does not decide
  std::vector<std::string> recommendations;
};

/// The sentences of findings_of(analysis).
Sentences sentences_of(const Analysis& analysis);

/// A sentence without its marks: for a terminal, JUnit, an annotation. Without control characters.
std::string plain_text(const std::string& sentence);

/// The first lines of every output, plain, for somebody who knows no statistics: the verdict with what leaks
/// and where, its interval and chance, what evidence is missing, and of several variants a line each.
/// Lines are broken between words to at most `width` columns, continued behind two spaces.
std::vector<std::string> first_lines(const Analysis& analysis, std::size_t width = 80);

/// The first of them, whole: "LEAK  119 goroutines in 1 min, all in main.waitForever (main.go:9)".
std::string headline(const Analysis& analysis);

/// The one line of a run that is told to be quiet: the headline, and where no leak is why the result is not 0
/// the first expectation that did not hold.
std::string quiet_line(const Analysis& analysis);

/// What one variant leads with: the same without the verdict's word.
std::string headline_of(const Analysis& analysis, const VariantAnalysis& variant);

/// What stands behind a leak, a sentence each: the requests or groups that it is made of, the drain.
std::vector<std::string> evidence_of(const finding::Leak& leak);

/// What isolating came to, in one sentence.
std::string isolation_answer(const Isolation& isolation);
/// The same as a first line, plain: "CAUSE  ..." or "NO CAUSE  ...".
std::string isolation_headline(const Isolation& isolation);
/// Why a switch is harmful or has failed; empty where it is neither.
std::string switch_note(const SwitchFinding& finding);

/// "`disable_keep_alives` false → true (docker, loki)": changes in one phrase, by option name.
std::string changes_phrase(const std::vector<Change>& changes);

/// "32.2/min (95 % 31.6 to 32.8)"; "no estimate" from too few readings.
std::string estimate_text(const finding::Growing& growth);

/// "< 0.1 %", "3.2 %", "54 %", "> 99.9 %".
std::string chance_text(double probability);

}  // namespace leakrig
