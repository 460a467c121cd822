#include "core/packet/ja4.hpp"

#include <algorithm>

#include "core/packet/octets.hpp"
#include "core/packet/sha256.hpp"

namespace lazaret {
namespace {

constexpr std::uint16_t kServerName = 0, kAlpn = 16;
constexpr char kHex[] = "0123456789abcdef";
constexpr std::size_t kHashDigits = 12;

/// Writes from the front; the fingerprint's parts have fixed widths that add up to its size.
class Text {
 public:
  void put(char c) { text_[used_++] = c; }
  void put(const char* two) { put(two[0]), put(two[1]); }
  void put_count(std::size_t count) {
    count = std::min<std::size_t>(count, 99);
    put(static_cast<char>('0' + count / 10)), put(static_cast<char>('0' + count % 10));
  }
  void put_hash(Sha256& hash) {
    const Sha256::Digest digest = hash.finish();
    for (std::size_t i = 0; i < kHashDigits / 2; ++i) put(kHex[digest[i] >> 4]), put(kHex[digest[i] & 0x0f]);
  }
  void put_no_hash() {
    for (std::size_t i = 0; i < kHashDigits; ++i) put('0');
  }
  [[nodiscard]] const std::array<char, 36>& text() const { return text_; }

 private:
  std::array<char, 36> text_{};
  std::size_t used_ = 0;
};

const char* version_text(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

/// First and last character of the first protocol; of its hexadecimal form if one of them is no letter or digit.
void put_alpn(Text& text, std::span<const std::uint8_t> alpn) {
  if (alpn.empty()) return text.put("00");
  const std::uint8_t first = alpn.front(), last = alpn.back();
  const auto plain = [](std::uint8_t octet) { return is_letter(octet) || is_digit(octet); };
  if (plain(first) && plain(last)) {
    text.put(static_cast<char>(first)), text.put(static_cast<char>(last));
  } else {
    text.put(kHex[first >> 4]), text.put(kHex[last & 0x0f]);
  }
}

/// The wanted values, four digits each, commas between; how many there were.
template <typename Wanted>
std::size_t add_list(Sha256& hash, std::span<const std::uint16_t> values, Wanted wanted) {
  std::size_t added = 0;
  for (const std::uint16_t value : values) {
    if (!wanted(value)) continue;
    if (added++ != 0) hash.add(std::uint8_t{','});
    for (int shift = 12; shift >= 0; shift -= 4) hash.add(static_cast<std::uint8_t>(kHex[value >> shift & 0x0f]));
  }
  return added;
}

constexpr bool any(std::uint16_t) { return true; }

}  // namespace

std::array<char, 36> ja4(HelloLists& lists) noexcept {
  const std::span<std::uint16_t> ciphers = lists.ciphers.values(), extensions = lists.extensions.values(),
                                 algorithms = lists.signature_algorithms.values();
  std::sort(ciphers.begin(), ciphers.end());
  std::sort(extensions.begin(), extensions.end());
  Text text;
  text.put('t');
  text.put(version_text(lists.version));
  text.put(std::binary_search(extensions.begin(), extensions.end(), kServerName) ? 'd' : 'i');
  text.put_count(ciphers.size());
  text.put_count(extensions.size());
  put_alpn(text, lists.alpn);
  text.put('_');
  Sha256 of_ciphers;
  if (add_list(of_ciphers, ciphers, any) != 0)
    text.put_hash(of_ciphers);
  else
    text.put_no_hash();
  text.put('_');
  Sha256 of_extensions;
  if (add_list(of_extensions, extensions, [](std::uint16_t e) { return e != kServerName && e != kAlpn; }) != 0) {
    if (!algorithms.empty()) of_extensions.add(std::uint8_t{'_'});
    add_list(of_extensions, algorithms, any);
    text.put_hash(of_extensions);
  } else {
    text.put_no_hash();
  }
  return text.text();
}

}  // namespace lazaret
