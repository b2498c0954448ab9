// Files of a container: archive, export, changes; and what is made of a container: commit, update.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/base64.h"
#include "harness/core/units.h"
#include "harness/fake_docker/api/create_body.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/json_reply.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/http/tar.h"
#include "harness/fake_docker/state/daemon.h"
#include "harness/fleet/programs.h"

namespace leakrig::api {
namespace {

// Bits of Go's os.FileMode.
constexpr std::uint32_t kGoDirectory = 1U << 31U;
constexpr std::uint32_t kGoLink = 1U << 27U;
constexpr std::int64_t kDirectorySize = 4096;

struct AskedFile {
  std::size_t container;
  std::string path;
  FileEntry entry;
};

AskedFile asked_file(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const std::string given{request.param("path")};
  if (given.empty()) throw api_error::bad_parameter("missing \"path\" query parameter");
  const auto path = FileTree::clean_path(given);
  const auto* const entry = daemon.fleet.files(index).find(path, given.ends_with('/'));
  if (entry == nullptr) throw ApiError(404, fmt::format("Could not find the file {} in container {}", given, request.id));
  return {index, path, *entry};
}

std::string path_stat(const AskedFile& file) {
  const auto& entry = file.entry;
  const bool is_directory = entry.kind == FileEntry::Kind::directory;
  const json stat{{"name", file.path == "/" ? "/" : std::string{program_name(file.path)}},
                  {"size", is_directory ? kDirectorySize : static_cast<std::int64_t>(entry.content.size())},
                  {"mode", (entry.mode & 0777U) | (is_directory ? kGoDirectory : entry.kind == FileEntry::Kind::link ? kGoLink : 0U)},
                  {"mtime", rfc3339_nano(entry.changed)},
                  {"linkTarget", entry.kind == FileEntry::Kind::link ? entry.content : ""}};
  return base64(stat.dump(-1, ' ', false, json::error_handler_t::replace));
}

TarEntry tar_entry(std::string name, const FileEntry& entry) {
  const auto kind = entry.kind == FileEntry::Kind::directory ? TarEntry::Kind::directory
                    : entry.kind == FileEntry::Kind::link    ? TarEntry::Kind::link
                                                             : TarEntry::Kind::file;
  return {std::move(name), kind, entry.mode & 07777U, entry.changed, entry.content};
}

/// `path` and what is below, named from `base` on.
std::string tar_of(const FileTree& files, const std::string& path, const std::string& base) {
  std::string archive;
  for (const auto& each : files.below(path)) {
    auto name = base + each.substr(path == "/" ? 1 : path.size());
    if (name.empty()) continue;
    append_tar(archive, tar_entry(std::move(name), *files.find(each, false)));
  }
  end_tar(archive);
  return archive;
}

}  // namespace

Answer stat_archive(Daemon& daemon, const Request& request) {
  const auto file = asked_file(daemon, request);
  auto reply = empty_reply();
  reply.headers = {{"X-Docker-Container-Path-Stat", path_stat(file)}};
  return reply;
}

Answer get_archive(Daemon& daemon, const Request& request) {
  const auto file = asked_file(daemon, request);
  const auto base = file.path == "/" ? std::string{} : std::string{program_name(file.path)};
  auto reply = chunked_reply(request, tar_of(daemon.fleet.files(file.container), file.path, base), "application/x-tar");
  reply.headers = {{"X-Docker-Container-Path-Stat", path_stat(file)}};
  daemon.publish_of(file.container, "archive-path");
  return reply;
}

Answer put_archive(Daemon& daemon, const Request& request) {
  const auto file = asked_file(daemon, request);
  if (!daemon.fleet.files(file.container).is_directory(file.path)) throw api_error::bad_parameter("extraction point is not a directory");
  const auto entries = read_tar(request.body);
  if (!entries) throw ApiError(500, "Error processing tar file(exit status 1): archive/tar: invalid tar header");
  auto& files = daemon.fleet.files(file.container);
  for (const auto& entry : *entries) {
    const auto path = FileTree::clean_path(FileTree::clean_path("/" + entry.name).substr(1), file.path);
    const auto kind = entry.kind == TarEntry::Kind::directory ? FileEntry::Kind::directory
                      : entry.kind == TarEntry::Kind::link    ? FileEntry::Kind::link
                                                              : FileEntry::Kind::file;
    if (kind == FileEntry::Kind::directory && files.is_directory(path)) continue;
    if (!files.put(path, {kind, entry.mode, entry.content, entry.changed}))
      throw ApiError(500, fmt::format("Error processing tar file(exit status 1): write {}: no space left on device", path));
  }
  daemon.publish_of(file.container, "extract-to-dir");
  return empty_reply();
}

Answer export_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  auto archive = tar_of(daemon.fleet.files(index), "/", "");
  daemon.publish_of(index, "export");
  return chunked_reply(request, std::move(archive), "application/octet-stream");
}

Answer changes(Daemon& daemon, const Request& request) {
  const auto& container = daemon.fleet.at(daemon.find(request.id));
  auto list = json::array();
  if (container.inside) {
    for (const auto& [path, how] : container.inside->files.changes())
      list.push_back({{"Path", path}, {"Kind", how == 'C' ? 0 : how == 'A' ? 1 : 2}});
  }
  return json_reply(list.empty() ? json(nullptr) : list);
}

Answer commit(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.param("container"));
  const auto& container = daemon.fleet.at(index);
  ImageStore::Image image;
  if (const auto found = daemon.images.find(container.identity.image_id); found != daemon.images.all().end()) image = found->second;
  image.digest.clear();
  image.created = daemon.clock.epoch_at(daemon.clock.now());
  if (container.spec) {
    const auto given = read_body(container.spec->given);
    if (const auto words = words_at(given, "Cmd"); !words.empty()) image.command = words;
    if (const auto words = words_at(given, "Entrypoint"); !words.empty()) image.entrypoint = words;
    image.labels = container.identity.labels;
  }
  image.id = "sha256:" + seeded_hex_id(static_cast<std::uint64_t>(daemon.clock.now().count()), "commit/" + container.identity.id);
  const std::string repository{request.param("repo")};
  const std::string tag{request.param("tag")};
  // Every image has a name here; one that was not given one goes by its id.
  const auto name = repository.empty() ? "sha256:" + image.id.substr(7) : tag.empty() ? repository : repository + ":" + tag;
  const auto id = image.id;
  daemon.images.name(name, std::move(image));
  daemon.publish_of(index, "commit", {{"comment", std::string{request.param("comment")}}, {"imageID", id}, {"imageRef", name}});
  return json_reply({{"Id", id}}, 201);
}

Answer update_container(Daemon& daemon, const Request& request) {
  const auto index = daemon.find(request.id);
  const auto body = read_body(request.body);
  check_host_fields(body);
  const auto& container = daemon.fleet.at(index);
  const auto& policy = member(body, "RestartPolicy");
  const auto policy_name = text_at(policy, "Name");
  if (container.spec && container.spec->auto_remove && !policy_name.empty() && policy_name != "no")
    throw api_error::bad_parameter("Restart policy cannot be updated because AutoRemove is enabled for the container");
  const auto& before = given_of(container);
  auto given = before.empty() ? nlohmann::json::object() : read_body(before);
  auto& host = given["HostConfig"];
  if (!host.is_object()) host = nlohmann::json::object();
  for (const auto& [key, value] : body.items()) {
    const bool is_said = !value.is_null() && value != 0 && value != "" && (key != "RestartPolicy" || !policy_name.empty());
    if (is_said) host[key] = value;
  }
  daemon.fleet.set_given(index, given.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  if (!policy_name.empty()) daemon.fleet.set_restart_policy(index, policy_name, static_cast<int>(number_at(policy, "MaximumRetryCount")));
  daemon.publish_of(index, "update");
  return json_reply({{"Warnings", nullptr}});
}

}  // namespace leakrig::api
