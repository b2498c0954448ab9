#include "harness/readings/role_rules.h"

#include <algorithm>
#include <array>

#include "harness/readings/column_role.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

using Words = std::vector<std::string>;

/// What a rule looks at.
struct Named {
  const Words& words;
  const std::string& last;
  bool never_falls;
  bool constant;
  bool memory;
};

/// Past participles of what happens to requests, connections and the like: their number only grows.
bool has_happened(const Words& words) {
  return has_word(
      words,
      {"sent",     "received",  "served",    "handled",  "processed", "completed",   "finished",  "done",
       "failed",   "accepted",  "closed",    "opened",   "created",   "destroyed",   "started",   "stopped",
       "dropped",  "rejected",  "written",   "write",    "read",      "reads",       "writes",    "executed",
       "issued",   "emitted",   "consumed",  "produced", "published", "delivered",   "acked",     "retried",
       "evicted",  "expired",   "allocated", "freed",    "ingested",  "transmitted", "succeeded", "cancelled",
       "canceled", "restarted", "collected", "ok",       "seen"});
}

bool is_now(const Words& words) {
  return has_word(words,
                  {"open",    "active", "current", "currently", "idle", "inflight",   "flight", "pending",
                   "queued",  "queue",  "live",    "alive",     "busy", "used",       "in",     "waiting",
                   "running", "size",   "length",  "depth",     "held", "outstanding"});
}

/// "fd-nr", "conn_num": how many there are, not which one.
bool are_counted(const Words& words) {
  return has_word(
      words, {"fd", "fds", "handle", "handles", "conn", "conns", "connections", "threads", "sockets", "files",
              "file", "inode", "pty", "goroutines", "objects", "processes", "tasks", "sessions"});
}

/// Things that happen, rather than things that are held.
bool are_events(const Words& words) {
  return has_word(
      words, {"requests", "request",  "reqs",        "responses", "errors",       "exceptions", "restarts",
              "retries",  "timeouts", "hits",        "misses",    "packets",      "iterations", "faults",
              "queries",  "calls",    "messages",    "msgs",      "events",       "interrupts", "switches",
              "cswch",    "ctxt",     "minflt",      "majflt",    "transactions", "mallocs",    "frees",
              "allocs",   "lookups",  "collections", "syscalls",  "ops",          "operations", "bytes_in",
              "jobs",     "ticks",    "records",     "lines"});
}

struct Rule {
  Role role;
  const char* why;
  bool (*applies)(const Named& name);
};

constexpr std::array kRules{
    Rule{Role::uptime, "how long it has been up",
         [](const Named& n) {
           return has_word(n.words, {"uptime", "etime", "elapsed", "age"});
         }},
    Rule{Role::start_time, "when it was started",
         [](const Named& n) {
           return (has_word(n.words, {"start", "started", "boot", "starttime", "create", "created"}) &&
                   (has_word(n.words, {"time", "timestamp", "seconds", "at"}))) ||
                  n.last == "starttime";
         }},
    Rule{Role::id, "an id",
         [](const Named& n) {
           if (is_one_of(n.last, {"nr", "no", "num", "number"}) && are_counted(n.words)) return false;
           return is_one_of(n.last,
                            {"pid",      "ppid", "tid",      "tgid", "uid",   "gid",    "euid",    "egid",
                             "port",     "id",   "uuid",     "guid", "inode", "index",  "idx",     "seq",
                             "sequence", "row",  "no",       "nr",   "num",   "number", "shard",   "rank",
                             "version",  "pri",  "priority", "nice", "ni",    "pr",     "exitcode"}) ||
                  (n.last == "code" && has_word(n.words, {"exit", "status", "http"})) ||
                  (n.last == "status" && n.words.size() == 1);
         }},
    Rule{Role::rate, "so much a second, not a stock",
         [](const Named& n) {
           return has_word(n.words, {"rps", "qps", "tps", "iops", "bps", "per", "rate", "throughput", "mbps",
                                     "kbps", "hz", "speed"});
         }},
    Rule{Role::limit, "a limit: it never changes",
         [](const Named& n) {
           return n.constant && (has_word(n.words, {"limit", "max", "maximum", "capacity", "quota", "ulimit",
                                                    "gomaxprocs", "cores", "cpus"}) ||
                                 (n.memory && has_word(n.words, {"total"})));
         }},
    Rule{Role::counter, "CPU time, which only grows",
         [](const Named& n) {
           return (has_word(n.words, {"cpu"}) &&
                   has_word(n.words, {"s", "sec", "secs", "seconds", "time", "ms", "us", "ns", "ticks",
                                      "jiffies", "user", "system", "sys"}) &&
                   !has_word(n.words, {"%", "percent", "pct"})) ||
                  has_word(n.words, {"utime", "stime", "cputime"});
         }},
    Rule{Role::share, "a percentage, not a stock",
         [](const Named& n) {
           return has_word(n.words,
                           {"%", "percent", "pct", "percentage", "perc", "ratio", "fraction", "utilization",
                            "utilisation", "util", "load1", "load5", "load15", "loadavg"}) ||
                  (n.last == "cpu" && n.words.size() <= 2) ||
                  (has_word(n.words, {"cpu"}) && has_word(n.words, {"usage", "load"})) ||
                  (n.last == "average" && has_word(n.words, {"load"}));
         }},
    Rule{Role::free, "what is left: it falls where something leaks",
         [](const Named& n) {
           return has_word(n.words, {"free", "available", "avail", "remaining"}) &&
                  (n.memory || n.words.size() <= 2 || has_word(n.words, {"fds", "space"}));
         }},
    Rule{Role::counter, "its name ends in _total",
         [](const Named& n) { return n.last == "total" && !n.memory && n.words.size() > 1; }},
    Rule{Role::counter, "it counts what has happened",
         [](const Named& n) {
           return has_happened(n.words) && !is_now(n.words) &&
                  !(n.memory && !has_word(n.words, {"allocated", "freed"})) && n.never_falls;
         }},
    Rule{Role::counter, "bytes or packets that have passed",
         [](const Named& n) {
           return n.never_falls && !has_word(n.words, {"use", "used", "flight", "queue"}) &&
                  (has_word(n.words, {"rx", "tx"}) ||
                   (has_word(n.words, {"net", "network", "block", "io", "disk", "bytes"}) &&
                    has_word(n.words, {"in", "out", "input", "output"})));
         }},
    Rule{Role::counter, "garbage collections so far",
         [](const Named& n) {
           return n.never_falls && has_word(n.words, {"gc", "gen0", "gen1", "gen2", "gen"}) &&
                  has_word(n.words, {"count", "num", "runs", "collections", "cycles", "pauses"}) && !n.memory;
         }},
    Rule{Role::counter, "garbage collections of a JVM so far, or the time they took",
         [](const Named& n) {
           return n.words.size() == 1 &&
                  is_one_of(n.last, {"ygc", "fgc", "cgc", "ygct", "fgct", "cgct", "gct"});
         }},
    Rule{Role::counter, "it counts events and never falls",
         [](const Named& n) {
           return are_events(n.words) && !is_now(n.words) && !n.memory && n.never_falls && !n.constant;
         }},
    Rule{Role::rate, "events of a time, not a stock",
         [](const Named& n) { return are_events(n.words) && !is_now(n.words) && !n.memory && !n.constant; }},
    Rule{Role::duration, "how long something takes",
         [](const Named& n) {
           return has_word(n.words, {"latency", "duration", "rtt", "ping", "lag", "delay", "pause",
                                     "interval", "p50", "p90", "p95", "p99", "ttfb"}) ||
                  is_one_of(n.last, {"ms", "us", "ns", "seconds", "sec", "secs", "s", "msec", "millis"});
         }},
    Rule{Role::counter, "an amount allocated so far",
         [](const Named& n) {
           return n.never_falls && has_word(n.words, {"alloc", "allocated", "allocation"}) &&
                  has_word(n.words, {"total", "cumulative"});
         }},
};

}  // namespace

bool is_memory(const std::vector<std::string>& words) {
  return has_word(
      words, {"memory", "mem",      "heap",    "rss",   "vsz",    "vms",      "pss",   "uss",     "ram",
              "swap",   "resident", "virtual", "virt",  "res",    "shr",      "stack", "working", "private",
              "shared", "vm",       "buffers", "cache", "cached", "external", "arena", "disk"});
}

bool is_memory_amount(const std::vector<std::string>& words) {
  return (has_word(words, {"memory", "mem", "heap", "rss", "vsz", "vms", "pss", "uss", "ram", "resident",
                           "virt", "res", "shr"}) ||
          (has_word(words, {"working"}) && has_word(words, {"set"}))) &&
         !has_word(words, {"count", "objects", "pages", "maps", "blocks", "entries", "items", "keys",
                           "faults", "num", "fragments"});
}

bool is_identity(const std::string& name) {
  const auto words = words_of(name);
  if (words.empty()) return false;
  return is_one_of(words.back(),
                   {"pid",      "tid",    "tgid",      "process", "proc",      "host",        "hostname",
                    "instance", "pod",    "container", "command", "cmd",       "comm",        "job",
                    "device",   "node",   "server",    "service", "app",       "application", "name",
                    "id",       "worker", "node",      "shard",   "replica",   "variant",     "replicate",
                    "machine",  "target", "namespace", "cluster", "interface", "iface"});
}

std::optional<Understanding> role_by_name(const std::string& name, bool falls_never, bool constant) {
  const Words words = words_of(name);
  if (words.empty()) return std::nullopt;
  const Named named{words, words.back(), falls_never, constant, is_memory(words)};
  for (const auto& rule : kRules) {
    if (!rule.applies(named)) continue;
    Understanding understood;
    understood.role = rule.role;
    understood.why = rule.why;
    return understood;
  }
  return std::nullopt;
}

}  // namespace leakrig
