// Host names, wherever they come from (a DNS message, a TLS hello, a feed's text), in one form and with one hash.
//
// The form is the wire's (RFC 1035, 3.1) with letters folded: each label behind its length octet, then the root's 0. So
// "a.b" and the single label "a\1b" differ, and the end of a name is a name.
//
// The registrable domain is found by rule, for the core holds no list of public suffixes: the last two labels, or three
// when the last has two letters and the one before it is a generic second level (co com net org gov edu ac ne or go mil
// nom gob). A name of no more labels than that is its own domain. The rule is wrong where a registry sells third levels
// under other names (blogspot.com, example.k12.ca.us): such tenants share one domain here.
// Ownership: values. Threads: pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lazaret {

class WireName {
 public:
  static constexpr std::size_t kOctetsMax = 255, kLabelMax = 63, kLabelsMax = 127;

  WireName() noexcept { octets_[0] = 0; }

  /// False, and nothing added, for a label of 0 or over 63 octets or where the name would pass 255 with its root.
  [[nodiscard]] bool add(std::span<const std::uint8_t> label) noexcept;

  [[nodiscard]] unsigned labels() const noexcept { return labels_; }
  /// REQUIRES i < labels(); the first label is 0.
  [[nodiscard]] std::span<const std::uint8_t> label(unsigned i) const noexcept {
    return {&octets_[starts_[i] + 1U], octets_[starts_[i]]};
  }
  /// The name of the last `count` labels, with the root's 0. REQUIRES count <= labels().
  [[nodiscard]] std::span<const std::uint8_t> last(unsigned count) const noexcept {
    const std::size_t from = count == 0 ? size_ : starts_[labels_ - count];
    return {&octets_[from], size_ + 1 - from};
  }
  [[nodiscard]] std::span<const std::uint8_t> octets() const noexcept { return {octets_.data(), size_ + 1}; }

 private:
  // Only what was added is ever read; clearing the rest for each packet would cost more than reading it. The root's 0
  // stands behind the last label all the time.
  std::array<std::uint8_t, kOctetsMax> octets_;
  std::array<std::uint8_t, kLabelsMax> starts_;
  std::size_t size_ = 0;  ///< without the root's 0
  unsigned labels_ = 0;
};

/// What a name's form says.
struct NameFacts {
  std::uint64_t name_hash = 0;      ///< keyed by the caller's seed
  std::uint64_t domain_hash = 0;    ///< of the registrable domain: the name_hash of that domain by itself
  std::uint8_t labels = 0;          ///< 0: the root
  std::uint8_t name_octets = 0;     ///< as text, with the dots between labels
  std::uint8_t outside_octets = 0;  ///< of the labels below the registrable domain, without dots
  bool is_reverse = false;          ///< under in-addr.arpa or ip6.arpa
  bool is_single_label = false;
  bool is_local =
      false;  ///< under a suffix of home and office nets: local lan home internal localdomain corp home.arpa
  /// As block lists are asked (RFC 5782): an IPv4 address' four octets or an IPv6 address' 32 nibbles, reversed, under a
  /// zone of two labels or more that is not the reverse tree.
  bool looks_like_block_list = false;
};

[[nodiscard]] NameFacts name_facts(const WireName& name, std::uint64_t seed) noexcept;

/// "www.Example.org", with or without the root's dot; "." is the root. Nothing for text that is no name: empty labels,
/// labels over 63 octets, names over 255 in wire form.
[[nodiscard]] std::optional<WireName> wire_name(std::string_view text) noexcept;

/// The name_hash of a name in text, as a feed gives it.
[[nodiscard]] std::optional<std::uint64_t> hash_name(std::string_view text, std::uint64_t seed) noexcept;

}  // namespace lazaret
