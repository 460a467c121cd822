#include "sim/dialogue/dns_message.hpp"

namespace lazaret {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::uint16_t kInternet = 1;
constexpr std::uint32_t kTtlS = 600;
constexpr std::uint16_t kQuestionName = 0xc00c;  // a pointer to the name right after the header

void put8(std::string& out, unsigned v) { out += static_cast<char>(v); }
void put16(std::string& out, unsigned v) { put8(out, v >> 8), put8(out, v & 0xff); }
void put32(std::string& out, std::uint32_t v) { put16(out, v >> 16), put16(out, v & 0xffff); }
unsigned at8(std::string_view in, std::size_t i) { return static_cast<unsigned char>(in[i]); }
unsigned at16(std::string_view in, std::size_t i) { return at8(in, i) << 8 | at8(in, i + 1); }
std::uint64_t at32(std::string_view in, std::size_t i) { return std::uint64_t{at16(in, i)} << 16 | at16(in, i + 2); }

void put_name(std::string& out, std::string_view name) {
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    put8(out, static_cast<unsigned>(label.size()));
    out += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  put8(out, 0);
}

// Reads a name without pointers; leaves `at` behind it.
std::optional<std::string> read_name(std::string_view in, std::size_t& at) {
  std::string name;
  for (;;) {
    if (at >= in.size()) return std::nullopt;
    const unsigned length = at8(in, at++);
    if (length == 0) return name;
    if (length > 63 || at + length > in.size()) return std::nullopt;
    if (!name.empty()) name += '.';
    name += in.substr(at, length);
    at += length;
  }
}

void put_question(std::string& out, const DnsQuery& q) {
  put_name(out, q.name);
  put16(out, static_cast<unsigned>(q.type));
  put16(out, kInternet);
}

}  // namespace

std::string to_octets(const DnsQuery& q) {
  std::string out;
  put16(out, q.id);
  put16(out, 0x0100);  // recursion desired
  put16(out, 1), put16(out, 0), put16(out, 0), put16(out, 0);
  put_question(out, q);
  return out;
}

std::string to_octets(const DnsQuery& q, const WrittenAnswer& a) {
  const bool record = a.address || !a.exchanger.empty();
  std::string out;
  put16(out, q.id);
  put16(out, 0x8180U | a.rcode);  // response, recursion desired and available
  put16(out, 1), put16(out, record ? 1 : 0), put16(out, 0), put16(out, 0);
  put_question(out, q);
  if (!record) return out;
  put16(out, kQuestionName);
  put16(out, static_cast<unsigned>(q.type));
  put16(out, kInternet);
  put32(out, kTtlS);
  std::string data;
  if (q.type == DnsType::mx) {
    put16(data, 10);
    put_name(data, a.exchanger);
  } else if (q.type == DnsType::a) {
    put32(data, a.address->as_v4());
  } else {
    for (const std::uint64_t half : {a.address->high, a.address->low})
      put32(data, static_cast<std::uint32_t>(half >> 32)), put32(data, static_cast<std::uint32_t>(half));
  }
  put16(out, static_cast<unsigned>(data.size()));
  return out + data;
}

std::optional<DnsQuery> read_query(std::string_view in) {
  if (in.size() < kHeader || (at8(in, 2) & 0x80) != 0 || at16(in, 4) != 1) return std::nullopt;
  std::size_t at = kHeader;
  const auto name = read_name(in, at);
  if (!name || at + 4 > in.size()) return std::nullopt;
  return DnsQuery{static_cast<std::uint16_t>(at16(in, 0)), static_cast<DnsType>(at16(in, at)), *name};
}

std::optional<WrittenAnswer> read_answer(std::string_view in, const DnsQuery& asked) {
  if (in.size() < kHeader || (at8(in, 2) & 0x80) == 0 || at16(in, 0) != asked.id) return std::nullopt;
  WrittenAnswer answer{asked.id, static_cast<std::uint8_t>(at8(in, 3) & 0x0f), {}, {}};
  std::size_t at = kHeader;
  if (!read_name(in, at) || at + 4 > in.size()) return std::nullopt;
  at += 4;
  if (at16(in, 6) == 0) return answer;
  if (at + 12 > in.size() || at16(in, at + 2) != static_cast<unsigned>(asked.type)) return std::nullopt;
  const std::size_t length = at16(in, at + 10);
  at += 12;
  if (at + length > in.size()) return std::nullopt;
  if (asked.type == DnsType::a && length == 4) answer.address = IpAddress::v4(static_cast<std::uint32_t>(at32(in, at)));
  if (asked.type == DnsType::aaaa && length == 16)
    answer.address = IpAddress{at32(in, at) << 32 | at32(in, at + 4), at32(in, at + 8) << 32 | at32(in, at + 12)};
  if (asked.type == DnsType::mx && length > 3) {
    at += 2;
    answer.exchanger = read_name(in, at).value_or("");
  }
  return answer;
}

}  // namespace lazaret
