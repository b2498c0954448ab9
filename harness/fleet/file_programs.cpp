// Programs that look at files and change them.
#include <fmt/format.h>

#include "harness/fleet/text_programs.h"

namespace leakrig {
namespace {

struct FileCall {
  ProgramCall* call;
  std::vector<std::string> paths;
  std::string flags;

  std::string at(std::size_t i) const { return FileTree::clean_path(paths[i], *call->directory); }
  int fail(const std::string& why) const {
    call->err += fmt::format("{}: {}\n", program_name(call->words[0]), why);
    return 1;
  }
};

int list(const FileCall& files) {
  auto& call = *files.call;
  int code = 0;
  const std::vector<std::string> here{*call.directory};
  for (const auto& given : files.paths.empty() ? here : files.paths) {
    const auto path = FileTree::clean_path(given, *call.directory);
    const auto* const entry = call.files->find(path);
    if (!entry) {
      code = files.fail(fmt::format("{}: No such file or directory", given));
      continue;
    }
    const bool is_directory = entry->kind == FileEntry::Kind::directory && files.flags.find('d') == std::string::npos;
    const auto names = is_directory ? call.files->names(path) : std::vector<std::string>{given};
    for (const auto& name : names) {
      const auto* const found = call.files->find(is_directory ? FileTree::clean_path(name, path) : path);
      const auto& each = found == nullptr ? *entry : *found;
      if (files.flags.find('l') != std::string::npos) {
        call.out += fmt::format("{}rwxr-xr-x    1 root     root {:>13} Jan  1 00:00 {}\n",
                                each.kind == FileEntry::Kind::directory ? 'd' : '-', each.content.size(), name);
      } else {
        call.out += name + "\n";
      }
    }
  }
  return code;
}

int copy(const FileCall& files, bool moves) {
  auto& tree = *files.call->files;
  if (files.paths.size() < 2) return files.fail("missing file operand");
  auto to = files.at(files.paths.size() - 1);
  int code = 0;
  for (std::size_t i = 0; i + 1 < files.paths.size(); ++i) {
    const auto from = files.at(i);
    const auto all = tree.below(from);
    if (all.empty()) {
      code = files.fail(fmt::format("can't stat '{}': No such file or directory", files.paths[i]));
      continue;
    }
    const auto base = tree.is_directory(to) ? to + "/" + std::string{program_name(from)} : to;
    for (const auto& each : all) tree.put(FileTree::clean_path(base + each.substr(from.size())), *tree.find(each, false));
    if (moves) tree.remove(from);
  }
  return code;
}

int act(const FileCall& files, std::string_view name) {
  auto& call = *files.call;
  auto& tree = *call.files;
  int code = 0;
  for (std::size_t i = 0; i < files.paths.size(); ++i) {
    const auto path = files.at(i);
    const auto* const entry = tree.find(path);
    if (name == "mkdir") {
      if (entry && files.flags.find('p') == std::string::npos) code = files.fail(fmt::format("can't create directory '{}': File exists", files.paths[i]));
      if (!entry) tree.put(path, {FileEntry::Kind::directory, 0755, {}, call.now});
    } else if (name == "touch") {
      if (!entry) tree.put(path, {FileEntry::Kind::file, 0644, {}, call.now});
    } else if (name == "rm") {
      if (!entry && files.flags.find('f') == std::string::npos) code = files.fail(fmt::format("can't remove '{}': No such file or directory", files.paths[i]));
      tree.remove(path);
    } else if (name == "find") {
      for (const auto& each : tree.below(path)) call.out += each + "\n";
    } else if (name == "stat") {
      if (!entry) code = files.fail(fmt::format("can't stat '{}': No such file or directory", files.paths[i]));
      if (entry) call.out += fmt::format("  File: {}\n  Size: {}\n", files.paths[i], entry->content.size());
    } else if (name == "which") {
      if (is_program(files.paths[i], tree)) {
        call.out += "/bin/" + files.paths[i] + "\n";
      } else {
        code = 1;
      }
    }
  }
  return code;
}

}  // namespace

ProgramResult run_file_program(ProgramCall& call) {
  const auto name = program_name(call.words[0]);
  FileCall files{&call, {}, {}};
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    if (call.words[i].size() > 1 && call.words[i][0] == '-') {
      files.flags += call.words[i].substr(1);
    } else {
      files.paths.push_back(call.words[i]);
    }
  }
  ProgramResult result;
  if (name == "ls") {
    result.code = list(files);
  } else if (name == "cp" || name == "mv") {
    result.code = copy(files, name == "mv");
  } else if (name == "ln" && files.paths.size() == 2) {
    call.files->put(files.at(1), {FileEntry::Kind::link, 0777, files.paths[0], call.now});
  } else {
    result.code = act(files, name);
  }
  return result;
}

}  // namespace leakrig
