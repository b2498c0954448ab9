#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/fd.h"

namespace leakrig {

class Daemon;

/// What testcontainers' reaper (the image testcontainers/ryuk) does behind its published port: each line of a client
/// names labels ("label=a=b&label=c=d") and is answered "ACK"; some time after the last client has left (10 s, or
/// RYUK_RECONNECTION_TIMEOUT), containers, networks and volumes that have them are removed, and the reaper ends.
/// Serving thread only.
class Reaper {
 public:
  explicit Reaper(Daemon& daemon);
  ~Reaper();
  /// A connection to a published port of `container`. Of one that is no reaper it is closed.
  void serve(std::size_t container, UniqueFd connection);
  void close_all();

  using Labels = std::map<std::string, std::string>;
  /// The labels of a client's line; those without "=" stand for any value, which is empty here.
  static Labels parse_line(std::string_view line);

 private:
  struct Client;
  struct Watch;
  void converse(std::list<Client>::iterator client);
  void leave(std::list<Client>::iterator client);
  void reap(const std::string& id);

  Daemon* daemon_;
  std::list<Client> clients_;
  std::map<std::string, Watch> watches_;  ///< by the reaper's container
  bool stopped_ = false;
};

}  // namespace leakrig
