#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/ledger.h"
#include "harness/core/memory_budget.h"
#include "harness/fleet/container_identity.h"
#include "harness/spec/fleet_config.h"
#include "harness/fleet/log_timeline.h"
#include "harness/fleet/file_tree.h"
#include "harness/fleet/health.h"
#include "harness/fleet/process.h"
#include "harness/fleet/said_log.h"

namespace leakrig {

enum class ContainerState { created, running, paused, restarting, removing, exited, dead };
/// As Docker writes it.
const char* to_string(ContainerState state);

/// What a client asked for when it created a container.
struct ContainerSpec {
  std::string name;  ///< empty: one is made up
  std::string image;
  std::string image_id;              ///< empty: made up of its name
  std::vector<std::string> command;  ///< entrypoint and arguments
  std::map<std::string, std::string> labels;
  std::vector<std::string> env;
  std::vector<PublishedPort> ports;
  std::string hostname;
  std::string network;         ///< empty: "bridge"
  std::string restart_policy;  ///< "", "no", "always", "unless-stopped", "on-failure"
  int restarts_at_most = 0;    ///< of "on-failure"; 0: no limit
  std::string directory;       ///< where its process begins; empty: "/"
  std::string log_driver;      ///< empty: "json-file"
  std::uint64_t log_bytes = 0; ///< what its log files may hold in all; 0: no limit
  int stop_signal = 15;
  Nanos stop_timeout = std::chrono::seconds{10};
  std::optional<HealthCheck> health;
  bool tty = false;
  bool open_stdin = false;
  bool stdin_once = false;     ///< its input ends with the first client that was attached to it
  bool auto_remove = false;
  bool with_init = false;      ///< an init stands before its process
  std::vector<NetworkEndpoint> endpoints;
  std::vector<MountPoint> mounts;
  std::string given;  ///< the body of the request, as inspect repeats it

  /// What it costs to keep, in bytes and roughly: it is told again in lists, events and answers.
  std::size_t cost() const { return 4096 + 6 * given.size() + name.size(); }
};

/// What goes on in a container that a client created, or whose files or networks one has changed.
struct Inside {
  std::vector<NetworkEndpoint> endpoints;
  FileTree files;
  std::unique_ptr<Process> process;  ///< while it runs
  SaidLog said;
  std::string early_input;  ///< what clients sent before it ran
  bool early_input_closed = false;
  bool frozen = false;      ///< its time came while it was paused
  Health health;
  std::optional<Nanos> probe_begun;  ///< of a health check that is under way
  std::unique_ptr<Process> probe;
  Nanos next_restart{0};             ///< how long its restart policy waits
  bool stopping = false;             ///< by `stop`, which tells when it is over
  bool starts_again = false;         ///< by `restart`
  bool moved = false;                ///< `endpoints` are what it has; else those of its identity
  std::string error;                 ///< why it did not start
  std::string given;                 ///< what updates have set of one that no client created, as ContainerSpec::given
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
  std::uint64_t serial = 0;           ///< in order of creation
  std::uint64_t lives = 0;            ///< starts so far
  std::uint64_t restart_count = 0;    ///< by its restart policy
  bool removed = false;               ///< its index may be another's later
  bool stopped_by_hand = false;       ///< so its restart policy leaves it alone
  std::uint64_t changed = 0;          ///< the fleet's revision when it last changed
  std::optional<ContainerSpec> spec;  ///< of one that a client created
  std::unique_ptr<Inside> inside;     ///< of such a one
  LogTimeline timeline;

  bool is_running() const { return state == ContainerState::running || state == ContainerState::paused; }
};

/// What clients have asked for of a container, by create and updates: JSON as ContainerSpec::given, or empty.
const std::string& given_of(const Container& container);
/// Where a container is in networks.
std::vector<NetworkEndpoint> endpoints_of(const Container& container);

/// Something that happened to a container, in Docker's words: an Action of its event stream.
struct LifecycleEvent {
  Nanos at{0};
  std::size_t container = 0;
  std::string_view action;  ///< "start", "die", "stop", "kill", "restart", "destroy", ...; a literal
  int exit_code = 0;        ///< of "die"
  int signal = 0;           ///< of "kill"
  std::string old_name;     ///< of "rename"; the command of "exec_create" and "exec_start"
};

/// `impossible`: a removal without force of what runs, a second pause, an unpause of what is not paused.
/// `pending`: what was asked for comes about later.
enum class ActionOutcome { done, already_so, not_running, impossible, pending };

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
  /// Places for containers, one beyond the greatest index. A container keeps its index; that of a removed one
  /// that a client had created goes to a new one, once nobody holds it.
  std::size_t size() const { return containers_.size(); }
  /// Indices by serial, of all that are not removed.
  const std::map<std::uint64_t, std::size_t>& by_age() const { return by_age_; }
  /// What clients' containers that are not removed cost in memory, in bytes and roughly.
  std::size_t created_bytes() const { return created_bytes_; }
  const Container& at(std::size_t index) const { return containers_[index]; }
  std::size_t running() const { return running_; }
  /// Changes with every change of any container.
  std::uint64_t revision() const { return revision_; }
  /// Docker's order: full id, name (with or without its slash), unique prefix of an id.
  ContainerLookup find(std::string_view reference) const;
  /// Whose name this is.
  std::optional<std::size_t> named(const std::string& name) const;

  /// Lets containers die and restart by themselves up to `now`; what happened, in order of time. Where that is much
  /// work some of it is left for the next call (next_change() has come then), and happens when it is done.
  std::vector<LifecycleEvent> advance(Nanos now);
  /// When advance() next has something to do.
  std::optional<Nanos> next_change() const;

  ActionResult start(std::size_t index, Nanos now);
  /// One that minds the signal is gone when this returns; another (a shell, as process 1) is killed after `timeout`, and
  /// the outcome is `pending`. A negative time-out is never over.
  ActionResult stop(std::size_t index, Nanos now, int signal, Nanos timeout = Nanos{0});
  ActionResult restart(std::size_t index, Nanos now, int signal, Nanos timeout = Nanos{0});
  /// A signal that does not end a process by default leaves the container running.
  ActionResult kill(std::size_t index, Nanos now, int signal);
  /// A paused container writes nothing.
  ActionResult pause(std::size_t index, Nanos now);
  ActionResult unpause(std::size_t index, Nanos now);
  /// Its process ends by itself (its input was closed).
  ActionResult exit(std::size_t index, Nanos now, int exit_code);
  /// Why runc would not start it; empty: it would, or it is one of the fleet's own.
  std::string refusal(std::size_t index) const;
  /// It was not started: with `exit_code`, and gone if it is to be removed by itself.
  ActionResult fail_to_start(std::size_t index, Nanos now, int exit_code, const std::string& error);
  /// What a client types. Before it runs it is kept for it. False if there is no room for more at present.
  bool type(std::size_t index, std::string_view bytes, Nanos now);
  void close_input(std::size_t index, Nanos now);
  /// Sets what an update of a container may change.
  void set_restart_policy(std::size_t index, const std::string& name, int at_most);
  /// Replaces the body that inspect repeats.
  void set_given(std::size_t index, std::string given);
  /// A setup for a process beside the container's own: an exec.
  ProcessSetup beside(std::size_t index, std::vector<std::string> command);
  void set_endpoints(std::size_t index, std::vector<NetworkEndpoint> endpoints);
  void set_ports(std::size_t index, std::vector<PublishedPort> ports);
  /// To be called when the container's files were changed from outside.
  void files_changed(std::size_t index) { touch(containers_[index]); }
  FileTree& files(std::size_t index);
  /// Containers that have said something since this was last asked.
  std::vector<std::size_t> take_talkers() { return std::exchange(talkers_, {}); }
  /// What scenario time 0 is since 1970, for what processes say of the time.
  void set_epoch(Nanos epoch) { epoch_ = epoch; }
  /// `name` must be free.
  ActionResult rename(std::size_t index, Nanos now, const std::string& name);
  ActionResult remove(std::size_t index, Nanos now, bool force);
  /// The name of `spec`, if it has one, must be free. The event says which index it has.
  ActionResult create(const ContainerSpec& spec, Nanos now);

  /// While held, an index is given to no other container. See ContainerHold.
  void hold(std::size_t index) { ++holds_[index]; }
  void release(std::size_t index);
  /// Frees what removed containers have left. To be called when nobody looks at what remove() or advance() told.
  void clean_up();

  /// The line of this number, if a process said it.
  const SaidLine* said(std::size_t index, std::uint64_t sequence) const;
  bool goes_to_stderr(std::size_t index, std::uint64_t sequence) const;
  /// Sequence numbers due in (from, to].
  SequenceRange written(std::size_t index, Nanos from, Nanos to) const;

 private:
  struct Change {
    enum class Kind { death, start, wake, kill, health };
    Nanos at;
    std::size_t container;
    std::uint64_t serial;
    std::uint64_t lives;  ///< void if the container has started since
    Kind kind;
    bool operator>(const Change& other) const {
      return at != other.at ? at > other.at : container > other.container;
    }
  };

  /// What a signal does, and the end that it may bring.
  ActionResult deliver(std::size_t index, Nanos now, int signal);
  void begin(std::size_t index, Nanos at);
  void end(std::size_t index, Nanos at, int exit_code);
  void end_by_itself(const Change& change, std::vector<LifecycleEvent>& events);
  void wake(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events);
  void begin_process(std::size_t index, Nanos at);
  /// Takes what a process has said, and when it goes on or ends.
  void absorb(std::size_t index, Nanos at);
  void probe_health(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events);
  void end_probe(std::size_t index, Nanos at, std::vector<LifecycleEvent>& events);
  void push(std::size_t index, Nanos at, Change::Kind kind);
  void forget(std::size_t index);
  void touch(Container& container) { container.changed = ++revision_; }
  /// How long until its restart policy starts it again; nothing: it does not.
  std::optional<Nanos> restart_after(Container& container) const;
  void push_change(const Change& change);
  Change pop_change();
  void drop_void_changes();
  std::size_t free_index();
  bool is_void(const Change& change) const;

  FleetConfig config_;
  std::deque<Container> containers_;  // so that references stay good
  std::unordered_map<std::string, std::size_t> by_name_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::map<std::uint64_t, std::size_t> by_age_;
  std::vector<Change> changes_;     ///< a heap, the next in front
  std::size_t kept_changes_ = 0;    ///< when void ones were last thrown out
  std::unordered_map<std::size_t, std::size_t> holds_;
  std::vector<std::size_t> retired_;  ///< removed, not yet cleaned up
  std::vector<std::size_t> free_;
  std::size_t created_bytes_ = 0;
  std::vector<std::size_t> talkers_;
  std::size_t said_bytes_ = 0;  ///< that all containers hold of what they said
  MemoryBudget file_space_{256U << 20U};      ///< files of all containers
  MemoryBudget process_memory_{256U << 20U};  ///< what the processes in them hold
  std::uint64_t work_ = 0;                    ///< of this advance()
  bool is_behind_ = false;                    ///< the last one left something that was due
  Nanos epoch_{0};
  std::uint64_t created_ = 0;  ///< ever
  std::size_t running_ = 0;
  std::uint64_t revision_ = 0;
};

/// Keeps a container's index while an answer is about it, removed or not.
class ContainerHold {
 public:
  ContainerHold(Fleet& fleet, std::size_t index) : fleet_(&fleet), index_(index) { fleet.hold(index); }
  ~ContainerHold() { fleet_->release(index_); }
  ContainerHold(const ContainerHold&) = delete;
  ContainerHold& operator=(const ContainerHold&) = delete;

 private:
  Fleet* fleet_;
  std::size_t index_;
};

}  // namespace leakrig
