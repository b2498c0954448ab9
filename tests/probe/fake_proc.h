#pragma once

#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace leakrig {

/// A /proc of plain files, as much of it as the probe reads.
class FakeProc {
 public:
  void file(pid_t pid, const std::string& name, const std::string& text) const {
    const auto path = root / std::to_string(pid) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::trunc} << text;
  }
  void process(pid_t pid, pid_t parent, pid_t group, const std::string& comm, int ticks = 150) const {
    file(pid, "stat",
         std::to_string(pid) + " (" + comm + ") S " + std::to_string(parent) + " " + std::to_string(group) +
             " " + std::to_string(group) + " 0 -1 0 0 0 0 0 " + std::to_string(ticks) +
             " 50 0 0 20 0 1 0 99012 0 0\n");
    file(pid, "statm", "1000 25 10 1 0 0 0\n");
    thread(pid, pid, comm);
    std::filesystem::create_directories(root / std::to_string(pid) / "fd");
  }
  void thread(pid_t pid, pid_t tid, const std::string& comm) const {
    file(pid, "task/" + std::to_string(tid) + "/comm", comm + "\n");
  }
  void end_thread(pid_t pid, pid_t tid) const {
    std::filesystem::remove_all(root / std::to_string(pid) / "task" / std::to_string(tid));
  }
  void fd(pid_t pid, int number, const std::string& target) const {
    std::filesystem::create_symlink(target, root / std::to_string(pid) / "fd" / std::to_string(number));
  }
  void collector() const {
    process(100, 1, 100, "collector");
    thread(100, 101, "readLoop");
    thread(100, 102, "writeLoop");
    thread(100, 103, "readLoop");
    fd(100, 0, "/dev/null");
    fd(100, 3, "anon_inode:[eventpoll]");
    fd(100, 4, "socket:[501]");
    fd(100, 5, "socket:[502]");
    fd(100, 7, "socket:[503]");
    fd(100, 9, "socket:[504]");
    file(100, "net/unix",
         "Num       RefCount Protocol Flags    Type St Inode Path\n"
         "0: 00000003 00000000 00000000 0001 03 501\n0: 00000003 00000000 00000000 0001 03 502\n");
    file(100, "net/tcp",
         "  sl  local_address rem_address   st\n"
         "   1: 0100007F:D431 0100007F:0C1C 08 00000000:00000000 00:00000000 00000000 0 0 503 1\n");
  }

 private:
  TemporaryDirectory directory_;

 public:
  const std::filesystem::path& root = directory_.path();
};

}  // namespace leakrig
