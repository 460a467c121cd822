#include "scenarios/abuse_report.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "core/intel/feed.hpp"
#include "scenarios/feed_words.hpp"
#include "scenarios/flat_json.hpp"
#include "scenarios/input_file.hpp"
#include "scenarios/instant.hpp"
#include "scenarios/mail.hpp"

namespace lazaret {
namespace {

constexpr std::uintmax_t kMailMax = 4 << 20;
constexpr std::size_t kReportMax = 64 << 10;  ///< of the machine-readable part
constexpr std::string_view kExpected = "expected a mail in ARF (RFC 5965) or X-ARF 0.1 or 0.2";
/// Clocks differ a little.
constexpr Duration kClockSkew = seconds(300);

using Wrong = std::optional<std::string>;
using Fields = std::vector<std::pair<std::string, std::string>>;

struct TypeName {
  std::string_view name;
  AbuseType type;
};
constexpr std::array<TypeName, 20> kTypes = {{{"abuse", AbuseType::abuse},
                                              {"fraud", AbuseType::fraud},
                                              {"phishing", AbuseType::fraud},
                                              {"virus", AbuseType::virus},
                                              {"malware", AbuseType::virus},
                                              {"malware-attack", AbuseType::virus},
                                              {"spam", AbuseType::spam},
                                              {"regbot", AbuseType::spam},
                                              {"rfi-attack", AbuseType::other},
                                              {"login-attack", AbuseType::login_attack},
                                              {"bruteforce", AbuseType::login_attack},
                                              {"port-scan", AbuseType::port_scan},
                                              {"portscan", AbuseType::port_scan},
                                              {"portflood", AbuseType::flood},
                                              {"ddos", AbuseType::flood},
                                              {"botnet", AbuseType::bot},
                                              {"bot-infection", AbuseType::bot},
                                              {"infection", AbuseType::bot},
                                              {"harvesting", AbuseType::other},
                                              {"other", AbuseType::other}}};

/// The value of a field that may stand once; an empty text when it is not there.
std::variant<std::string, Problem> once(const Fields& fields, std::string_view name) {
  const std::string* found = nullptr;
  for (const auto& [key, value] : fields) {
    if (key != name) continue;
    if (found != nullptr) return Problem{fmt::format("has {} twice: it names two incidents or none", name)};
    found = &value;
  }
  return found == nullptr ? std::string() : *found;
}

template <typename Number>
bool whole(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// One report's fields into the value, the first mistake kept.
class Filling {
 public:
  Filling(const Fields& fields, AbuseReport& report) : fields_(fields), report_(report) {}

  std::string get(std::string_view name) {
    auto value = once(fields_, name);
    if (auto* problem = std::get_if<Problem>(&value)) {
      fail(problem->message);
      return {};
    }
    return std::get<0>(std::move(value));
  }
  void fail(std::string message) {
    if (!wrong_) wrong_ = std::move(message);
  }
  void source(std::string_view name) {
    const std::string text = get(name);
    if (text.empty()) return fail(fmt::format("has no {}: whom it means cannot be told", name));
    const auto address = parse_prefix(text);
    if (!address || text.find('/') != std::string::npos)
      return fail(fmt::format("{} wants an IPv4 or IPv6 address, found {}", name, in_quotes(text)));
    report_.source = address->address;
  }
  void source_port() {
    const std::string text = get("source-port");
    std::uint16_t port = 0;
    if (text.empty()) return;
    if (!whole(text, port) || port == 0)
      return fail(fmt::format("source-port wants a number from 1 to 65535, found {}", in_quotes(text)));
    report_.source_port = port;
  }
  void when(std::string_view name) {
    const std::string text = get(name);
    if (text.empty()) return fail(fmt::format("has no {}: who held the address then cannot be told", name));
    auto time = parse_iso_date(text);
    if (!time) time = parse_mail_date(text);
    if (!time) {
      fail(fmt::format("{} wants a date with an offset from UTC, such as 2007-10-09T14:03:20+02:00, found {}", name,
                       in_quotes(text)));
    } else {
      report_.at = *time;
    }
  }
  void incidents(std::string_view name) {
    const std::string text = get(name);
    if (!text.empty() && (!whole(text, report_.incidents) || report_.incidents == 0))
      fail(fmt::format("{} wants a whole number from 1, found {}", name, in_quotes(text)));
  }
  /// Types that nobody has registered are `other`.
  void type(std::string_view name) {
    const std::string text = lower_case(get(name));
    if (text.empty()) return fail(fmt::format("has no {}", name));
    for (const TypeName& known : kTypes)
      if (text == known.name) report_.type = known.type;
  }
  [[nodiscard]] const Wrong& wrong() const { return wrong_; }

 private:
  const Fields& fields_;
  AbuseReport& report_;
  Wrong wrong_;
};

Wrong fill_from_arf(const Fields& fields, AbuseReport& report) {
  Filling fill(fields, report);
  const std::string type = lower_case(fill.get("feedback-type"));
  if (type == "not-spam" || type == "auth-failure" || type == "opt-out" || type == "opt-out-list")
    return fmt::format("is feedback of the type '{}', which accuses nobody", type);
  if (type == "xarf") return "is an XARF report of version 1 or later; ask its sender for ARF or X-ARF 0.2";
  fill.type("feedback-type");
  if (fill.get("version").empty()) fill.fail("has no version, which RFC 5965 asks for");
  fill.source("source-ip");
  fill.source_port();
  // The draft before the RFC called it received-date.
  fill.when(fill.get("arrival-date").empty() && !fill.get("received-date").empty() ? "received-date" : "arrival-date");
  fill.incidents("incidents");
  return fill.wrong();
}

Wrong fill_from_xarf(const Fields& fields, AbuseReport& report) {
  Filling fill(fields, report);
  const std::string category = lower_case(fill.get("category")), source_type = lower_case(fill.get("source-type"));
  if (category != "abuse" && category != "fraud")
    fill.fail(category.empty() ? "has no category"
                               : fmt::format("is of the category {}, which accuses nobody", in_quotes(category)));
  if (source_type != "ip-address" && source_type != "ipv4" && source_type != "ipv6")
    fill.fail(source_type.empty()
                  ? "has no source-type"
                  : fmt::format("names a source of the type {}; expected ip-address", in_quotes(source_type)));
  fill.type("report-type");
  fill.source("source");
  // `port` is the service that was attacked: taken for the source's, it would name somebody else behind the same NAT.
  fill.source_port();
  fill.when("date");
  fill.incidents("occurrences");
  return fill.wrong();
}

std::variant<Fields, std::string> fields_of_json(const std::string& body) {
  auto fields = flat_json(body);
  if (!fields) return "its JSON report cannot be read";
  for (auto& [key, value] : *fields) key = lower_case(key);
  return *std::move(fields);
}

std::variant<Fields, std::string> fields_of_yaml(const std::string& body) {
  Fields fields;
  try {
    const YAML::Node node = YAML::Load(body);
    if (!node.IsMap()) return "its report is no list of \"Name: value\" lines";
    for (const auto& item : node)
      if (item.first.IsScalar() && item.second.IsScalar())
        fields.emplace_back(lower_case(item.first.Scalar()), item.second.Scalar());
  } catch (const YAML::Exception& e) {
    return fmt::format("its report cannot be read at line {}: {}", e.mark.line + 1, e.msg);
  }
  return fields;
}

Wrong fill(const Mail& mail, AbuseReport& report) {
  const auto of_type = [&](std::string_view type) {
    return std::find_if(mail.parts.begin(), mail.parts.end(), [&](const MailPart& p) { return p.type == type; });
  };
  const auto too_long = [](const MailPart& p) { return p.body.size() > kReportMax; };
  if (const auto arf = of_type("message/feedback-report"); arf != mail.parts.end()) {
    if (too_long(*arf)) return "its report is longer than 64 KiB";
    return fill_from_arf(mail_fields(arf->body), report);
  }
  const std::string kind = lower_case(mail.field("x-xarf").empty() ? mail.field("x-arf") : mail.field("x-xarf"));
  if (kind.empty()) return std::string(kExpected);
  if (kind != "plain" && kind != "yes")
    return fmt::format("is X-ARF of the kind {}; only plain mails are read", in_quotes(kind));
  auto part = std::find_if(mail.parts.begin(), mail.parts.end(), [](const MailPart& p) {
    return p.type == "application/json" || lower_case(p.name) == "report.txt" || lower_case(p.name) == "report.json";
  });
  if (part == mail.parts.end() && mail.parts.size() >= 2) part = mail.parts.begin() + 1;
  if (part == mail.parts.end()) return "has no second part, where X-ARF has its report";
  if (too_long(*part)) return "its report is longer than 64 KiB";
  auto fields = trimmed(part->body).starts_with('{') ? fields_of_json(part->body) : fields_of_yaml(part->body);
  if (auto* wrong = std::get_if<std::string>(&fields)) return std::move(*wrong);
  return fill_from_xarf(std::get<Fields>(fields), report);
}

bool same_or_under(std::string_view domain, std::string_view parent) {
  if (parent.empty() || !domain.ends_with(parent)) return false;
  return domain.size() == parent.size() || domain[domain.size() - parent.size() - 1] == '.';
}

/// Whether one Authentication-Results field of our server says that `domain` itself signed, or passed DMARC.
bool confirms(std::string_view field, const std::string& mail_server, std::string_view domain) {
  std::string text;
  int depth = 0;  // comments say nothing
  for (const char c : field) {
    if (c == '(') ++depth;
    if (depth == 0) text += c;
    if (c == ')' && depth > 0) --depth;
  }
  text = lower_case(text);
  std::size_t start = std::min(text.find(';'), text.size());
  const std::string_view server = trimmed(std::string_view(text).substr(0, start));
  if (server.substr(0, server.find(' ')) != lower_case(mail_server)) return false;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find(';', start + 1), text.size());
    const std::string_view result = trimmed(std::string_view(text).substr(start + 1, end - start - 1));
    start = end;
    const auto property = [&](std::string_view name) {
      const std::size_t at = result.find(name);
      if (at == std::string_view::npos || at == 0 || result[at - 1] != ' ') return std::string_view();
      const std::string_view value = result.substr(at + name.size());
      return value.substr(0, value.find(' '));
    };
    const std::string_view signer = property("header.d=");
    if ((result.starts_with("dkim=pass ") && signer.find('.') != std::string_view::npos &&
         same_or_under(domain, signer)) ||
        (result.starts_with("dmarc=pass ") && property("header.from=") == domain))
      return true;
  }
  return false;
}

}  // namespace

std::string_view to_text(AbuseType type) {
  constexpr std::array<std::string_view, 9> kNames = {"abuse",     "fraud", "virus", "spam", "login-attack",
                                                      "port-scan", "flood", "bot",   "other"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view to_text(NoAccusation why) {
  constexpr std::array<std::string_view, 6> kReasons = {
      "our mail server did not confirm the sender",
      "the sender is not on the list of trusted reporters",
      "the incident lies in the future",
      "the incident is too long ago",
      "nobody held the address at that time",
      "the address was shared at that time, and the report names no source port"};
  return kReasons[static_cast<std::size_t>(why)];
}

std::variant<AbuseReport, Problem> parse_abuse_report(const std::string& name, const std::string& text,
                                                      const std::string& mail_server) {
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", name, why)}; };
  if (text.size() > kMailMax) return refuse("is longer than 4 MiB, which no report is");
  const auto parsed = parse_mail(text);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) return refuse(*wrong);
  const Mail& mail = std::get<Mail>(parsed);
  AbuseReport report;
  if (const Wrong wrong = fill(mail, report)) return refuse(*wrong);
  std::size_t senders = 0;
  for (const auto& [key, value] : mail.fields) senders += key == "from" ? 1 : 0;
  if (senders == 1) report.reporter_domain = domain_of_from(std::string(mail.field("from")));
  if (report.reporter_domain.empty()) return refuse("has no single sender in its From field");
  for (const auto& [key, value] : mail.fields)
    if (key == "authentication-results" && !mail_server.empty() && confirms(value, mail_server, report.reporter_domain))
      report.authenticated = true;
  return report;
}

std::variant<AbuseReport, Problem> load_abuse_report(const std::filesystem::path& path,
                                                     const std::string& mail_server) {
  const auto refuse = [&](std::string_view why) { return Problem{fmt::format("{}: {}", path.string(), why)}; };
  std::error_code error;
  const auto type = std::filesystem::status(path, error).type();
  if (type == std::filesystem::file_type::not_found) return refuse("no such file; name a mail");
  // Devices and pipes have no size and may have no end.
  if (type != std::filesystem::file_type::regular) return refuse("is not a regular file; name a mail");
  if (std::filesystem::file_size(path, error) > kMailMax) return refuse("is longer than 4 MiB, which no report is");
  const auto text = read_whole(path);
  if (!text) return refuse("cannot be read; check its permissions");
  return parse_abuse_report(path.string(), *text, mail_server);
}

std::variant<Accusation, NoAccusation> accuse(const AbuseReport& report, const LeaseHistory& history,
                                              const ReporterTrust& trust, Timestamp now) {
  if (!report.authenticated) return NoAccusation::not_authenticated;
  const double* precision = nullptr;
  for (std::string_view domain = report.reporter_domain; precision == nullptr;) {
    if (const auto found = trust.precision.find(domain); found != trust.precision.end()) precision = &found->second;
    const std::size_t dot = domain.find('.');
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
  }
  if (precision == nullptr) return NoAccusation::not_trusted;
  if (report.at > now + kClockSkew) return NoAccusation::in_future;
  if (report.at < now - trust.max_age) return NoAccusation::too_old;
  const Holder holder = history.holder_at(report.source, report.source_port, report.at);
  switch (holder.kind) {
    case Holder::Kind::held:
      return Accusation{holder.account, report.at, report.type, weight_of_precision(*precision)};
    case Holder::Kind::nobody:
      return NoAccusation::nobody;
    case Holder::Kind::shared:
      return NoAccusation::shared;
    case Holder::Kind::forgotten:
      return NoAccusation::too_old;
  }
  return NoAccusation::nobody;
}

}  // namespace lazaret
