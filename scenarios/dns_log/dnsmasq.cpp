// dnsmasq: log-queries says `query[A] NAME from CLIENT` and later `reply NAME is VALUE`, which names no client; with
// log-queries=extra both begin with a serial number and CLIENT/PORT.
#include <algorithm>
#include <deque>
#include <optional>
#include <unordered_map>

#include "scenarios/dns_log/fields.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace lazaret {
namespace {

using namespace dns_log_line;

/// Questions that may still be answered; the oldest is forgotten when there are more.
constexpr std::size_t kOpenMax = 65536;
/// Open questions for one name that an answer is compared with.
constexpr std::size_t kComparedMax = 64;
constexpr std::uint8_t kServerFailure = 2, kNoSuchName = 3, kRefused = 5;
constexpr std::uint16_t kTypeA = 1, kTypeAaaa = 28;

/// A name with its letters folded.
std::string folded(std::string name) {
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

class DnsmasqParser final : public DnsLogParser {
 public:
  explicit DnsmasqParser(const DnsLogTime& time) : stamps_(time) {}

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    std::string_view rest = line;
    const auto stamp = stamps_.take(rest);
    const std::size_t at = rest.find("dnsmasq");
    if (at == std::string_view::npos) return kOther;
    rest.remove_prefix(at);
    if (!take_word(rest).ends_with(':')) return kOther;
    Tag tag;
    read_tag(rest, tag);
    if (rest.starts_with("query[")) {
      if (!stamp) return kNoTime;
      end_chain(entries);
      return read_query(rest.substr(6), tag, *stamp, entries);
    }
    std::string_view name, value;
    if (!read_answer(rest, name, value)) return kOther;
    if (!stamp) return kNoTime;
    return take_answer(name, value, tag, *stamp, entries);
  }
  std::string_view end(std::vector<DnsLogEntry>& entries) override {
    end_chain(entries);
    return kPart;
  }

 private:
  /// What log-queries=extra puts before each message.
  struct Tag {
    std::string serial;  ///< empty without extra
    std::uint16_t port = 0;
  };
  struct Open {
    DnsLogEntry question;
    std::uint64_t number = 0;
  };

  static void read_tag(std::string_view& rest, Tag& tag) {
    std::string_view ahead = rest;
    const std::string_view serial = take_word(ahead), client = take_word(ahead);
    const std::size_t slash = client.rfind('/');
    if (!read_number(serial, UINT32_MAX) || slash == std::string_view::npos) return;
    const auto port = read_number(client.substr(slash + 1), 65535);
    if (!port) return;
    tag = {std::string(serial), static_cast<std::uint16_t>(*port)};
    rest = ahead;
  }

  std::string_view read_query(std::string_view rest, const Tag& tag, std::int64_t stamp,
                              std::vector<DnsLogEntry>& entries) {
    const std::size_t bracket = rest.find("] "), from = rest.rfind(" from ");
    if (bracket == std::string_view::npos || from == std::string_view::npos || from < bracket + 2) return kBadClient;
    const std::string_view name = rest.substr(bracket + 2, from - bracket - 2);
    DnsLogEntry e;
    const auto client = read_address(rest.substr(from + 6));
    if (!client) return kBadClient;
    if (const std::string_view cause = read_question(name, "IN", rest.substr(0, bracket), e); cause != kRead)
      return cause;
    e.stamp_ns = stamp;
    e.client = *client;
    e.client_port = tag.port;
    remember(e, tag);
    entries.push_back(std::move(e));
    return kRead;
  }

  /// "reply NAME is VALUE", also for what comes from the cache, the configuration, a hosts file or a block list.
  static bool read_answer(std::string_view rest, std::string_view& name, std::string_view& value) {
    const std::size_t is = rest.find(" is ");
    if (is == std::string_view::npos) return false;
    value = rest.substr(is + 4);
    std::string_view ahead = rest.substr(0, is);
    const std::string_view source = take_word(ahead);
    if (source == "reply" || source == "cached" || source == "cached-stale" || source == "config" || source == "DHCP" ||
        source.starts_with('/')) {
      name = ahead;
    } else if (source == "gravity" || source == "exactly" || source == "regex") {
      name = ahead.substr(ahead.rfind(' ') + 1);  // Pi-hole's words: "gravity blocked NAME"
    } else {
      return false;
    }
    return !name.empty();
  }

  std::string_view take_answer(std::string_view name, std::string_view value, const Tag& tag, std::int64_t stamp,
                               std::vector<DnsLogEntry>& entries) {
    DnsLogEntry answer;
    answer.stamp_ns = stamp;
    std::uint16_t type = 0;  // that the value answers; 0: any
    read_value(value, answer, type);
    std::string key = key_of(name, tag);
    std::optional<DnsLogEntry> question = take_question(key, type);
    if (!question) {
      // After <CNAME> come lines of the names that it leads to; what they say holds for the name that was asked.
      if (chained_) {
        answer.stamp_ns = chained_->stamp_ns;
        finish(*chained_, std::move(answer), entries);
        chained_.reset();
        further_ = std::move(key);
        return kRead;
      }
      return further_ == key ? kOther : kUnmatched;  // a second address of an answer that was taken
    }
    end_chain(entries);
    further_ = std::move(key);
    if (value == "<CNAME>") {
      question->stamp_ns = stamp;
      chained_ = std::move(question);
      return kPart;
    }
    finish(*question, std::move(answer), entries);
    return kRead;
  }

  static void read_value(std::string_view value, DnsLogEntry& answer, std::uint16_t& type) {
    const std::string_view word = value.substr(0, value.find(' '));
    answer.rcode = 0;
    if (const auto address = read_address(word)) {
      answer.addresses.push_back(*address);
      answer.records = 1;
      type = address->is_v4() ? kTypeA : kTypeAaaa;
    } else if (word.starts_with("NODATA")) {  // older ones add -IPv4 or -IPv6
      answer.records = 0;
      if (word.ends_with("-IPv4")) type = kTypeA;
      if (word.ends_with("-IPv6")) type = kTypeAaaa;
    } else if (word == "NXDOMAIN" || word == "SERVFAIL" || word == "REFUSED") {
      answer.records = 0;
      answer.rcode = word == "NXDOMAIN" ? kNoSuchName : word == "SERVFAIL" ? kServerFailure : kRefused;
    }
  }

  static void finish(const DnsLogEntry& question, DnsLogEntry answer, std::vector<DnsLogEntry>& entries) {
    answer.response = true;
    answer.client = question.client;
    answer.client_port = question.client_port;
    answer.name = question.name;
    answer.type = question.type;
    entries.push_back(std::move(answer));
  }
  void end_chain(std::vector<DnsLogEntry>& entries) {
    if (!chained_) return;
    DnsLogEntry answer;
    answer.stamp_ns = chained_->stamp_ns;
    answer.rcode = 0;
    finish(*chained_, std::move(answer), entries);
    chained_.reset();
  }

  /// By what an answer finds its question: the serial, else the name.
  std::string key_of(std::string_view name, const Tag& tag) const {
    if (!tag.serial.empty()) return tag.serial + "#";
    if (name == "error") return last_;  // "config error is REFUSED" follows its question at once
    if (const auto address = read_address(name)) return folded(reverse_name(*address));
    return folded(read_name(name).value_or(""));
  }
  void remember(const DnsLogEntry& question, const Tag& tag) {
    last_ = tag.serial.empty() ? folded(question.name) : tag.serial + "#";
    questions_[last_].push_back({question, ++asked_});
    order_.emplace_back(last_, asked_);
    while (order_.size() > kOpenMax) {
      const auto& [key, number] = order_.front();
      const auto open = questions_.find(key);
      if (open != questions_.end() && open->second.front().number == number) {
        open->second.pop_front();
        if (open->second.empty()) questions_.erase(open);
      }
      order_.pop_front();
    }
  }
  /// The oldest open question of that key which a value of `type` can answer; it is open no more.
  std::optional<DnsLogEntry> take_question(const std::string& key, std::uint16_t type) {
    const auto open = questions_.find(key);
    if (open == questions_.end()) return std::nullopt;
    std::deque<Open>& row = open->second;
    for (std::size_t i = 0; i < std::min(row.size(), kComparedMax); ++i) {
      const std::uint16_t asked = row[i].question.type;
      if (type != 0 && asked != type && (asked == kTypeA || asked == kTypeAaaa)) continue;
      DnsLogEntry question = std::move(row[i].question);
      row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
      if (row.empty()) questions_.erase(open);
      return question;
    }
    return std::nullopt;
  }

  StampReader stamps_;
  std::unordered_map<std::string, std::deque<Open>> questions_;
  std::deque<std::pair<std::string, std::uint64_t>> order_;
  std::uint64_t asked_ = 0;
  std::string last_, further_;
  std::optional<DnsLogEntry> chained_;
};

}  // namespace

std::unique_ptr<DnsLogParser> make_dnsmasq_parser(const DnsLogTime& time) {
  return std::make_unique<DnsmasqParser>(time);
}

}  // namespace lazaret
