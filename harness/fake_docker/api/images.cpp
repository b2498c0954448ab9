// The images: what there is, and its endpoints.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "harness/core/units.h"
#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/api/summaries.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kSize = 45187072;
constexpr std::int64_t kBuilt = 1735689600;  // 2025-01-01
constexpr std::array kImageFilters{"before"sv, "dangling"sv, "label"sv, "reference"sv, "since"sv, "until"sv};

std::string repository_of(const std::string& name) {
  return name.substr(0, name.rfind(':'));
}

std::unordered_map<std::string_view, std::size_t> containers_by_image(const Daemon& daemon) {
  std::unordered_map<std::string_view, std::size_t> counts;
  for (const auto& [serial, index] : daemon.fleet.by_age()) ++counts[daemon.fleet.at(index).identity.image];
  return counts;
}

const std::pair<const std::string, ImageStore::Image>& image_at(const Daemon& daemon,
                                                            const std::string& reference) {
  const auto found = daemon.images.find(reference);
  if (found == daemon.images.all().end())
    throw ApiError(404, fmt::format("No such image: {}", ImageStore::with_tag(reference)));
  return *found;
}

json summary_json(const std::string& name, const ImageStore::Image& image) {
  return {{"Containers", -1},   {"Created", kBuilt}, {"Id", image.id},
          {"Labels", nullptr},  {"ParentId", ""},    {"RepoDigests", json::array()},
          {"RepoTags", {name}}, {"SharedSize", -1},  {"Size", kSize}};
}

}  // namespace

Answer list_images(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kImageFilters);
  auto list = json::array();
  for (const auto& [name, image] : daemon.images.all()) {
    if (!filters.admits("reference", name) && !filters.admits("reference", repository_of(name))) continue;
    if (filters.has("label") || filters.admits("dangling", "true") != filters.admits("dangling", "false")) {
      if (filters.has("label") || filters.admits("dangling", "true")) continue;
    }
    list.push_back(summary_json(name, image));
  }
  return json_reply(list);
}

Answer inspect_image(Daemon& daemon, const Request& request) {
  const auto& [name, image] = image_at(daemon, request.id);
  const json config{{"Cmd", image.command},
                    {"Env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
                    {"Labels", nullptr},
                    {"WorkingDir", ""},
                    {"Entrypoint", nullptr}};
  const json details{
      {"Id", image.id},
      {"RepoTags", {name}},
      {"RepoDigests", json::array()},
      {"Parent", ""},
      {"Comment", ""},
      {"Created", rfc3339_nano(std::chrono::seconds{kBuilt})},
      {"DockerVersion", ""},
      {"Author", ""},
      {"Config", config},
      {"Architecture", "amd64"},
      {"Os", "linux"},
      {"Size", kSize},
      {"GraphDriver", {{"Data", nullptr}, {"Name", "overlay2"}}},
      {"RootFS", {{"Type", "layers"}, {"Layers", {"sha256:" + seeded_hex_id(0, "layer/" + name)}}}},
      {"Metadata", {{"LastTagTime", "0001-01-01T00:00:00Z"}}}};
  return json_reply(details);
}

static boost::asio::awaitable<void> write_pull(Daemon& daemon, const Request& request, ReplyStream& out) {
  const std::string repository{request.param("fromImage")};
  if (repository.empty()) throw api_error::bad_parameter("invalid reference format");
  const std::string tag{request.param("tag")};
  const auto name = ImageStore::with_tag(
      tag.empty() ? repository : repository + (tag.find(':') == std::string::npos ? ":" : "@") + tag);
  const bool is_new = daemon.images.find(name) == daemon.images.all().end();
  daemon.images.add(name, {"sh"});
  daemon.publish("image", "pull", name, {{"name", repository_of(name)}});
  const json begin{
      {"status", (name.find('/') == std::string::npos ? "Pulling from library/" : "Pulling from ") +
                     repository_of(name)},
      {"id", name.substr(name.rfind(':') + 1)}};
  const json digest{{"status", "Digest: sha256:" + seeded_hex_id(0, "digest/" + name)}};
  const json end{{"status", fmt::format("Status: {} for {}",
                                        is_new ? "Downloaded newer image" : "Image is up to date", name)}};
  auto lines = begin.dump() + "\r\n" + digest.dump() + "\r\n" + end.dump() + "\r\n";
  co_await out.begin(200, "application/json");
  co_await out.write(std::move(lines));
  co_await out.end();
}

Answer remove_image(Daemon& daemon, const Request& request) {
  const auto name = image_at(daemon, request.id).first;
  const auto id = image_at(daemon, request.id).second.id;
  if (containers_by_image(daemon).count(name) != 0 && !request.flag("force")) {
    throw ApiError(
        409, fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - container is "
                         "using its referenced image {}",
                         request.id, id.substr(7, 12)));
  }
  daemon.images.remove(name);
  daemon.publish("image", "delete", id, {{"name", id}});
  return json_reply(json::array({json{{"Untagged", name}}, json{{"Deleted", id}}}));
}

static boost::asio::awaitable<void> write_disk_usage(Daemon& daemon, const Request&, ReplyStream& out) {
  co_await refresh_summaries(daemon, out);
  auto images = json::array();
  const auto users = containers_by_image(daemon);
  for (const auto& [name, image] : daemon.images.all()) {
    auto summary = summary_json(name, image);
    const auto count = users.find(name);
    summary["Containers"] = count == users.end() ? 0 : count->second;
    summary["SharedSize"] = 0;
    images.push_back(std::move(summary));
  }
  const auto layers = images.size() * kSize;
  Request everything;
  everything.query = {{"all", "1"}, {"size", "1"}};
  // The containers' text as it is: taken apart and put together again it would take a second where there are many.
  auto reply = json_reply({{"LayersSize", layers}, {"Images", images}, {"Containers", ""}, {"Volumes", volumes_json(daemon)},
                           {"BuildCache", json::array()}});
  constexpr std::string_view kPlace = R"("Containers":"")";
  const auto list = container_list(daemon, everything);
  co_await out.let_others_run();
  const auto place = reply.body.find(kPlace) + kPlace.size() - 2;
  std::string body;
  body.reserve(reply.body.size() + list.text().size());
  body.append(reply.body, 0, place).append(list.text(), 0, list.text().size() - 1).append(reply.body, place + 2);
  reply.body = std::move(body);
  co_await out.send_reply(std::move(reply));
}

Answer disk_usage(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_disk_usage};
  return Streamed{&kWriter};
}

Answer pull_image(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_pull};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
