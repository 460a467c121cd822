// What dnstap-read prints of a dnstap file: a line a message, or with -y a YAML document a message, which alone tells
// the answer's code.
#include <algorithm>

#include "scenarios/dns_log/fields.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace lazaret {
namespace {

using namespace dns_log_line;

/// STAMP CQ CLIENT:PORT -> RESOLVER:PORT UDP 33b NAME/CLASS/TYPE; CR with <- is an answer. The other kinds are what
/// servers say to each other.
class DnstapParser final : public DnsLogParser {
 public:
  explicit DnstapParser(const DnsLogTime& time) : stamps_(time) {}

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    std::string_view rest = line;
    const auto stamp = stamps_.take(rest);
    if (!stamp && rest.starts_with("???")) {  // how dnstap-read prints a missing stamp: two words
      (void)take_word(rest), (void)take_word(rest);
    }
    const std::string_view kind = take_word(rest), client = take_word(rest), arrow = take_word(rest);
    if (kind.size() != 2 || (kind[1] != 'Q' && kind[1] != 'R') || (arrow != "->" && arrow != "<-")) return kOther;
    if (kind[0] != 'C') return kServers;
    if (!stamp) return kNoTime;
    DnsLogEntry e;
    e.stamp_ns = *stamp;
    e.response = kind[1] == 'R';
    const std::string_view resolver = take_word(rest);
    e.resolver = read_address(resolver.substr(0, resolver.rfind(':')));
    const std::size_t colon = client.rfind(':');
    const auto address = read_address(client.substr(0, colon));
    const auto port = read_number(client.substr(std::min(colon, client.size() - 1) + 1), 65535);
    if (colon == std::string_view::npos || !address || !port) return kBadClient;
    e.client = *address;
    e.client_port = static_cast<std::uint16_t>(*port);
    (void)take_word(rest);  // the transport
    std::string_view size = take_word(rest);
    if (size.ends_with('b')) size.remove_suffix(1);
    if (e.response) e.size = static_cast<std::uint16_t>(read_number(size, 65535).value_or(0));
    const std::size_t type = rest.rfind('/');
    const std::size_t klass =
        type == std::string_view::npos || type == 0 ? std::string_view::npos : rest.rfind('/', type - 1);
    if (klass == std::string_view::npos) return kBadName;
    const std::string_view cause =
        read_question(rest.substr(0, klass), rest.substr(klass + 1, type - klass - 1), rest.substr(type + 1), e);
    if (cause == kRead) entries.push_back(std::move(e));
    return cause;
  }

 private:
  StampReader stamps_;
};

/// Documents divided by "---"; of each only the keys that matter are kept.
class DnstapYamlParser final : public DnsLogParser {
 public:
  explicit DnstapYamlParser(const DnsLogTime& time) : stamps_(time) {}

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    if (line.starts_with("---")) return end(entries);
    std::string_view text = line;
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::size_t depth = line.size() - text.size();
    if (in_text_ && depth > 2) return kPart;  // the message once more, as text for people
    in_text_ = false;
    if (text.starts_with("- ")) {
      take_item(text.substr(2));
      return kPart;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return kPart;
    std::string_view value = text.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    take_key(depth, text.substr(0, colon), value);
    return kPart;
  }

  std::string_view end(std::vector<DnsLogEntry>& entries) override {
    Document d = std::move(document_);
    document_ = {};
    in_text_ = false;
    if (d.kind.empty()) return kPart;
    d.entry.response = d.kind == "CLIENT_RESPONSE";
    if (!d.entry.response && d.kind != "CLIENT_QUERY") return kServers;
    const auto stamp = d.entry.response && d.response_time ? d.response_time : d.query_time;
    if (!stamp) return kNoTime;
    d.entry.stamp_ns = *stamp;
    if (!d.has_client) return kBadClient;
    if (!d.entry.response) {
      d.entry.rcode.reset(), d.entry.records.reset(), d.entry.addresses.clear();
      d.entry.size = 0;
    }
    if (d.question != kRead) return d.question;
    entries.push_back(std::move(d.entry));
    return kRead;
  }

 private:
  struct Document {
    DnsLogEntry entry;
    std::string kind, section;
    std::optional<std::int64_t> query_time, response_time;
    bool has_client = false;
    std::string_view question = kBadName;
  };

  void take_key(std::size_t depth, std::string_view key, std::string_view value) {
    Document& d = document_;
    d.section = value.empty() ? std::string(key) : std::string();
    if (key == "response_message" || key == "query_message") in_text_ = true;
    if (key == "type" && depth > 0) d.kind = value;
    if (key == "query_time" || key == "response_time") {
      constexpr std::string_view kTag = "!!timestamp ";
      if (value.starts_with(kTag)) value.remove_prefix(kTag.size());
      (key == "query_time" ? d.query_time : d.response_time) = stamps_.take(value);
    }
    if (key == "query_address") {
      const auto address = read_address(unquoted(value));
      d.has_client = address.has_value();
      d.entry.client = address.value_or(IpAddress{});
    }
    if (key == "response_address") d.entry.resolver = read_address(unquoted(value));
    if (key == "query_port") d.entry.client_port = static_cast<std::uint16_t>(read_number(value, 65535).value_or(0));
    if (key == "message_size") {
      if (value.ends_with('b')) value.remove_suffix(1);
      d.entry.size = static_cast<std::uint16_t>(read_number(value, 65535).value_or(0));
    }
    if (key == "status") d.entry.rcode = read_rcode(value);
    if (key == "id") {
      if (const auto id = read_number(value, 65535)) d.entry.id = static_cast<std::uint16_t>(*id);
    }
    if (key == "ANSWER") {
      if (const auto n = read_number(value, 65535)) d.entry.records = static_cast<std::uint16_t>(*n);
    }
  }
  /// 'www.example.com. IN A' of the question, 'www.example.com. 300 IN A 192.0.2.80' of the answers.
  void take_item(std::string_view text) {
    constexpr std::size_t kAddressesMax = 64;
    Document& d = document_;
    text = unquoted(text);
    if (d.section == "QUESTION_SECTION" && d.question == kBadName) {
      const std::string_view name = take_word(text), klass = take_word(text);
      d.question = read_question(name, klass, take_word(text), d.entry);
    } else if (d.section == "ANSWER_SECTION" && d.entry.addresses.size() < kAddressesMax) {
      (void)take_word(text), (void)take_word(text), (void)take_word(text);
      const std::string_view type = take_word(text);
      if (type != "A" && type != "AAAA") return;
      if (const auto address = read_address(text)) d.entry.addresses.push_back(*address);
    }
  }
  static std::string_view unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '"' && text.front() != '\'')) return text;
    return text.substr(1, text.size() - 2);
  }

  StampReader stamps_;
  Document document_;
  bool in_text_ = false;
};

}  // namespace

std::unique_ptr<DnsLogParser> make_dnstap_parser(const DnsLogTime& time) {
  return std::make_unique<DnstapParser>(time);
}
std::unique_ptr<DnsLogParser> make_dnstap_yaml_parser(const DnsLogTime& time) {
  return std::make_unique<DnstapYamlParser>(time);
}

}  // namespace lazaret
