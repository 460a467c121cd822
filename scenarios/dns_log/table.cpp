// A table of one's own: time,client,qname,qtype,rcode, a line a question; commas, semicolons or tabs.
#include <algorithm>
#include <array>

#include "scenarios/dns_log/fields.hpp"
#include "scenarios/dns_log/parser.hpp"

namespace lazaret {
namespace {

using namespace dns_log_line;

enum Column : std::size_t { kTime, kClient, kName, kType, kRcode, kPort, kAnswer, kColumns };
constexpr std::array<std::string_view, kColumns> kColumnNames = {"time",  "client", "qname", "qtype",
                                                                 "rcode", "port",   "answer"};

/// A column without its blanks and quotes.
std::string_view bare(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

class TableParser final : public DnsLogParser {
 public:
  explicit TableParser(const DnsLogTime& time) : stamps_(time) {
    for (std::size_t c = 0; c < kColumns; ++c) place_[c] = c < kPort ? c : kNowhere;
  }

  std::string_view read(std::string_view line, std::vector<DnsLogEntry>& entries) override {
    if (line.starts_with('#')) return kOther;
    split(line);
    if (!begun_) {
      begun_ = true;
      if (take_header()) return kOther;
    }
    DnsLogEntry e;
    std::string_view time = field(kTime);
    const auto stamp = stamps_.take(time);
    if (!stamp || !time.empty()) return kNoTime;
    e.stamp_ns = *stamp;
    const auto client = read_address(field(kClient));
    if (!client) return kBadClient;
    e.client = *client;
    if (const std::string_view cause = read_question(field(kName), "IN", field(kType), e); cause != kRead) return cause;
    e.client_port = static_cast<std::uint16_t>(read_number(field(kPort), 65535).value_or(0));
    DnsLogEntry answer = e;
    const std::string_view code = field(kRcode);
    if (!code.empty() && code != "-") {
      answer.response = true;
      answer.rcode = read_rcode(code);
      if (!answer.rcode) return kBadCode;
      if (const std::string_view addresses = field(kAnswer); !addresses.empty()) read_answer(addresses, answer);
    }
    entries.push_back(std::move(e));
    if (answer.response) entries.push_back(std::move(answer));
    return kRead;
  }

 private:
  static constexpr std::size_t kFieldsMax = 32, kNowhere = kFieldsMax;

  void split(std::string_view line) {
    if (divider_ == '\0') {
      const auto has = [&](char c) { return line.find(c) != std::string_view::npos; };
      divider_ = has('\t') ? '\t' : has(',') ? ',' : ';';
    }
    count_ = 0;
    for (std::size_t start = 0; count_ < kFieldsMax && start <= line.size();) {
      const std::size_t end = std::min(line.find(divider_, start), line.size());
      fields_[count_++] = bare(line.substr(start, end - start));
      start = end + 1;
    }
  }
  [[nodiscard]] std::string_view field(Column c) const { return place_[c] < count_ ? fields_[place_[c]] : ""; }

  /// A first line of column names says which column is where; those it does not know are ignored.
  bool take_header() {
    std::array<std::size_t, kColumns> place;
    place.fill(kNowhere);
    for (std::size_t i = 0; i < count_; ++i) {
      const auto* const known = std::find(kColumnNames.begin(), kColumnNames.end(), fields_[i]);
      if (known != kColumnNames.end()) place[static_cast<std::size_t>(known - kColumnNames.begin())] = i;
    }
    for (const Column needed : {kTime, kClient, kName, kType})
      if (place[needed] == kNowhere) return false;
    place_ = place;
    return true;
  }

  static void read_answer(std::string_view text, DnsLogEntry& answer) {
    while (!text.empty() && answer.addresses.size() < kFieldsMax)
      if (const auto address = read_address(take_word(text))) answer.addresses.push_back(*address);
    answer.records = static_cast<std::uint16_t>(answer.addresses.size());
  }

  StampReader stamps_;
  char divider_ = '\0';
  bool begun_ = false;
  std::array<std::size_t, kColumns> place_{};
  std::array<std::string_view, kFieldsMax> fields_{};
  std::size_t count_ = 0;
};

}  // namespace

std::unique_ptr<DnsLogParser> make_table_parser(const DnsLogTime& time) { return std::make_unique<TableParser>(time); }

}  // namespace lazaret
