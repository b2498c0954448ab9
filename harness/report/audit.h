#pragma once

#include <string>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/report/checks.h"
#include "harness/report/report.h"

namespace leakrig {

/// What an audit says, in every form: reports of an analysis with `audit` set. Words are in audit_words.cpp, forms in
/// audit_pages.cpp (for people) and audit_forms.cpp (for programs).

/// "LEAK  2 goroutines and 1 socket stay each time `GET /info` answers 500: opened by ..." Marks as in sentences.h.
std::string audit_headline(const Analysis& analysis);
/// The headline, what it rests on, and a line for each other stimulus that is not clean. Marks as in sentences.h.
std::vector<std::string> audit_lines(const Analysis& analysis);
/// One stimulus in a sentence without its verdict's word.
std::string audit_phrase(const Analysis& analysis, const AuditRow& row);
/// What stands behind a leaking stimulus, a sentence each.
std::vector<std::string> audit_evidence(const Analysis& analysis, const AuditRow& row);
/// "1.00 goroutine (95 % 0.98 to 1.02)" for each metric of which something stays; "nothing" otherwise.
std::string residue_text(const AuditRow& row);
/// "after 0.3 s", "at once", "not: 3 of 8 log streams"; empty where the stimulus was not met.
std::string recovery_text(const AuditRow& row);
/// What else there is to say: lines lost and doubled, requests while it was down, why it was not met.
std::string notes_text(const AuditRow& row);

std::string audit_markdown(const Analysis& analysis, const RenderOptions& options);
std::string audit_console(const Analysis& analysis, const RenderOptions& options);
std::string audit_html(const Analysis& analysis, const RenderOptions& options);
std::string audit_csv(const Analysis& analysis);
std::string audit_openmetrics(const Analysis& analysis);
/// Message and evidence of a stimulus's check.
void word_stimulus(const Analysis& analysis, const AuditRow& row, Check& check);

}  // namespace leakrig
