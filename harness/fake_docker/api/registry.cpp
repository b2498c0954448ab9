// What needs a registry, or an image as a file: login, search, distribution, push, load, get, build.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/http/tar.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\r\n";
}

const std::pair<const std::string, ImageStore::Image>& named_image(const Daemon& daemon, const std::string& reference) {
  const auto found = daemon.images.find(reference);
  if (found == daemon.images.all().end()) throw ApiError(404, fmt::format("No such image: {}", ImageStore::with_tag(reference)));
  return *found;
}

/// What `docker save` writes, as far as `docker load` of this daemon reads it: names and how to run.
std::string saved(const Daemon& daemon, const std::vector<std::string>& references) {
  std::string archive;
  auto manifest = json::array();
  for (const auto& reference : references) {
    const auto& [name, image] = named_image(daemon, reference);
    const auto file = image.id.substr(7) + ".json";
    const json config{{"architecture", "amd64"},
                      {"os", "linux"},
                      {"config", {{"Cmd", image.command}, {"Entrypoint", image.entrypoint}, {"Labels", image.labels}}},
                      {"rootfs", {{"type", "layers"}, {"diff_ids", json::array()}}}};
    append_tar(archive, {file, TarEntry::Kind::file, 0644, image.created, config.dump(-1, ' ', false, json::error_handler_t::replace)});
    manifest.push_back({{"Config", file}, {"RepoTags", daemon.images.names(image.id)}, {"Layers", json::array()}});
  }
  append_tar(archive, {"manifest.json", TarEntry::Kind::file, 0644, {}, manifest.dump(-1, ' ', false, json::error_handler_t::replace)});
  end_tar(archive);
  return archive;
}

std::string_view content_of(const std::vector<TarEntry>& entries, std::string_view name) {
  for (const auto& entry : entries) {
    if (entry.name == name) return entry.content;
  }
  return {};
}

nlohmann::json parsed(std::string_view text) {
  try {
    return parse_json(text, {.bytes = 1U << 20U, .depth = 20});
  } catch (const JsonError&) {
    return nullptr;
  }
}

}  // namespace

Answer log_in(Daemon&, const Request& request) {
  const auto body = read_body(request.body);
  if (text_at(body, "username").empty() && text_at(body, "identitytoken").empty())
    throw ApiError(401, "Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password");
  return json_reply({{"IdentityToken", ""}, {"Status", "Login Succeeded"}});
}

Answer search_images(Daemon& daemon, const Request& request) {
  const std::string term{request.param("term")};
  if (term.empty()) throw api_error::bad_parameter("invalid reference format");
  auto list = json::array();
  std::set<std::string> seen;
  for (const auto& [name, image] : daemon.images.all()) {
    const auto repository = ImageStore::repository_of(name);
    if (repository.find(term) == std::string::npos || !seen.insert(repository).second) continue;
    list.push_back({{"star_count", 100}, {"is_official", repository.find('/') == std::string::npos}, {"name", repository}, {"is_automated", false}, {"description", "An image of leakrig's fake Docker"}});
  }
  if (list.empty()) list.push_back({{"star_count", 1}, {"is_official", false}, {"name", term}, {"is_automated", false}, {"description", ""}});
  return json_reply(list);
}

Answer inspect_distribution(Daemon& daemon, const Request& request) {
  const auto found = daemon.images.find(request.id);
  const auto digest = found != daemon.images.all().end() && !found->second.digest.empty()
                          ? found->second.digest
                          : "sha256:" + seeded_hex_id(0, "digest/" + ImageStore::with_tag(request.id));
  return json_reply({{"Descriptor", {{"mediaType", "application/vnd.oci.image.index.v1+json"}, {"digest", digest}, {"size", 1862}}},
                     {"Platforms", json::array({json{{"architecture", "amd64"}, {"os", "linux"}}})}});
}

Answer push_image(Daemon& daemon, const Request& request) {
  const std::string tag{request.param("tag")};
  const auto name = ImageStore::with_tag(tag.empty() ? request.id : request.id + ":" + tag);
  const auto found = daemon.images.find(name);
  if (found == daemon.images.all().end()) throw ApiError(404, "An image does not exist locally with the tag: " + request.id);
  const auto repository = ImageStore::repository_of(name);
  const auto digest = found->second.digest.empty() ? "sha256:" + seeded_hex_id(0, "digest/" + name) : found->second.digest;
  daemon.publish("image", "push", name, {{"name", repository}});
  return chunked_reply(request, line_of({{"status", fmt::format("The push refers to repository [docker.io/{}]", repository)}}) +
                   line_of({{"status", fmt::format("{}: digest: {} size: 1862", ImageStore::tag_of(name), digest)}}) +
                   line_of({{"progressDetail", json::object()}, {"aux", {{"Tag", ImageStore::tag_of(name)}, {"Digest", digest}, {"Size", 1862}}}}));
}

Answer save_image(Daemon& daemon, const Request& request) {
  std::vector<std::string> references;
  if (!request.id.empty()) references.push_back(request.id);
  for (const auto& [key, value] : request.query) {
    if (key == "names") references.push_back(value);
  }
  return chunked_reply(request, saved(daemon, references), "application/x-tar");
}

Answer load_images(Daemon& daemon, const Request& request) {
  const auto entries = read_tar(request.body);
  const auto manifest = entries ? parsed(content_of(*entries, "manifest.json")) : nlohmann::json{};
  if (!manifest.is_array()) throw ApiError(500, "invalid archive: does not contain a manifest.json");
  std::string lines;
  for (const auto& each : manifest) {
    const auto file = text_at(each, "Config");
    const auto whole = parsed(content_of(*entries, file));
    const auto& config = member(whole, "config");
    ImageStore::Image image;
    const auto digits = file.substr(file.rfind('/') + 1);
    image.id = "sha256:" + (digits.size() >= 64 ? digits.substr(0, 64) : seeded_hex_id(0, "loaded/" + file));
    image.command = words_at(config, "Cmd");
    image.entrypoint = words_at(config, "Entrypoint");
    image.created = daemon.clock.epoch_at(daemon.clock.now());
    for (const auto& tag : words_at(each, "RepoTags")) {
      daemon.images.name(tag, image);
      daemon.publish("image", "load", image.id, {{"name", tag}});
      lines += line_of({{"stream", "Loaded image: " + tag + "\n"}});
    }
  }
  return chunked_reply(request, std::move(lines));
}

Answer prune_builds(Daemon&, const Request&) {
  return json_reply({{"CachesDeleted", nullptr}, {"SpaceReclaimed", 0}});
}

Answer build_image(Daemon&, const Request&) {
  throw ApiError(501, "this daemon is leakrig's fake Docker: it builds no images. Any image can be pulled, and a container committed");
}

Answer no_plugin(Daemon&, const Request& request) {
  throw ApiError(404, fmt::format("plugin \"{}\" not found", request.id));
}

}  // namespace leakrig::api
