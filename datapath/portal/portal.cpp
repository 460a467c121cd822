#include "datapath/portal/portal.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/evidence/names.hpp"
#include "core/quarantine/choices.hpp"
#include "datapath/portal/probes.hpp"

namespace lazaret::portal {
namespace {

/// The host of a Host field: lower case, without port and final dot; empty for what is none.
std::string host_name(const std::string& field) {
  std::string host = field;
  const std::size_t colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
    const std::string port = host.substr(colon + 1);
    if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string::npos) return {};
    host.resize(colon);
  }
  std::transform(host.begin(), host.end(), host.begin(), [](unsigned char c) { return std::tolower(c); });
  if (host.ends_with('.')) host.pop_back();
  return host;
}

bool safe_method(const Request& r) { return r.method == "GET" || r.method == "HEAD"; }

Response redirect(int status, const std::string& to) {
  Response response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = to + "\n";
  response.headers = {{"Location", to}};
  return response;
}

Response plain(int status, std::string text) {
  Response response;
  response.status = status;
  response.type = "text/plain; charset=utf-8";
  response.body = std::move(text);
  return response;
}

std::string form_field(const Request& r, const std::string& name) {
  const auto found = r.form.find(name);
  return found == r.form.end() ? std::string() : found->second;
}

}  // namespace

Portal::Portal(Config config, Control control, std::function<std::int64_t()> now_s, const TokenMaker::Key& key)
    : config_(std::move(config)),
      control_(std::move(control)),
      now_s_(std::move(now_s)),
      tokens_(key),
      pages_(config_),
      requests_(kKeys, kRequests, kRequestPeriod_s),
      elsewhere_(kKeys, kRequests, kRequestPeriod_s),
      tries_(kKeys, kTries, kTryPeriod_s),
      spent_(kKeys) {}

const Language& Portal::language(const Request& r) const {
  const auto asked = r.query.find("lang");
  const std::string in_form = form_field(r, "lang");
  return language_for(asked != r.query.end() ? asked->second : in_form, r.header("accept-language"), config_.language);
}

Response Portal::topic(const Request& r, int status, const std::string& key, bool home) const {
  Response response;
  response.status = status;
  response.body = pages_.of_topic(language(r), key, home);
  return response;
}

Response Portal::answer(const Request& r) {
  Response response;
  RateLimit& limit = host_name(r.header("host")) == config_.host ? requests_ : elsewhere_;
  if (limit.take(limit_key(r.peer), now_s_())) {
    response = route(r);
  } else {
    response = plain(429, language(r).text("busy.title") + ". " + language(r).text("busy.lead") + "\n");
    response.headers.emplace_back("Retry-After", std::to_string(kRequestPeriod_s));
  }
  response.headers.insert(response.headers.end(), {{"Cache-Control", "no-store"},
                                                   {"Content-Security-Policy", pages_.security_policy()},
                                                   {"X-Content-Type-Options", "nosniff"},
                                                   {"X-Frame-Options", "DENY"},
                                                   {"Referrer-Policy", "same-origin"},
                                                   {"Content-Language", language(r).code()}});
  return response;
}

Response Portal::route(const Request& r) {
  const std::string host = host_name(r.header("host"));
  if (host.empty()) return plain(400, "400\n");
  if (host != config_.host) return elsewhere(r, host);
  if (r.path == "/choose") {
    if (r.method == "POST") return choose(r);
    return redirect(303, "/");  // somebody loads the answer's address again
  }
  if (!safe_method(r)) {
    Response response = plain(405, "405\n");
    response.headers.emplace_back("Allow", "GET, HEAD");
    return response;
  }
  if (r.path == "/") return start(r);
  if (r.path == "/captive") return captive_api(r);
  return topic(r, 404, "missing");
}

Response Portal::elsewhere(const Request& r, const std::string& host) {
  const Probe* probe = find_probe(host, r.path);
  if (probe != nullptr && safe_method(r)) {
    const auto answer = control_(AskLine{r.peer});
    const Line* line = answer ? std::get_if<Line>(&*answer) : nullptr;
    if (line != nullptr && !is_restricted(line->state)) {
      Response open;
      open.status = probe->status;
      open.type = std::string(probe->type);
      open.body = std::string(probe->body);
      return open;
    }
    return redirect(302, config_.url);
  }
  // What a browser shows is led to the page; programs are told what RFC 6585 has for them.
  const std::string mode = r.header("sec-fetch-mode");
  if (safe_method(r) && (mode.empty() || mode == "navigate")) return redirect(302, config_.url);
  Response response = topic(r, 511, "redirect", false);
  const std::string link = "<p><a href=\"" + config_.url + "\">" + config_.url + "</a></p>\n</main>";
  const std::size_t end = response.body.find("</main>");
  response.body.replace(end, 7, link);
  return response;
}

Response Portal::line_page(const Request& r, const Line& line, int status, const std::string& note) {
  Response response;
  response.status = status;
  std::optional<HumanStep> step;
  if (!line.open.empty()) {
    const auto serial = TokenMaker::random_serial();
    if (!serial) return topic(r, 503, "down");
    const Token token{now_s_(), *serial};
    step = HumanStep{tokens_.make(token, line.id, line.standing), tokens_.question(token)};
  }
  response.body = pages_.of_line(language(r), line, step, note);
  return response;
}

Response Portal::start(const Request& r) {
  const auto answer = control_(AskLine{r.peer});
  if (answer)
    if (const Line* line = std::get_if<Line>(&*answer)) return line_page(r, *line, 200, {});
  if (answer && std::holds_alternative<Nobody>(*answer)) return topic(r, 403, "unknown", false);
  Response down = topic(r, 503, "down");
  down.headers.emplace_back("Retry-After", "60");
  return down;
}

Response Portal::captive_api(const Request& r) {
  const auto answer = control_(AskLine{r.peer});
  if (!answer || std::holds_alternative<Trouble>(*answer) || std::holds_alternative<Outcome>(*answer)) {
    Response down = plain(503, "503\n");
    down.headers.emplace_back("Retry-After", "60");
    return down;
  }
  const Line* line = std::get_if<Line>(&*answer);
  nlohmann::json state = {{"captive", line != nullptr && is_restricted(line->state)}};
  if (line != nullptr) state["user-portal-url"] = config_.url;
  if (line != nullptr && line->state == State::deferred && line->until_s > 0)
    state["seconds-remaining"] = std::max<std::int64_t>(0, line->until_s - now_s_());
  Response response;
  response.type = "application/captive+json";
  response.body = state.dump();
  return response;
}

bool Portal::own_origin(const Request& r) const {
  const std::string origin = r.header("origin"), site = r.header("sec-fetch-site"), host = r.header("host");
  if (!site.empty() && site != "same-origin") return false;
  if (origin.empty()) return !site.empty();
  return origin == "http://" + host || origin == "https://" + host;
}

Response Portal::choose(const Request& r) {
  if (!own_origin(r)) return topic(r, 403, "refused");
  const auto answer = control_(AskLine{r.peer});
  if (answer)
    if (const Line* line = std::get_if<Line>(&*answer)) return choose_for(r, *line);
  if (answer && std::holds_alternative<Nobody>(*answer)) return topic(r, 403, "unknown", false);
  return topic(r, 503, "down");
}

Response Portal::choose_for(const Request& r, const Line& line) {
  const std::int64_t now = now_s_();
  if (!tries_.take(line.id, now)) {
    Response often = line_page(r, line, 429, "question.often");
    often.headers.emplace_back("Retry-After", std::to_string(kTryPeriod_s));
    return often;
  }
  const std::string written = form_field(r, "token"), answer = form_field(r, "answer");
  const auto token = tokens_.check(written, line.id, line.standing, now);
  if (!token) {
    const bool soon = tokens_.check(written, line.id, line.standing, now + TokenMaker::kSoonest_s).has_value();
    return line_page(r, line, 409, soon ? "question.soon" : "question.expired");
  }
  if (!spent_.spend(line.id, token->serial)) return line_page(r, line, 409, "question.expired");
  const auto choice = find_named<Choice>(form_field(r, "choice"));
  if (!choice || !offers(line, *choice) || answer.empty()) return line_page(r, line, 422, "choice.must");
  if (answer != std::to_string(tokens_.question(*token).right())) return line_page(r, line, 422, "question.wrong");

  const auto kept = control_(AskChoice{r.peer, *choice, line.standing});
  const auto* outcome = kept ? std::get_if<Outcome>(&*kept) : nullptr;
  if (outcome == nullptr) return topic(r, 503, "down");
  if (*outcome == Outcome::done) return redirect(303, "/?lang=" + language(r).code());
  if (*outcome == Outcome::failed) return line_page(r, line, 503, "question.failed");
  return line_page(r, line, 409, "question.expired");
}

}  // namespace lazaret::portal
