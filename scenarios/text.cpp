// Addresses as people write them, and digests in hex.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <sha256.h>

#include <array>
#include <charconv>

#include "scenarios/run_directory.hpp"

namespace lazaret {
namespace {

constexpr unsigned kV4Bits = 96;  ///< bits that the IPv4-mapped form puts before the address itself

std::array<std::uint8_t, 16> octets_of(IpAddress a) {
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = 0; i < 8; ++i) {
    octets[i] = static_cast<std::uint8_t>(a.high >> (56 - 8 * i));
    octets[8 + i] = static_cast<std::uint8_t>(a.low >> (56 - 8 * i));
  }
  return octets;
}

std::string v6_text(IpAddress a) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(AF_INET6, octets_of(a).data(), text, sizeof text);
  return text;
}

std::optional<IpAddress> parse_address(const std::string& text) {
  if (in_addr v4{}; inet_pton(AF_INET, text.c_str(), &v4) == 1) return IpAddress::v4(ntohl(v4.s_addr));
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return std::nullopt;
  IpAddress a;
  for (std::size_t i = 0; i < 8; ++i) {
    a.high = a.high << 8 | v6.s6_addr[i];
    a.low = a.low << 8 | v6.s6_addr[8 + i];
  }
  return a;
}

}  // namespace

std::string to_text(IpAddress a) {
  if (!a.is_v4()) return v6_text(a);
  const std::uint32_t v = a.as_v4();
  return fmt::format("{}.{}.{}.{}", v >> 24, v >> 16 & 255, v >> 8 & 255, v & 255);
}

std::string to_text(const Prefix& p) {
  if (p.address.is_v4() && p.length >= kV4Bits) return fmt::format("{}/{}", to_text(p.address), p.length - kV4Bits);
  return fmt::format("{}/{}", v6_text(p.address), p.length);
}

std::optional<Prefix> parse_prefix(std::string_view text) {
  const std::size_t slash = text.find('/');
  // Longer than any address, or with a zero octet that would hide what follows it.
  if (text.size() > 64 || text.find('\0') != std::string_view::npos) return std::nullopt;
  const auto address = parse_address(std::string(text.substr(0, slash)));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return Prefix{*address, 128};
  const bool dotted_v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  const std::string_view digits = text.substr(slash + 1);
  unsigned length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc{} || end != digits.data() + digits.size() || length > (dotted_v4 ? 32U : 128U))
    return std::nullopt;
  return Prefix{*address, static_cast<std::uint8_t>(dotted_v4 ? length + kV4Bits : length)};
}

std::string sha256_of(std::string_view text) {
  char hex[SHA256_DIGEST_STRING_LENGTH] = {};
  SHA256Data(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), hex);
  return hex;
}

std::string sha256_of_file(const std::filesystem::path& file) {
  char hex[SHA256_DIGEST_STRING_LENGTH] = {};
  return SHA256File(file.c_str(), hex) == nullptr ? std::string() : std::string(hex);
}

}  // namespace lazaret
