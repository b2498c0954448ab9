#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"
#include "harness/core/fd.h"
#include "harness/core/ledger.h"
#include "harness/fake_docker/fake_docker.h"

namespace leakrig {

class RecordingLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry& entry) override;
  std::vector<LedgerEntry> entries() const;

 private:
  mutable std::mutex mutex_;
  std::vector<LedgerEntry> entries_;
};

struct Response {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;                            ///< chunks joined
  bool complete = false;                       ///< ended as its framing says
  nlohmann::json json() const { return nlohmann::json::parse(body); }
};

/// A blocking HTTP client that shows every byte. Reads give up after ten seconds.
class Client {
 public:
  explicit Client(const std::filesystem::path& socket, int receive_buffer = 0);
  void send(std::string_view bytes);
  void get(const std::string& target) { send("GET " + target + " HTTP/1.1\r\nHost: docker\r\n\r\n"); }
  /// Reads the status and headers.
  Response head();
  /// Appends what is there of a chunked body until `enough` says so or it ends.
  void read_body(Response& response, const std::function<bool(const std::string&)>& enough);
  /// A whole answer; `bodiless` for one to HEAD.
  Response response(bool bodiless = false);
  /// Whether the server has closed its side, with nothing more to read.
  bool at_eof();
  /// Everything up to the end.
  std::string rest();
  void close_write();
  void close() { fd_.reset(); }

 private:
  bool fill();
  std::string take_line();

  UniqueFd fd_;
  std::string buffer_;
};

struct Frame {
  int stream = 0;
  std::string payload;
};
/// Takes a framed log body apart; ignores an incomplete last frame.
std::vector<Frame> parse_frames(const std::string& body);
std::vector<std::uint64_t> sequences(const std::string& body);
/// Polls for up to ten seconds.
bool eventually(const std::function<bool()>& condition);
/// Of this process.
std::size_t open_descriptors();

class FakeDockerTest : public testing::Test {
 protected:
  FakeDockerTest();
  ~FakeDockerTest() override;
  void serve(FleetConfig config, double scale = 1);
  void serve(FleetConfig config, double scale, FakeDockerOptions options);
  std::filesystem::path socket() const { return directory_ / "docker.sock"; }
  Response request(const std::string& method, const std::string& target, const std::string& body = "");
  Response get(const std::string& target) { return request("GET", target); }

  std::filesystem::path directory_;
  SystemClock system_;
  std::unique_ptr<ScenarioClock> clock_;
  RecordingLedger ledger_;
  std::unique_ptr<FakeDocker> docker_;
};

}  // namespace leakrig
