#include "tests/console/desk.hpp"

namespace lazaret::console {

Scripted::Scripted() {
  answers["status"] =
      R"({"v":1,"received":1234567,"passed":7,"enforcing":true,"fuse_blown":false,"problem":null,"log_octets":90,)"
      R"("accounts":{"quarantined":1,"watched":0},"events":{"quarantined":3},"reasons":{"scan_ports":2,"c2_name":0}})";
  const std::string seven =
      R"({"account":7,"state":"quarantined","class":"ordinary","later_left":3,"history":1,"belief_nats":9.25,"since_s":1795532000)";
  answers["account 7"] = seven + R"(,"v":1})";
  answers["accounts"] = R"({"v":1,"accounts":[)" + seven + R"(}],"next":null})";
  answers["events 7"] =
      R"({"v":1,"account":7,"events":[{"at_s":1795531990,"kind":"reason","channel":"scan_ports","state":"watched",)"
      R"("text":"23 of 24 <failed>"},{"at_s":1795532000,"kind":"quarantined","state":"quarantined","text":"Quarantined."}]})";
}

std::optional<std::string> Scripted::operator()(const std::string& line) {
  const nlohmann::json words = nlohmann::json::parse(line)["words"];
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word.get<std::string>();
  asked.push_back(joined);
  if (away) return std::nullopt;
  const auto known = answers.find(joined);
  return known != answers.end() ? known->second : R"({"v":1,"done":true})";
}

Desk::Desk(bool plain) : Desk(nullptr, plain) {}

Desk::Desk(Exchange exchange, bool plain) {
  config.host = "console.example";
  config.isp = "Example <Internet>";
  config.plain = plain;
  config.audit = scratch.path / "audit.jsonl";
  std::string* const tokens[] = {&metrics, &viewer, &helpdesk, &operator_};
  for (std::size_t i = 0; i < 4; ++i) {
    *tokens[i] = new_token().value();
    const Role role = static_cast<Role>(i);
    config.people.push_back({"the-" + std::string(name_of(role)), role, digest_of(*tokens[i])});
  }
  restart(std::move(exchange));
}

void Desk::restart(Exchange exchange) {
  if (!exchange) exchange = [this](const std::string& line) { return daemon(line); };
  console = std::make_unique<Console>(config, std::move(exchange), [this] { return now_s; });
}

const std::string& Desk::token(Role role) const {
  const std::string* const tokens[] = {&metrics, &viewer, &helpdesk, &operator_};
  return *tokens[static_cast<std::size_t>(role)];
}

Response Desk::api(const std::string& method, const std::string& path, const std::string& token,
                   const std::string& body) {
  Request r;
  r.peer = IpAddress::v4(0x7f000001);
  r.method = method;
  r.path = path.substr(0, path.find('?'));
  if (const auto query = path.find("?after="); query != std::string::npos) r.query["after"] = path.substr(query + 7);
  r.headers = {{"host", "console.example"}, {"content-type", "application/json"}};
  if (!token.empty()) r.headers["authorization"] = "Bearer " + token;
  r.body = body;
  return console->answer(r);
}

Response Desk::get(const std::string& path, const std::string& cookie) {
  Request r;
  r.peer = IpAddress::v4(0x7f000001);
  r.method = "GET";
  r.path = path;
  r.headers = {{"host", "console.example"}, {"cookie", cookie}};
  return console->answer(r);
}

Response Desk::post(const std::string& path, const std::string& cookie, std::map<std::string, std::string> form) {
  Request r;
  r.peer = IpAddress::v4(0x7f000001);
  r.method = "POST";
  r.path = path;
  r.headers = {{"host", "console.example"},
               {"cookie", cookie},
               {"origin", std::string(config.plain ? "http" : "https") + "://console.example"},
               {"sec-fetch-site", "same-origin"}};
  r.form = std::move(form);
  return console->answer(r);
}

std::string Desk::sign_in(const std::string& token) {
  const std::string cookie = header_of(post("/login", "", {{"token", token}}), "Set-Cookie");
  return cookie.substr(0, cookie.find(';'));
}

std::string Desk::csrf(const std::string& cookie) {
  const std::string page = get("/", cookie).body, before = "name=\"csrf\" value=\"";
  const std::size_t at = page.find(before);
  return at == std::string::npos ? std::string() : page.substr(at + before.size(), 64);
}

std::string header_of(const Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace lazaret::console
