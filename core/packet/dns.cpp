#include "core/packet/dns.hpp"

#include <algorithm>
#include <cstddef>

#include "core/hash.hpp"
#include "core/packet/octets.hpp"

namespace lazaret {
namespace {

using Message = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 12, kQuestionTail = 4, kRecordHead = 10;
constexpr std::uint16_t kClassInternet = 1;
constexpr std::uint8_t kPointer = 0xc0;

/// Where the name that starts at `at` ends, or 0 if it is cut or malformed. Each run of labels starts before the one
/// that pointed to it, so that there are no loops; in the question there is nothing before, so that no pointer is good.
std::size_t read_name(Message message, std::size_t at, WireName& name) {
  std::size_t end = 0, run = at;
  for (unsigned pointers = 0; at < message.size();) {
    const std::size_t length = message[at];
    if (length >= kPointer) {
      if (message.size() - at < 2 || ++pointers > kDnsPointersMax) return 0;
      const std::size_t target = read16(&message[at]) & 0x3fffU;
      if (target < kHeader || target >= run) return 0;
      if (end == 0) end = at + 2;
      at = run = target;
      continue;
    }
    if (length == 0) return end != 0 ? end : at + 1;
    if (length > message.size() - at - 1 || !name.add(message.subspan(at + 1, length))) return 0;
    at += 1 + length;
  }
  return 0;
}

/// Where the one question's name ends, or 0 if this is no query or response to one, or its question is cut.
std::size_t read_question(Message message, WireName& name) {
  if (message.size() < kHeader || read16(&message[4]) != 1 || (message[2] & 0x78) != 0) return 0;
  const std::size_t end = read_name(message, kHeader, name);
  return end != 0 && message.size() - end >= kQuestionTail ? end : 0;
}

bool is_response(Message message) { return (message[2] & 0x80) != 0; }
std::uint8_t code(Message message) { return is_response(message) ? message[3] & 0x0f : std::uint8_t{0}; }

/// An answer of the kinds that lead from a name to an address. Names stand by their hashes.
struct Link {
  std::uint64_t owner = 0;
  std::uint64_t target = 0;  ///< of an alias
  bool alias = false;
  DnsAnswer answer;  ///< otherwise
};

struct Links {
  std::array<Link, kDnsRecordsMax> all;
  unsigned count = 0;
};

class Answers {
 public:
  Answers(Message message, std::size_t start, std::uint64_t seed, std::uint64_t question)
      : message_(message), at_(start), seed_(seed), question_(question) {}

  /// The next record; false if it is cut or malformed.
  bool read(Links& links);

 private:
  /// 0 and `end` 0 for a name that cannot be read.
  std::uint64_t name_at(std::size_t at, std::size_t& end) const {
    // Nearly every owner is a pointer to the question's name.
    if (message_.size() - at >= 2 && read16(&message_[at]) == (kPointer << 8 | kHeader)) {
      end = at + 2;
      return question_;
    }
    WireName name;
    end = read_name(message_, at, name);
    return end == 0 ? 0 : hash_octets(seed_, name.octets());
  }

  Message message_;
  std::size_t at_;
  std::uint64_t seed_, question_;
};

bool Answers::read(Links& links) {
  std::size_t at = 0;
  Link link;
  if (at_ >= message_.size()) return false;
  link.owner = name_at(at_, at);
  if (at == 0 || message_.size() - at < kRecordHead) return false;
  const std::uint8_t* const head = &message_[at];
  const std::uint16_t type = read16(head), kind = read16(head + 2);
  const std::uint32_t ttl = read32(head + 4);
  const std::size_t length = read16(head + 8);
  at += kRecordHead;
  if (message_.size() - at < length) return false;
  at_ = at + length;
  if (kind != kClassInternet) return true;
  const std::uint8_t* const data = message_.data() + at;
  link.answer.ttl_s = ttl >> 31 != 0 ? 0 : ttl;
  if (type == kDnsTypeA) {
    if (length != 4) return false;
    link.answer.address = IpAddress::v4(read32(data));
  } else if (type == kDnsTypeAaaa) {
    if (length != 16) return false;
    link.answer.address = {read64(data), read64(data + 8)};
    if (link.answer.address.is_v4()) return true;
  } else if (type == kDnsTypeCname) {
    std::size_t end = 0;
    if (length == 0) return false;
    link.alias = true;
    link.target = name_at(at, end);
    if (end != at_) return false;
  } else {
    return true;
  }
  links.all[links.count++] = link;
  return true;
}

/// Keeps the addresses of the question's name and of its aliases, in whatever order the records stand.
void follow(const Links& links, DnsFacts& facts) {
  const std::span<const Link> all(links.all.data(), links.count);
  std::array<std::uint64_t, kDnsLinksMax + 1> chain;
  std::size_t names = 0;
  chain[names++] = facts.name_hash;
  while (names < chain.size()) {
    const auto next =
        std::find_if(all.begin(), all.end(), [&](const Link& l) { return l.alias && l.owner == chain[names - 1]; });
    if (next == all.end()) break;
    chain[names++] = next->target;
  }
  const auto known = [&](std::uint64_t owner) {
    return std::find(chain.begin(), chain.begin() + static_cast<std::ptrdiff_t>(names), owner) !=
           chain.begin() + static_cast<std::ptrdiff_t>(names);
  };
  for (const Link& link : all)
    if (!link.alias && facts.held < kDnsAnswersMax && known(link.owner)) facts.answers[facts.held++] = link.answer;
}

}  // namespace

std::optional<DnsQuestion> parse_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept {
  WireName name;
  const std::size_t end = read_question(message, name);
  if (end == 0) return std::nullopt;
  return DnsQuestion{.id = read16(&message[0]),
                     .response = is_response(message),
                     .rcode = code(message),
                     .type = read16(&message[end]),
                     .name_hash = hash_octets(seed, name.octets()),
                     .labels = static_cast<std::uint8_t>(name.labels())};
}

std::optional<DnsFacts> read_dns(std::span<const std::uint8_t> message, std::uint64_t seed) noexcept {
  WireName name;
  const std::size_t end = read_question(message, name);
  if (end == 0) return std::nullopt;
  DnsFacts facts;
  static_cast<NameFacts&>(facts) = name_facts(name, seed);
  facts.id = read16(&message[0]);
  facts.qtype = read16(&message[end]);
  facts.response = is_response(message);
  facts.truncated = (message[2] & 0x02) != 0;
  facts.rcode = code(message);
  if (!facts.response) return facts;
  facts.answer_count = read16(&message[6]);
  if (facts.answer_count == 0) {
    facts.answers_whole = true;
    return facts;
  }
  Links links;
  Answers answers(message, end + kQuestionTail, seed, facts.name_hash);
  unsigned read = 0;
  while (read < std::min<unsigned>(facts.answer_count, kDnsRecordsMax) && answers.read(links)) ++read;
  facts.answers_whole = read == facts.answer_count;
  follow(links, facts);
  return facts;
}

}  // namespace lazaret
