#include "core/packet/login_text.hpp"

#include <algorithm>
#include <string_view>

#include "core/packet/octets.hpp"

namespace lazaret {
namespace {

constexpr std::string_view kWords[] = {"incorrect", "fail", "denied", "invalid"};

bool starts_with(std::span<const std::uint8_t> text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(),
                    [](char c, std::uint8_t octet) { return static_cast<std::uint8_t>(c) == folded(octet); });
}

}  // namespace

bool says_login_failed(std::span<const std::uint8_t> segment) noexcept {
  segment = segment.first(std::min(segment.size(), kLoginTextMax));
  for (; !segment.empty(); segment = segment.subspan(1)) {
    // Most octets begin none of the words.
    const std::uint8_t first = folded(segment[0]);
    if (first != 'i' && first != 'f' && first != 'd') continue;
    for (const std::string_view word : kWords)
      if (starts_with(segment, word)) return true;
  }
  return false;
}

}  // namespace lazaret
