// The API and the metrics: bearer tokens only, JSON out, problems as RFC 9457 has them.
#include <nlohmann/json.hpp>

#include "datapath/console/console.hpp"
#include "datapath/console/resources.hpp"

namespace lazaret::console {
namespace {

using nlohmann::json;

constexpr std::string_view kRoot = "/api/v1";
constexpr std::string_view kBearer = "bearer ";

std::string title_of(int status) {
  switch (status) {
    case 400:
      return "Bad request";
    case 401:
      return "A token is wanted";
    case 403:
      return "Not allowed";
    case 404:
      return "Not found";
    case 405:
      return "Method not allowed";
    case 409:
      return "The daemon refused";
    case 415:
      return "JSON is wanted";
    case 429:
      return "Too many wrong tokens";
    case 503:
      return "Not possible now";
    default:
      return "No answer";
  }
}

Response as_json(const json& body, int status = 200) {
  Response response;
  response.status = status;
  response.type = "application/json";
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  return response;
}

Response from(const Said& said) {
  if (const auto* good = std::get_if<json>(&said)) return as_json(*good);
  if (const auto* refused = std::get_if<Refused>(&said)) return problem(409, refused->why);
  return problem(503, "The daemon does not answer.");
}

Response wrong_method(const char* allowed) {
  Response response = problem(405, std::string("There is ") + allowed + ".");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

json as_json_entry(const AuditEntry& e) {
  return {{"number", e.number},
          {"at_s", e.at_s},
          {"who", e.who},
          {"role", e.role},
          {"what", e.what},
          {"account", e.account.empty() ? json(nullptr) : json(std::stoul(e.account))},
          {"choice", e.choice},
          {"why", e.why},
          {"outcome", e.outcome.empty() ? "not known" : e.outcome}};
}

bool reads(const Request& r) { return r.method == "GET" || r.method == "HEAD"; }

}  // namespace

Response problem(int status, const std::string& detail) {
  Response response =
      as_json({{"type", "about:blank"}, {"title", title_of(status)}, {"status", status}, {"detail", detail}}, status);
  response.type = "application/problem+json";
  return response;
}

std::variant<const Person*, Response> Console::bearer(const Request& r) {
  std::string field = r.header("authorization");
  for (std::size_t i = 0; i < std::min(field.size(), kBearer.size()); ++i)
    field[i] = static_cast<char>(std::tolower(static_cast<unsigned char>(field[i])));
  const Person* person = nullptr;
  if (field.starts_with(kBearer)) {
    const Trial trial = try_token(r, field.substr(kBearer.size()), person);
    if (trial == Trial::good) return person;
    if (trial == Trial::too_many) {
      Response response = problem(429, "Wait, then try again with the right token.");
      response.headers.emplace_back("Retry-After", std::to_string(kTryPeriod_s));
      return response;
    }
  }
  Response response = problem(401, "Authorization: Bearer TOKEN is wanted, with a token that somebody holds.");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"lazaret\"");
  return response;
}

Response Console::metrics(const Request& r) {
  const auto who = bearer(r);
  if (const auto* refusal = std::get_if<Response>(&who)) return *refusal;
  if (!reads(r)) return wrong_method("GET, HEAD");
  Response response;
  response.type = "text/plain; version=0.0.4; charset=utf-8";
  response.body =
      metrics_text(daemon_.ask({"status"}), {refused_tokens_, actions_.done(), actions_.failed(), access_.sessions()});
  return response;
}

Response Console::api(const Request& r) {
  const std::string path = r.path.substr(kRoot.size());
  if (path == "/openapi.json") {
    Response document;
    document.type = "application/json";
    document.body = resource::openapi();
    return reads(r) ? document : wrong_method("GET, HEAD");
  }
  const auto who = bearer(r);
  if (const auto* refusal = std::get_if<Response>(&who)) return *refusal;
  const Person& person = *std::get<const Person*>(who);
  if (const auto target = find_action(path)) {
    if (r.method != "POST") return wrong_method("POST");
    return api_action(r, person, *target);
  }
  if (!reads(r)) {
    const Response found = api_read(r, path);
    return found.status == 404 ? found : wrong_method("GET, HEAD");
  }
  if (person.role < Role::viewer) return problem(403, "This token is for metrics only.");
  return api_read(r, path);
}

Response Console::api_read(const Request& r, const std::string& path) {
  constexpr std::string_view kAccount = "/accounts/";
  if (path == "/status") return from(daemon_.ask({"status"}));
  if (path == "/audit") {
    json entries = json::array();
    for (const AuditEntry& e : audit_.latest()) entries.push_back(as_json_entry(e));
    return as_json({{"entries", std::move(entries)}});
  }
  if (path == "/accounts") {
    const auto after = r.query.find("after");
    if (after == r.query.end()) return from(daemon_.ask({"accounts"}));
    if (!is_account(after->second)) return problem(400, "'after' is no account number.");
    return from(daemon_.ask({"accounts", after->second}));
  }
  if (path.starts_with(kAccount) && path.find('/', kAccount.size()) == std::string::npos)
    return api_account(path.substr(kAccount.size()));
  return problem(404, "There is nothing under this path; /api/v1/openapi.json says what there is.");
}

Response Console::api_account(const std::string& number) {
  if (!is_account(number)) return problem(400, "'" + number + "' is no account number.");
  Said account = daemon_.ask({"account", number});
  const Said events = daemon_.ask({"events", number});
  auto* good = std::get_if<json>(&account);
  if (good == nullptr) return from(account);
  if (!std::holds_alternative<json>(events)) return from(events);
  (*good)["events"] = part_of(std::get<json>(events), "events");
  return as_json(*good);
}

Response Console::api_action(const Request& r, const Person& person, const Target& target) {
  if (person.role < target.action->least)
    return problem(403, "The role '" + std::string(name_of(target.action->least)) + "' is wanted.");
  if (!r.header("content-type").starts_with("application/json"))
    return problem(415, "The body is a JSON object; say so (Content-Type: application/json).");
  const json body = json::parse(r.body, nullptr, false);
  if (!body.is_object()) return problem(400, "The body is no JSON object.");
  std::map<std::string, std::string> fields;
  for (const auto& [name, value] : body.items()) {
    if (name != "why" && name != target.action->choice) return problem(400, "The body has a member that is not known.");
    if (!value.is_string()) return problem(400, "'" + name + "' wants a text.");
    fields[name] = value.get<std::string>();
  }
  const Outcome outcome = actions_.perform(person, target, fields, now_s_());
  if (outcome.status == 200) return as_json({{"done", true}, {"detail", outcome.detail}});
  return problem(outcome.status, outcome.detail);
}

}  // namespace lazaret::console
