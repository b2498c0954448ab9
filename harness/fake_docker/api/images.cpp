// The images: what there is, and its endpoints.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <unordered_map>

#include "harness/core/units.h"
#include "harness/fake_docker/api/container_json.h"
#include "harness/fake_docker/api/filters.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/api/summaries.h"
#include "harness/fake_docker/api/text_match.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

using namespace std::string_view_literals;

constexpr std::uint64_t kSize = 45187072;
constexpr std::array kImageFilters{"before"sv, "dangling"sv, "label"sv, "reference"sv, "since"sv, "until"sv};

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

/// Throws ApiError 400 for what no image can be called.
void check_reference(const std::string& name) {
  const auto repository = ImageStore::repository_of(name);
  const auto is_allowed = [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || std::string_view{"._-/:"}.find(static_cast<char>(c)) != std::string_view::npos; };
  const auto path = repository.substr(std::min(repository.find('/') + 1, repository.size()));
  if (!std::all_of(path.begin(), path.end(), is_allowed)) throw api_error::bad_parameter("invalid reference format: repository name (" + repository + ") must be lowercase");
  if (repository.empty() || name.find(' ') != std::string::npos) throw api_error::bad_parameter("invalid reference format");
}

/// The id of a container that uses the image of this name.
std::string user_of(const Daemon& daemon, const std::string& name) {
  for (const auto& [serial, index] : daemon.fleet.by_age()) {
    const auto& identity = daemon.fleet.at(index).identity;
    if (ImageStore::with_tag(identity.image) == name) return identity.id;
  }
  return {};
}

/// Its names as RepoTags and RepoDigests.
struct ImageNames {
  std::vector<std::string> tags;
  std::vector<std::string> digests;
};

ImageNames names_of(const Daemon& daemon, const ImageStore::Image& image) {
  ImageNames names;
  std::set<std::string> digests;
  for (const auto& name : daemon.images.names(image.id)) {
    if (name.find('@') == std::string::npos) names.tags.push_back(name);
    if (!image.digest.empty()) digests.insert(ImageStore::repository_of(name) + "@" + image.digest);
  }
  names.digests.assign(digests.begin(), digests.end());
  return names;
}

json summary_json(const Daemon& daemon, const ImageStore::Image& image) {
  const auto names = names_of(daemon, image);
  return {{"Containers", -1},
          {"Created", std::chrono::floor<std::chrono::seconds>(image.created).count()},
          {"Id", image.id},
          {"Labels", image.labels.empty() ? json(nullptr) : json(image.labels)},
          {"ParentId", ""},
          {"RepoDigests", names.digests},
          {"RepoTags", names.tags},
          {"SharedSize", -1},
          {"Size", kSize}};
}

bool passes(const Daemon& daemon, const Filters& filters, const ImageStore::Image& image) {
  const auto& references = filters.values("reference");
  if (!references.empty()) {
    const auto names = daemon.images.names(image.id);
    const auto is_wanted = [&](const std::string& name) {
      return std::any_of(references.begin(), references.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), name.c_str(), FNM_PATHNAME) == 0 ||
               ::fnmatch(pattern.c_str(), ImageStore::repository_of(name).c_str(), FNM_PATHNAME) == 0;
      });
    };
    if (std::none_of(names.begin(), names.end(), is_wanted)) return false;
  }
  const auto relative = [&](const char* key, bool before) {
    return std::all_of(filters.values(key).begin(), filters.values(key).end(), [&](const std::string& reference) {
      const auto found = daemon.images.find(reference);
      if (found == daemon.images.all().end()) throw ApiError(404, "No such image: " + reference);
      return before ? image.created < found->second.created : image.created > found->second.created;
    });
  };
  if (!relative("before", true) || !relative("since", false)) return false;
  // Every image has a name here.
  if (filters.has("dangling") && !filters.admits("dangling", "false") && !filters.admits("dangling", "0")) return false;
  return filters.admits_labels(image.labels);
}

/// Each image once, however many names it has.
std::vector<const ImageStore::Image*> images_once(const Daemon& daemon) {
  std::set<std::string_view> seen;
  std::vector<const ImageStore::Image*> list;
  for (const auto& [name, image] : daemon.images.all()) {
    if (seen.insert(image.id).second) list.push_back(&image);
  }
  return list;
}

}  // namespace

Answer list_images(Daemon& daemon, const Request& request) {
  const auto filters = Filters::parse(request.param("filters"), kImageFilters);
  auto list = json::array();
  for (const auto* const image : images_once(daemon)) {
    if (passes(daemon, filters, *image)) list.push_back(summary_json(daemon, *image));
  }
  return json_reply(list);
}

Answer inspect_image(Daemon& daemon, const Request& request) {
  const auto& [name, image] = image_at(daemon, request.id);
  const auto names = names_of(daemon, image);
  auto exposed = json::object();
  for (const auto& port : image.exposed) exposed[port] = json::object();
  auto volumes = json::object();
  for (const auto& volume : image.volumes) volumes[volume] = json::object();
  json config{{"Cmd", image.command},
              {"Env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
              {"Labels", image.labels.empty() ? json(nullptr) : json(image.labels)},
              {"WorkingDir", ""},
              {"User", ""},
              {"Volumes", volumes.empty() ? json(nullptr) : volumes},
              {"OnBuild", nullptr},
              {"Entrypoint", image.entrypoint.empty() ? json(nullptr) : json(image.entrypoint)}};
  if (!exposed.empty()) config["ExposedPorts"] = exposed;
  const json details{
      {"Id", image.id},
      {"RepoTags", names.tags},
      {"RepoDigests", names.digests},
      {"Parent", ""},
      {"Comment", ""},
      {"Created", rfc3339_nano(image.created)},
      {"DockerVersion", ""},
      {"Author", ""},
      {"Config", config},
      {"Architecture", "amd64"},
      {"Os", "linux"},
      {"Size", kSize},
      {"GraphDriver", {{"Data", nullptr}, {"Name", "overlay2"}}},
      {"RootFS", {{"Type", "layers"}, {"Layers", {"sha256:" + seeded_hex_id(0, "layer/" + image.id)}}}},
      {"Metadata", {{"LastTagTime", "0001-01-01T00:00:00Z"}}}};
  return json_reply(details);
}

static boost::asio::awaitable<void> write_pull(Daemon& daemon, const Request& request, ReplyStream& out) {
  const std::string repository{request.param("fromImage")};
  if (repository.empty()) throw api_error::bad_parameter("invalid reference format");
  const std::string tag{request.param("tag")};
  const auto name = ImageStore::with_tag(
      tag.empty() ? repository : repository + (tag.find(':') == std::string::npos ? ":" : "@") + tag);
  check_reference(name);
  const bool is_new = daemon.images.find(name) == daemon.images.all().end();
  daemon.images.add(name);
  const auto digest_text = daemon.images.find(name)->second.digest;
  daemon.publish("image", "pull", name, {{"name", ImageStore::repository_of(name)}});
  const json begin{
      {"status", (name.find('/') == std::string::npos ? "Pulling from library/" : "Pulling from ") +
                     ImageStore::repository_of(name)},
      {"id", ImageStore::tag_of(name)}};
  const json digest{{"status", "Digest: " + digest_text}};
  const json end{{"status", fmt::format("Status: {} for {}",
                                        is_new ? "Downloaded newer image" : "Image is up to date", name)}};
  auto lines = begin.dump() + "\r\n" + digest.dump() + "\r\n" + end.dump() + "\r\n";
  co_await out.begin(200, "application/json");
  co_await out.write(std::move(lines));
  co_await out.end();
}

Answer remove_image(Daemon& daemon, const Request& request) {
  const auto name = image_at(daemon, request.id).first;
  const auto image = image_at(daemon, request.id).second;
  const bool by_name = request.id == name || ImageStore::with_tag(request.id) == name;
  const auto names = daemon.images.names(image.id);
  const auto users = containers_by_image(daemon);
  const auto is_used = [&users](const std::string& each) {
    return std::any_of(users.begin(), users.end(), [&](const auto& user) { return ImageStore::with_tag(user.first) == each; });
  };
  const bool is_last = !by_name || names.size() == 1;
  if (!request.flag("force")) {
    if (by_name && is_last && is_used(name)) {
      throw ApiError(
          409, fmt::format("conflict: unable to remove repository reference \"{}\" (must force) - container {} is "
                           "using its referenced image {}",
                           request.id, user_of(daemon, name).substr(0, 12), image.id.substr(7, 12)));
    }
    if (!by_name && names.size() > 1)
      throw ApiError(409, fmt::format("conflict: unable to delete {} (must be forced) - image is referenced in multiple repositories", image.id.substr(7, 12)));
    if (!by_name && is_used(name))
      throw ApiError(409, fmt::format("conflict: unable to delete {} (must be forced) - image is being used by stopped container {}", image.id.substr(7, 12), user_of(daemon, name).substr(0, 12)));
  }
  auto done = json::array();
  for (const auto& each : by_name ? std::vector{name} : names) {
    daemon.images.remove(each);
    done.push_back({{"Untagged", each}});
    daemon.publish("image", "untag", image.id, {{"name", image.id}});
  }
  if (is_last) {
    done.push_back({{"Deleted", image.id}});
    daemon.publish("image", "delete", image.id, {{"name", image.id}});
  }
  return json_reply(done);
}

Answer tag_image(Daemon& daemon, const Request& request) {
  const auto image = image_at(daemon, request.id).second;
  const std::string repository{request.param("repo")};
  const std::string tag{request.param("tag")};
  if (repository.empty()) throw api_error::bad_parameter("invalid reference format");
  const auto name = ImageStore::with_tag(tag.empty() ? repository : repository + ":" + tag);
  check_reference(name);
  daemon.images.name(name, image);
  daemon.publish("image", "tag", image.id, {{"name", name}});
  return empty_reply(201);
}

Answer image_history(Daemon& daemon, const Request& request) {
  const auto& image = image_at(daemon, request.id).second;
  const auto names = names_of(daemon, image);
  std::string command;
  for (const auto& word : image.command) command += (command.empty() ? "" : " ") + json(word).dump();
  const auto created = std::chrono::floor<std::chrono::seconds>(image.created).count();
  return json_reply(json::array({json{{"Comment", "buildkit.dockerfile.v0"},
                                      {"Created", created},
                                      {"CreatedBy", "CMD [" + command + "]"},
                                      {"Id", image.id},
                                      {"Size", 0},
                                      {"Tags", names.tags.empty() ? json(nullptr) : json(names.tags)}},
                                 json{{"Comment", "buildkit.dockerfile.v0"},
                                      {"Created", created},
                                      {"CreatedBy", "ADD rootfs.tar.gz / # buildkit"},
                                      {"Id", "<missing>"},
                                      {"Size", kSize},
                                      {"Tags", nullptr}}}));
}

Answer prune_images(Daemon& daemon, const Request& request) {
  const auto choice = PruneChoice::read(daemon, request, "dangling");
  const auto& dangling = choice.filters.values("dangling");
  std::vector<std::string> unused;
  // All have names: only a prune of all that is not used takes any.
  if (dangling.count("false") != 0 || dangling.count("0") != 0) {
    const auto users = containers_by_image(daemon);
    for (const auto& [name, image] : daemon.images.all()) {
      const bool is_used = std::any_of(users.begin(), users.end(), [&name = name](const auto& user) { return ImageStore::with_tag(user.first) == name; });
      const bool is_old = !choice.until || image.created <= *choice.until;
      if (!is_used && is_old && choice.filters.admits_labels(image.labels) && !choice.filters.rejects_labels(image.labels)) unused.push_back(name);
    }
  }
  auto deleted = json::array();
  for (const auto& name : unused) {
    const auto id = daemon.images.all().at(name).id;
    daemon.images.remove(name);
    deleted.push_back({{"Untagged", name}});
    if (daemon.images.names(id).empty()) {
      deleted.push_back({{"Deleted", id}});
      daemon.publish("image", "delete", id, {{"name", id}});
    }
  }
  daemon.publish("image", "prune", "", {{"reclaimed", std::to_string(unused.size() * kSize)}});
  return json_reply({{"ImagesDeleted", deleted.empty() ? json(nullptr) : deleted}, {"SpaceReclaimed", unused.size() * kSize}});
}

static boost::asio::awaitable<void> write_disk_usage(Daemon& daemon, const Request&, ReplyStream& out) {
  Request everything;
  everything.query = {{"all", "1"}, {"size", "1"}};
  // First, as many who ask wait for it: they should have nothing in memory meanwhile.
  const auto list = co_await list_in_turns(daemon, everything, out);
  if (out.over()) co_return;
  co_await out.let_others_run();
  auto images = json::array();
  const auto users = containers_by_image(daemon);
  for (const auto* const image : images_once(daemon)) {
    auto summary = summary_json(daemon, *image);
    std::size_t count = 0;
    for (const auto& name : daemon.images.names(image->id)) {
      const auto found = users.find(name);
      count += found == users.end() ? 0 : found->second;
    }
    summary["Containers"] = count;
    summary["SharedSize"] = 0;
    images.push_back(std::move(summary));
  }
  const auto layers = images.size() * kSize;
  // The containers' text as it is: taken apart and put together again it would take a second where there are many.
  auto reply = json_reply({{"LayersSize", layers}, {"Images", images}, {"Containers", ""}, {"Volumes", volumes_json(daemon)},
                           {"BuildCache", json::array()}});
  constexpr std::string_view kPlace = R"("Containers":"")";
  const auto place = reply.body.find(kPlace) + kPlace.size() - 2;
  std::string body;
  body.reserve(reply.body.size() + list.text().size());
  body.append(reply.body, 0, place).append(list.text(), 0, list.text().size() - 1).append(reply.body, place + 2);
  reply.body.clear();
  reply.shared_body = daemon.answers.keep(std::move(body));
  if (!reply.shared_body) throw ApiError(503, std::string{kTooManyAnswers});
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
