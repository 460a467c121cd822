// BIND 9 and Unbound: one line a question or an answer, each complete in itself.
#include <algorithm>

#include "scenarios/dns_log/fields.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace lazaret {
namespace {

using namespace dns_log_line;

/// client [@0x...] ADDRESS#PORT[/key NAME] [(NAME)]: [view VIEW: ]WHAT, after any prefix (category, severity, syslog).
/// WHAT is one of
///   query: NAME CLASS TYPE FLAGS (RESOLVER) [ECS]
///   response: NAME CLASS TYPE CODE ANSWERS AUTHORITY ADDITIONAL FLAGS (RESOLVER)
///   query failed (CODE) for NAME/CLASS/TYPE at FILE:LINE
class BindParser final : public DnsLogParser {
 public:
  explicit BindParser(const DnsLogTime& time) : stamps_(time) {}

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    std::string_view rest = line;
    const auto stamp = stamps_.take(rest);
    if (!rest.starts_with("client ")) {
      const std::size_t at = rest.find(" client ");
      if (at == std::string_view::npos) return kOther;
      rest.remove_prefix(at + 1);
    }
    rest.remove_prefix(7);
    if (rest.starts_with('@')) (void)take_word(rest);
    DnsLogEntry e;
    static constexpr std::string_view kQuery = ": query: ", kResponse = ": response: ", kFailed = ": query failed (";
    const std::size_t query = rest.find(kQuery), response = rest.find(kResponse), failed = rest.find(kFailed);
    const std::size_t first = std::min({query, response, failed});
    if (first == std::string_view::npos) return kOther;
    if (!stamp) return kNoTime;
    e.stamp_ns = *stamp;
    if (!read_peer(rest.substr(0, first), e)) return kBadClient;
    std::string_view cause;
    if (first == query) {
      rest.remove_prefix(query + kQuery.size());
      cause = read_words(rest, e);
      read_resolver(rest, e);
    } else if (first == response) {
      rest.remove_prefix(response + kResponse.size());
      cause = read_response(rest, e);
    } else {
      rest.remove_prefix(failed + kFailed.size());
      cause = read_failure(rest, e);
    }
    if (cause == kRead) entries.push_back(std::move(e));
    return cause;
  }

 private:
  static bool read_peer(std::string_view text, DnsLogEntry& e) {
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos) return false;
    const auto address = read_address(text.substr(0, hash));
    text.remove_prefix(hash + 1);
    const auto port = read_number(text.substr(0, text.find_first_of(" /:")), 65535);
    if (!address || !port) return false;
    e.client = *address;
    e.client_port = static_cast<std::uint16_t>(*port);
    return true;
  }
  static std::string_view read_words(std::string_view& rest, DnsLogEntry& e) {
    const std::string_view name = take_word(rest), klass = take_word(rest), type = take_word(rest);
    return read_question(name, klass, type, e);
  }
  static void read_resolver(std::string_view rest, DnsLogEntry& e) {
    const std::size_t open = rest.find(" (");  // the flags' brackets have no blank before them: +E(0)K
    if (open == std::string_view::npos) return;
    rest.remove_prefix(open + 2);
    e.resolver = read_address(rest.substr(0, rest.find(')')));
  }
  static std::string_view read_response(std::string_view rest, DnsLogEntry& e) {
    if (const std::string_view cause = read_words(rest, e); cause != kRead) return cause;
    e.response = true;
    e.rcode = read_rcode(take_word(rest));
    if (!e.rcode) return kBadCode;
    if (const auto records = read_number(take_word(rest), 65535)) e.records = static_cast<std::uint16_t>(*records);
    read_resolver(rest, e);
    return kRead;
  }
  static std::string_view read_failure(std::string_view rest, DnsLogEntry& e) {
    const std::size_t close = rest.find(") for ");
    if (close == std::string_view::npos) return kBadName;
    const std::string_view code = rest.substr(0, close);
    std::string_view question = rest.substr(close + 6);
    question = question.substr(0, question.rfind(" at "));
    const std::size_t type = question.rfind('/');
    const std::size_t klass = type == std::string_view::npos || type == 0 ? type : question.rfind('/', type - 1);
    if (type == std::string_view::npos || klass == std::string_view::npos || klass >= type) return kBadName;
    e.response = true;
    // Reasons that are no codes ("timed out", "broken trust chain") reach the client as SERVFAIL.
    constexpr std::uint8_t kServerFailure = 2;
    e.rcode = read_rcode(code).value_or(kServerFailure);
    e.records = 0;
    return read_question(question.substr(0, klass), question.substr(klass + 1, type - klass - 1),
                         question.substr(type + 1), e);
  }

  StampReader stamps_;
};

/// ...] info: ADDRESS NAME TYPE CLASS [CODE SECONDS CACHED OCTETS ...]; with log-tag-queryreply "query:" or "reply:"
/// stands for "info:".
class UnboundParser final : public DnsLogParser {
 public:
  explicit UnboundParser(const DnsLogTime& time) : stamps_(time) {}

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    std::string_view rest = line;
    const auto stamp = stamps_.take(rest);
    std::size_t at = std::string_view::npos;
    for (const std::string_view tag : {"] info: ", "] query: ", "] reply: "}) {
      at = rest.find(tag);
      if (at == std::string_view::npos) continue;
      rest.remove_prefix(at + tag.size());
      break;
    }
    if (at == std::string_view::npos) return kOther;
    DnsLogEntry e;
    const auto client = read_address(take_word(rest));
    const std::string_view name = take_word(rest), type = take_word(rest), klass = take_word(rest);
    if (!client || !is_class(klass)) return kOther;  // the server's own notices
    if (!stamp) return kNoTime;
    e.stamp_ns = *stamp;
    e.client = *client;
    if (const std::string_view cause = read_question(name, klass, type, e); cause != kRead) return cause;
    if (const std::string_view code = take_word(rest); !code.empty()) {
      e.response = true;
      e.rcode = read_rcode(code);
      if (!e.rcode) return kBadCode;
      (void)take_word(rest), (void)take_word(rest);  // how long it took, whether it was cached
      e.size = static_cast<std::uint16_t>(read_number(take_word(rest), 65535).value_or(0));
    }
    entries.push_back(std::move(e));
    return kRead;
  }

 private:
  StampReader stamps_;
};

}  // namespace

std::string_view read_question(std::string_view name, std::string_view klass, std::string_view type, DnsLogEntry& e) {
  auto wire = read_name(name);
  if (!wire) return kBadName;
  if (klass != "IN" && klass != "in") return is_class(klass) ? kOtherClass : kBadType;
  const auto number = read_type(type);
  if (!number) return kBadType;
  e.name = std::move(*wire);
  e.type = *number;
  return kRead;
}

std::unique_ptr<DnsLogParser> make_bind_parser(const DnsLogTime& time) { return std::make_unique<BindParser>(time); }
std::unique_ptr<DnsLogParser> make_unbound_parser(const DnsLogTime& time) {
  return std::make_unique<UnboundParser>(time);
}

std::unique_ptr<DnsLogParser> make_dns_log_parser(DnsLogFormat format, const DnsLogTime& time) {
  switch (format) {
    case DnsLogFormat::bind:
      return make_bind_parser(time);
    case DnsLogFormat::unbound:
      return make_unbound_parser(time);
    case DnsLogFormat::dnsmasq:
      return make_dnsmasq_parser(time);
    case DnsLogFormat::dnstap:
      return make_dnstap_parser(time);
    case DnsLogFormat::dnstap_yaml:
      return make_dnstap_yaml_parser(time);
    case DnsLogFormat::table:
      return make_table_parser(time);
  }
  return nullptr;
}

}  // namespace lazaret
