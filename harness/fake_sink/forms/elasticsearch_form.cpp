// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/core/text_fields.h"
#include "harness/fake_sink/forms/sink_form.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr const char* kVersion = "8.11.0";

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const auto slash = path.find('/');
    if (slash != 0) segments.push_back(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return segments;
}

bool is_write(std::string_view method) {
  return method == "POST" || method == "PUT";
}

bool is_bulk(std::string_view method, std::string_view path) {
  const auto segments = segments_of(path);
  return is_write(method) && !segments.empty() && segments.size() <= 3 && segments.back() == "_bulk";
}

/// /INDEX/_doc, /INDEX/_create/ID and the like.
bool is_document(std::string_view method, std::string_view path) {
  const auto segments = segments_of(path);
  return is_write(method) && (segments.size() == 2 || segments.size() == 3) &&
         (segments[1] == "_doc" || segments[1] == "_create");
}

std::optional<std::string> elasticsearch_endpoint(std::string_view method, std::string_view path) {
  const auto segments = segments_of(path);
  if (segments.empty()) return fmt::format("{} /", method);
  if (is_bulk(method, path)) return fmt::format("{} {}/_bulk", method, segments.size() > 1 ? "/{index}" : "");
  if (is_document(method, path)) return fmt::format("{} /{{index}}/{}", method, segments[1]);
  // What a client sets up, or looks for, before it sends: templates, policies, pipelines, the licence.
  if (segments.front().front() == '_') return fmt::format("{} /{}", method, segments.front());
  return fmt::format("{} /{{index}}", method);
}

ServedAnswer elasticsearch_error(int status, const char* type, const std::string& reason) {
  const json cause{{"type", type}, {"reason", reason}};
  json error = cause;
  error["root_cause"] = json::array({cause});
  return json_answer(status, {{"error", error}, {"status", status}});
}

json written(const std::string& index, const std::string& id) {
  return {{"_index", index},
          {"_id", id},
          {"_version", 1},
          {"result", "created"},
          {"_shards", {{"total", 1}, {"successful", 1}, {"failed", 0}}},
          {"_seq_no", 0},
          {"_primary_term", 1}};
}

struct BulkAction {
  std::string name;
  std::string index;
  std::string id;
};

std::optional<BulkAction> action_of(std::string_view line) {
  const auto action = json_of(line);
  if (!action || !action->is_object() || action->size() != 1) return std::nullopt;
  const auto only = action->begin();
  const std::string& name = only.key();
  const json& meta = only.value();
  if ((name != "index" && name != "create" && name != "update" && name != "delete") || !meta.is_object())
    return std::nullopt;
  const auto text = [&](const char* key, const char* otherwise) {
    const auto at = meta.find(key);
    return at != meta.end() && at->is_string() ? at->get<std::string>() : std::string{otherwise};
  };
  return BulkAction{name, text("_index", "logs"), text("_id", "1")};
}

SinkReply bulk_reply(std::string_view body) {
  if (!body.ends_with('\n')) {
    return {elasticsearch_error(400, "illegal_argument_exception",
                                "The bulk request must be terminated by a newline [\\n]"),
            {}};
  }
  SinkReply reply;
  json items = json::array();
  std::size_t number = 0;
  while (!body.empty()) {
    const auto line = next_line(body);
    ++number;
    if (line.empty()) continue;
    const auto action = action_of(line);
    if (!action) {
      return {elasticsearch_error(400, "illegal_argument_exception",
                                  fmt::format("Malformed action/metadata line [{}]", number)),
              {}};
    }
    if (action->name != "delete") {
      const auto document = json_of(next_line(body));
      ++number;
      if (document) reply.lines.push_back(texts_in(*document));
      if (!document) {
        items.push_back({{action->name,
                          {{"_index", action->index},
                           {"status", 400},
                           {"error", {{"type", "document_parsing_exception"}, {"reason", "failed to parse"}}}}}});
        continue;
      }
    }
    auto item = written(action->index, action->id);
    item["status"] = 201;
    items.push_back({{action->name, std::move(item)}});
  }
  const bool errors = reply.lines.size() != items.size() &&
                      std::any_of(items.begin(), items.end(),
                                  [](const json& item) { return item.begin()->contains("error"); });
  reply.answer = json_answer(200, {{"took", 1}, {"errors", errors}, {"items", std::move(items)}});
  return reply;
}

SinkReply document_reply(const ServedRequest& request) {
  const auto document = json_of(request.body);
  if (!document || !document->is_object())
    return {elasticsearch_error(400, "document_parsing_exception", "failed to parse"), {}};
  const auto segments = segments_of(request.path);
  const std::string id{segments.size() > 2 ? segments[2] : "1"};
  return {json_answer(201, written(std::string{segments[0]}, id)), {texts_in(*document)}};
}

/// What clients ask before they send.
ServedAnswer setup_answer(const ServedRequest& request) {
  const auto segments = segments_of(request.path);
  if (is_write(request.method)) return json_answer(200, {{"acknowledged", true}});
  if (segments.empty()) {
    return json_answer(200, {{"name", "leakrig"},
                             {"cluster_name", "leakrig"},
                             {"cluster_uuid", "leakrig0000000000000000"},
                             {"version",
                              {{"number", kVersion},
                               {"build_flavor", "default"},
                               {"build_type", "deb"},
                               {"lucene_version", "9.8.0"},
                               {"minimum_wire_compatibility_version", "7.17.0"},
                               {"minimum_index_compatibility_version", "7.0.0"}}},
                             {"tagline", "You Know, for Search"}});
  }
  const json license{{"status", "active"}, {"type", "basic"}, {"mode", "basic"}, {"uid", "leakrig"}};
  if (segments[0] == "_license") return json_answer(200, {{"license", license}});
  if (segments[0] == "_xpack") return json_answer(200, {{"license", license}, {"features", json::object()}});
  if (segments[0] == "_cluster")
    return json_answer(200, {{"cluster_name", "leakrig"}, {"status", "green"}, {"timed_out", false}});
  if (segments[0] == "_nodes") return json_answer(200, {{"cluster_name", "leakrig"}, {"nodes", json::object()}});
  return elasticsearch_error(404, "resource_not_found_exception", request.path + " is not there");
}

SinkReply elasticsearch_reply(const ServedRequest& request) {
  SinkReply reply;
  if (is_bulk(request.method, request.path)) {
    reply = bulk_reply(request.body);
  } else if (is_document(request.method, request.path)) {
    reply = document_reply(request);
  } else {
    reply.answer = setup_answer(request);
  }
  // Elastic's own clients refuse a server that does not send it.
  reply.answer.headers.emplace_back("X-Elastic-Product", "Elasticsearch");
  return reply;
}

}  // namespace

SinkForm elasticsearch_form() {
  return {"elasticsearch", elasticsearch_endpoint, elasticsearch_reply};
}

}  // namespace leakrig
