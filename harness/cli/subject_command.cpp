#include "harness/cli/subject_command.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace leakrig {
namespace {

constexpr const char* kOption = "--subject-word";
/// Stands before each word, so that an empty one is a value too.
constexpr char kMark = ':';
constexpr std::array<std::string_view, 3> kVerbs{"watch", "run", "audit"};

}  // namespace

void add_subject_command(CLI::App& app, std::vector<std::string>& command) {
  app.add_option_function<std::vector<std::string>>(
         kOption,
         [&command](const std::vector<std::string>& words) {
           for (const auto& word : words) command.push_back(word.substr(1));
         },
         "")
      ->group("")
      ->type_size(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::vector<std::string> with_subject_command(int argc, char** argv) {
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  const auto separator = std::find(words.begin(), words.end(), "--");
  const bool takes_one =
      !words.empty() && std::find(kVerbs.begin(), kVerbs.end(), words.front()) != kVerbs.end();
  if (!takes_one || separator == words.end()) return words;
  std::vector<std::string> spelled(words.begin(), separator);
  for (auto word = std::next(separator); word != words.end(); ++word)
    spelled.push_back(std::string{kOption} + "=" + kMark + *word);
  return spelled;
}

}  // namespace leakrig
