#include "datapath/console/console.hpp"

#include <algorithm>
#include <array>

#include "datapath/console/resources.hpp"
#include "datapath/portal/garden_server.hpp"

namespace lazaret::console {
namespace {

constexpr std::array<std::string_view, 2> kFields = {"authorization", "cookie"};

Response redirect(const std::string& to) {
  Response response;
  response.status = 303;
  response.type = "text/plain; charset=utf-8";
  response.body = to + "\n";
  response.headers = {{"Location", to}};
  return response;
}

std::string field(const std::map<std::string, std::string>& fields, const std::string& name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

/// Without the port; lower case.
std::string host_name(std::string host) {
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  return host;
}

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t");
  return from == std::string::npos ? std::string() : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

portal::Reads console_reads() { return {kFields, true}; }

Console::Console(const Config& config, Exchange exchange, std::function<std::int64_t()> now_s)
    : config_(config),
      now_s_(std::move(now_s)),
      daemon_(std::move(exchange)),
      access_(config.people),
      audit_(config.audit),
      actions_(audit_, daemon_),
      pages_(config.isp),
      wrong_(kKeys, kTries, kTryPeriod_s) {}

Response Console::answer(const Request& r) {
  Response response = route(r);
  response.headers.insert(
      response.headers.end(),
      {{"Cache-Control", r.path == "/console.css" ? "max-age=604800" : "no-store"},
       {"Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
       {"X-Content-Type-Options", "nosniff"},
       {"X-Frame-Options", "DENY"},
       {"Referrer-Policy", "same-origin"},
       {"Cross-Origin-Opener-Policy", "same-origin"},
       {"Cross-Origin-Resource-Policy", "same-origin"}});
  if (!config_.plain) response.headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  return response;
}

Response Console::route(const Request& r) {
  if (r.path == "/metrics") return metrics(r);
  if (r.path.starts_with("/api/v1/")) return api(r);
  // Another name for this address is somebody's who would read our pages with our own browsers.
  if (!own_host(r)) {
    Response response;
    response.status = 421;
    response.type = "text/plain; charset=utf-8";
    response.body = "This console has another name.\n";
    return response;
  }
  return page(r);
}

Console::Trial Console::try_token(const Request& r, const std::string& token, const Person*& person) {
  const std::string from = portal::limit_key(r.peer);
  if (!wrong_.has(from, now_s_())) return Trial::too_many;
  person = access_.holder(token);
  if (person != nullptr) return Trial::good;
  ++refused_tokens_;
  (void)wrong_.take(from, now_s_());
  return Trial::wrong;
}

std::string Console::cookie(const std::string& value, bool ends) const {
  return (config_.plain ? "lazaret=" : "__Host-lazaret=") + value + "; Path=/; HttpOnly; SameSite=Strict" +
         (config_.plain ? "" : "; Secure") + (ends ? "; Max-Age=0" : "");
}

Session* Console::session(const Request& r) {
  const std::string name = config_.plain ? "lazaret=" : "__Host-lazaret=";
  std::string cookies = r.header("cookie");
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    const std::string one = trimmed(cookies.substr(0, end));
    if (one.starts_with(name)) return access_.find(one.substr(name.size()), now_s_());
    cookies.erase(0, end + 1);
  }
  return nullptr;
}

bool Console::own_host(const Request& r) const { return host_name(r.header("host")) == config_.host; }

/// A browser says where a form came from in one of two fields; what says neither is no browser.
bool Console::own_origin(const Request& r) const {
  const std::string origin = r.header("origin"), site = r.header("sec-fetch-site");
  if (origin.empty() && site.empty()) return false;
  const std::string ours = (config_.plain ? "http://" : "https://") + r.header("host");
  return (origin.empty() || origin == ours) && (site.empty() || site == "same-origin");
}

Response Console::log_in(const Request& r) {
  const auto again = [&](int status, const std::string& note) {
    Response response;
    response.status = status;
    response.body = pages_.log_in(note);
    return response;
  };
  if (r.method != "POST") return again(200, "");
  if (!own_origin(r)) return again(403, "This form came from another site.");
  const Person* person = nullptr;
  switch (try_token(r, trimmed(field(r.form, "token")), person)) {
    case Trial::too_many:
      return again(429, "Too many wrong tokens from your address. Wait five minutes.");
    case Trial::wrong:
      return again(403, "Nobody holds this token.");
    case Trial::good:
      break;
  }
  if (person->role < Role::viewer) return again(403, "This token is for metrics only.");
  Session* const opened = access_.open(*person, now_s_());
  if (opened == nullptr) return again(503, "The system has no randomness.");
  Response response = redirect("/");
  response.headers.emplace_back("Set-Cookie", cookie(opened->id, false));
  return response;
}

Response Console::page(const Request& r) {
  if (r.path == "/console.css") {
    Response style;
    style.type = "text/css; charset=utf-8";
    style.body = resource::style();
    return style;
  }
  if (r.path == "/login") return log_in(r);
  Session* const who = session(r);
  if (who == nullptr) return redirect("/login");
  if (r.method == "GET" || r.method == "HEAD") {
    const std::string note = std::exchange(who->note, {});
    return read_page(r, *who, 200, note, false);
  }
  if (r.method != "POST") return read_page(r, *who, 405, "This page takes no such request.", true);
  if (!own_origin(r) || !same_text(field(r.form, "csrf"), who->csrf))
    return read_page(r, *who, 403, "This form came from another site or another session. Nothing was done.", true);
  if (r.path == "/logout") {
    access_.close(who->id);
    Response response = redirect("/login");
    response.headers.emplace_back("Set-Cookie", cookie("", true));
    return response;
  }
  return act(r, *who);
}

Response Console::act(const Request& r, Session& who) {
  const auto target = find_action(r.path);
  if (!target) return read_page(r, who, 404, "There is no such action.", true);
  const Outcome outcome = actions_.perform(who.person, *target, r.form, now_s_());
  if (outcome.status != 200) return read_page(r, who, outcome.status, outcome.detail, true);
  who.note = outcome.detail;
  return redirect(target->action->of_account ? "/accounts/" + target->account : "/");
}

Response Console::read_page(const Request& r, Session& who, int status, const std::string& note, bool bad) {
  Response response;
  response.status = status;
  const View view{who.person, who.csrf, note, bad, now_s_()};
  const auto target = find_action(r.path);
  const std::string path = !target                      ? r.path
                           : target->action->of_account ? "/accounts/" + target->account
                                                        : std::string("/");
  constexpr std::string_view kAccount = "/accounts/";
  if (path == "/") {
    response.body = pages_.overview(view, daemon_.ask({"status"}));
  } else if (path == "/audit") {
    response.body = pages_.audit(view, audit_.latest());
  } else if (path == "/accounts") {
    const std::string after = field(r.query, "after"), find = trimmed(field(r.query, "find"));
    if (is_account(find)) return redirect("/accounts/" + find);
    const View hinted{who.person, who.csrf, find.empty() ? note : "'" + find + "' is no account number.",
                      bad || !find.empty(), now_s_()};
    response.body = pages_.accounts(hinted, daemon_.ask(is_account(after) ? std::vector<std::string>{"accounts", after}
                                                                          : std::vector<std::string>{"accounts"}));
  } else if (path.starts_with(kAccount) && is_account(path.substr(kAccount.size()))) {
    const std::string number = path.substr(kAccount.size());
    std::vector<AuditEntry> of_it = audit_.latest();
    std::erase_if(of_it, [&](const AuditEntry& e) { return e.account != number; });
    response.body =
        pages_.account(view, number, daemon_.ask({"account", number}), daemon_.ask({"events", number}), of_it);
  } else {
    response.status = status == 200 ? 404 : status;
    response.body = pages_.message(view, "There is nothing under this address.");
  }
  return response;
}

}  // namespace lazaret::console
