#pragma once

#include <string>
#include <vector>

#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {

/// Names that a container, a thread or a metric may have, each meant for another kind of reader.
inline const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names{
      "<script>alert(1)</script>",
      "</script><img src=x onerror=alert(1)>",
      "\"'><svg onload=alert(1)>",
      "=HYPERLINK(\"http://x\",\"y\")",
      "+1+1",
      "-2+3",
      "@SUM(A1)",
      "\t=1+1",
      "\r\n::error::injected",
      "%0A::error::injected",
      "`|b|`\n# headline",
      "\x1b[31mred\x1b]0;title\x07",
      "\xc2\x9b"
      "31m",  // the same introducer as one C1 character
      std::string("nul\0byte", 8),
      "not utf-8 \xff\xfe\xc3",
      "\xe2\x80\xae"
      "reversed",
      "]]>&amp;<![CDATA[",
      "a\\\"} 1\n# EOF",
      "![x](http://127.0.0.1/x.png)",
      std::string(4096, 'x'),
      "<script>" + std::string(4096, '"'),
  };
  return names;
}

/// A leak in which everything that has a name has a hostile one.
inline RunRecord hostile_record() {
  RunRecord record;
  record.scenario = {{"name", "s<script>"}, {"title", "<script>alert(1)</script>\n# x ![a](b) | `c`"}};
  auto variant = VariantBuilder("a").threads(10, 32).streams(20, 0).build();
  variant.detail = "<script>alert(2)</script>\x1b[31m";
  for (auto& sample : variant.samples) {
    for (std::size_t i = 0; i < hostile_names().size(); ++i) {
      const double grown = std::max(0.0, sample.t_s / 60 * static_cast<double>(i + 1));
      if (!sample.groups.empty()) sample.groups["thread"][hostile_names()[i]] = grown;
    }
    sample.values["<script>m|`\"\n"] = sample.t_s;
  }
  for (std::size_t i = 0; i < variant.ledger.size(); ++i)
    variant.ledger[i].container = hostile_names()[i % hostile_names().size()];
  record.variants = {variant};
  record.environment = {{"host", "<script>alert(3)</script>"}, {"kernel", "a|b"}};
  return record;
}

}  // namespace leakrig
