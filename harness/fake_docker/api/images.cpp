// The images: what there is, and its endpoints.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/units.h"
#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
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

std::size_t containers_of(const Daemon& daemon, const std::string& name) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < daemon.fleet.size(); ++i) {
    const auto& container = daemon.fleet.at(i);
    count += !container.removed && container.identity.image == name ? 1 : 0;
  }
  return count;
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

Outcome list_images(Daemon& daemon, const Request& request) {
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

Outcome inspect_image(Daemon& daemon, const Request& request) {
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

Outcome remove_image(Daemon& daemon, const Request& request) {
  const auto name = image_at(daemon, request.id).first;
  const auto id = image_at(daemon, request.id).second.id;
  if (containers_of(daemon, name) > 0 && !request.flag("force")) {
    throw ApiError(
        409, fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - container is "
                         "using its referenced image {}",
                         request.id, id.substr(7, 12)));
  }
  daemon.images.remove(name);
  daemon.publish("image", "delete", id, {{"name", id}});
  return json_reply(json::array({json{{"Untagged", name}}, json{{"Deleted", id}}}));
}

Outcome disk_usage(Daemon& daemon, const Request&) {
  auto images = json::array();
  for (const auto& [name, image] : daemon.images.all()) {
    auto summary = summary_json(name, image);
    summary["Containers"] = containers_of(daemon, name);
    summary["SharedSize"] = 0;
    images.push_back(std::move(summary));
  }
  const auto layers = images.size() * kSize;
  Request everything;
  everything.query = {{"all", "1"}, {"size", "1"}};
  const json usage{{"LayersSize", layers},
                   {"Images", images},
                   {"Containers", json::parse(std::get<Reply>(list_containers(daemon, everything)).text())},
                   {"Volumes", volumes_json(daemon)},
                   {"BuildCache", json::array()}};
  Reply reply;
  reply.body = usage.dump() + "\n";
  return reply;
}

Outcome pull_image(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_pull};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
