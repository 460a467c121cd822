#include "tests/core/brief_messages.hpp"

#include <algorithm>

namespace lazaret::frames::brief {
namespace {

void put8(Octets& out, std::uint64_t value) { out.push_back(static_cast<std::uint8_t>(value)); }
void put16(Octets& out, std::uint64_t value) { put8(out, value >> 8), put8(out, value); }
void put32(Octets& out, std::uint64_t value) { put16(out, value >> 16), put16(out, value); }
void put64(Octets& out, std::uint64_t value) { put32(out, value >> 32), put32(out, value); }
void put(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }

/// `octets` behind their length in `width` octets.
Octets counted(unsigned width, const Octets& octets) {
  Octets out;
  for (unsigned i = width; i-- > 0;) put8(out, octets.size() >> 8 * i);
  put(out, octets);
  return out;
}

Octets name_octets(std::string_view name) {
  Octets out;
  for (std::string_view rest = name; !rest.empty();) {
    const std::string_view label = rest.substr(0, rest.find('.'));
    put(out, counted(1, octets(label)));
    rest.remove_prefix(std::min(rest.size(), label.size() + 1));
  }
  put8(out, 0);
  return out;
}

Octets extension(std::uint16_t type, const Octets& body) {
  Octets out;
  put16(out, type);
  put(out, counted(2, body));
  return out;
}

}  // namespace

Octets dns_answers(const DnsAnswers& fields) {
  constexpr std::uint16_t kToQuestion = 0xc00c, kCname = 5, kA = 1, kAaaa = 28;
  Octets out;
  put16(out, fields.id), put16(out, 0x8180U | (fields.truncated ? 0x0200U : 0U) | fields.rcode);
  put16(out, 1), put16(out, fields.records.size() + (fields.alias.empty() ? 0 : 1)), put16(out, 0), put16(out, 0);
  put(out, name_octets(fields.name));
  put16(out, fields.type), put16(out, 1);
  std::uint16_t owner = kToQuestion;
  if (!fields.alias.empty()) {
    put16(out, kToQuestion), put16(out, kCname), put16(out, 1), put32(out, 300);
    put16(out, name_octets(fields.alias).size());
    owner = static_cast<std::uint16_t>(0xc000U | out.size());
    put(out, name_octets(fields.alias));
  }
  for (const Record& r : fields.records) {
    const bool v4 = r.address.is_v4();
    put16(out, owner), put16(out, v4 ? kA : kAaaa), put16(out, 1), put32(out, r.ttl_s), put16(out, v4 ? 4 : 16);
    if (v4)
      put32(out, r.address.as_v4());
    else
      put64(out, r.address.high), put64(out, r.address.low);
  }
  return out;
}

Octets client_hello(const Hello& fields) {
  Octets ciphers;
  for (const std::uint16_t cipher : fields.ciphers) put16(ciphers, cipher);
  Octets extensions;
  if (!fields.server_name.empty()) {
    Octets entry = {0};
    put(entry, counted(2, octets(fields.server_name)));
    put(extensions, extension(0, counted(2, entry)));
  }
  put(extensions, extension(10, counted(2, {0x00, 0x1d})));              // one group
  put(extensions, extension(13, counted(2, {0x04, 0x03, 0x08, 0x04})));  // signature algorithms
  put(extensions, extension(43, counted(1, {0x03, 0x04, 0x03, 0x03})));  // versions
  if (!fields.protocol.empty()) put(extensions, extension(16, counted(2, counted(1, octets(fields.protocol)))));
  Octets hello = {0x03, 0x03};
  put(hello, Octets(32, 7));  // random
  put(hello, counted(1, {}));
  put(hello, counted(2, ciphers));
  put(hello, {1, 0});  // no compression
  put(hello, counted(2, extensions));
  Octets message = {1};
  put(message, counted(3, hello));
  Octets record = {22, 3, 1};
  put(record, counted(2, message));
  return record;
}

}  // namespace lazaret::frames::brief
