#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/fleet/container_identity.h"
#include "harness/spec/fleet_config.h"
#include "harness/fleet/log_timeline.h"
#include "harness/fleet/script.h"

namespace leakrig {

enum class ContainerState { created, running, paused, restarting, removing, exited, dead };
/// As Docker writes it.
const char* to_string(ContainerState state);

/// What a client asked for when it created a container.
struct ContainerSpec {
  std::string name;  ///< empty: one is made up
  std::string image;
  std::vector<std::string> command;  ///< entrypoint and arguments
  std::map<std::string, std::string> labels;
  std::vector<std::string> env;
  std::vector<PublishedPort> ports;
  std::string hostname;
  std::string network;         ///< empty: "bridge"
  std::string restart_policy;  ///< "", "no", "always", "unless-stopped", "on-failure"
  bool tty = false;
  bool open_stdin = false;
  bool auto_remove = false;
};

/// A fake container. Times are scenario time; nothing where the moment has not come.
struct Container {
  ContainerIdentity identity;
  LogConfig logs;
  ContainerState state = ContainerState::created;
  Nanos created{0};
  std::optional<Nanos> started;
  std::optional<Nanos> finished;
  int exit_code = 0;
  int pid = 0;                        ///< a made-up number; 0 when not running
  std::uint64_t lives = 0;            ///< starts so far
  std::uint64_t restart_count = 0;    ///< by its restart policy
  bool removed = false;               ///< its index stays taken
  bool stopped_by_hand = false;       ///< so its restart policy leaves it alone
  std::uint64_t changed = 0;          ///< the fleet's revision when it last changed
  std::optional<ContainerSpec> spec;  ///< of one that a client created
  Script script;                      ///< of such a one
  LogTimeline timeline;

  bool is_running() const { return state == ContainerState::running || state == ContainerState::paused; }
};

/// Something that happened to a container, in Docker's words: an Action of its event stream.
struct LifecycleEvent {
  Nanos at{0};
  std::size_t container = 0;
  std::string_view action;  ///< "start", "die", "stop", "kill", "restart", "destroy", ...; a literal
  int exit_code = 0;        ///< of "die"
  int signal = 0;           ///< of "kill"
  std::string old_name;     ///< of "rename"
};

/// `impossible`: a removal without force of what runs, a second pause, an unpause of what is not paused.
enum class ActionOutcome { done, already_so, not_running, impossible };

struct ActionResult {
  ActionOutcome outcome = ActionOutcome::done;
  std::vector<LifecycleEvent> events;  ///< in order; empty unless done
};

/// What a name, an id or the beginning of one refers to.
struct ContainerLookup {
  std::optional<std::size_t> index;
  bool ambiguous = false;  ///< a prefix of several ids
};

/// The fake containers: who they are, when they run, what they write. A pure function of its configuration
/// and of the actions taken, in scenario time, which must not run backwards. No I/O, no clock; one thread.
class Fleet {
 public:
  explicit Fleet(const FleetConfig& config);

  const FleetConfig& config() const { return config_; }
  /// Containers ever created; indices are stable.
  std::size_t size() const { return containers_.size(); }
  const Container& at(std::size_t index) const { return containers_[index]; }
  std::size_t running() const { return running_; }
  /// Changes with every change of any container.
  std::uint64_t revision() const { return revision_; }
  /// Docker's order: full id, name (with or without its slash), unique prefix of an id.
  ContainerLookup find(std::string_view reference) const;
  /// Whose name this is.
  std::optional<std::size_t> named(const std::string& name) const;

  /// Lets containers die and restart by themselves up to `now`; what happened, in order of time.
  std::vector<LifecycleEvent> advance(Nanos now);
  /// When advance() next has something to do.
  std::optional<Nanos> next_change() const;

  ActionResult start(std::size_t index, Nanos now);
  ActionResult stop(std::size_t index, Nanos now, int signal);
  ActionResult restart(std::size_t index, Nanos now, int signal);
  /// A signal that does not end a process by default leaves the container running.
  ActionResult kill(std::size_t index, Nanos now, int signal);
  /// A paused container writes nothing.
  ActionResult pause(std::size_t index, Nanos now);
  ActionResult unpause(std::size_t index, Nanos now);
  /// Its process ends by itself (its input was closed).
  ActionResult exit(std::size_t index, Nanos now, int exit_code);
  /// `name` must be free.
  ActionResult rename(std::size_t index, Nanos now, const std::string& name);
  ActionResult remove(std::size_t index, Nanos now, bool force);
  /// The name of `spec`, if it has one, must be free. The new container is the last.
  ActionResult create(const ContainerSpec& spec, Nanos now);

  bool goes_to_stderr(std::size_t index, std::uint64_t sequence) const;
  /// Sequence numbers due in (from, to].
  SequenceRange written(std::size_t index, Nanos from, Nanos to) const;

 private:
  struct Change {
    Nanos at;
    std::size_t container;
    std::uint64_t lives;  ///< void if the container has started since
    bool is_death;
    bool operator>(const Change& other) const {
      return at != other.at ? at > other.at : container > other.container;
    }
  };

  void begin(std::size_t index, Nanos at);
  void end(std::size_t index, Nanos at, int exit_code);
  void end_by_itself(const Change& change, std::vector<LifecycleEvent>& events);
  void open_log(Container& container, Nanos at);
  void forget(std::size_t index);
  void touch(Container& container) { container.changed = ++revision_; }
  /// How long until its restart policy starts it again; nothing: it does not.
  std::optional<Nanos> restart_after(const Container& container) const;
  void drop_void_changes();
  bool is_void(const Change& change) const;

  FleetConfig config_;
  std::deque<Container> containers_;  // so that references stay good
  std::unordered_map<std::string, std::size_t> by_name_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::priority_queue<Change, std::vector<Change>, std::greater<>> changes_;
  std::size_t running_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace leakrig
