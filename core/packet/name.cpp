#include "core/packet/name.hpp"

#include <algorithm>

#include "core/hash.hpp"
#include "core/packet/octets.hpp"

namespace lazaret {
namespace {

using Label = std::span<const std::uint8_t>;

constexpr std::string_view kGenericSecondLevels[] = {"co", "com", "net", "org", "gov", "edu", "ac",
                                                     "ne", "or",  "go",  "mil", "nom", "gob"};
constexpr std::string_view kLocalSuffixes[] = {"local", "lan", "home", "internal", "localdomain", "corp"};
constexpr unsigned kNibbles = 32, kQuads = 4, kZoneLabels = 2;

bool is(Label label, std::string_view text) {
  return std::equal(label.begin(), label.end(), text.begin(), text.end(),
                    [](std::uint8_t octet, char c) { return octet == static_cast<std::uint8_t>(c); });
}

bool is_one_of(Label label, std::span<const std::string_view> texts) {
  return std::any_of(texts.begin(), texts.end(), [&](std::string_view text) { return is(label, text); });
}

unsigned domain_labels(const WireName& name) {
  const unsigned n = name.labels();
  if (n <= 2) return n;
  const Label last = name.label(n - 1);
  const bool country = last.size() == 2 && is_letter(last[0]) && is_letter(last[1]);
  return country && is_one_of(name.label(n - 2), kGenericSecondLevels) ? 3 : 2;
}

/// An octet of a dotted address: 0..255 in decimal, without leading zeros.
bool is_quad(Label label) {
  if (label.size() > 3 || (label.size() > 1 && label[0] == '0')) return false;
  unsigned value = 0;
  for (const std::uint8_t octet : label) {
    if (!is_digit(octet)) return false;
    value = value * 10 + (octet - unsigned{'0'});
  }
  return value <= 255;
}

bool is_nibble(Label label) {
  return label.size() == 1 && (is_digit(label[0]) || (label[0] >= 'a' && label[0] <= 'f'));
}

template <typename Test>
bool starts_with(const WireName& name, unsigned count, Test test) {
  if (name.labels() < count + kZoneLabels) return false;
  for (unsigned i = 0; i < count; ++i)
    if (!test(name.label(i))) return false;
  return true;
}

}  // namespace

bool WireName::add(std::span<const std::uint8_t> label) noexcept {
  if (label.empty() || label.size() > kLabelMax || size_ + 1 + label.size() + 1 > kOctetsMax) return false;
  starts_[labels_++] = static_cast<std::uint8_t>(size_);
  octets_[size_++] = static_cast<std::uint8_t>(label.size());
  for (const std::uint8_t octet : label) octets_[size_++] = folded(octet);
  octets_[size_] = 0;
  return true;
}

NameFacts name_facts(const WireName& name, std::uint64_t seed) noexcept {
  NameFacts facts;
  const unsigned n = name.labels(), domain = domain_labels(name);
  facts.name_hash = hash_octets(seed, name.octets());
  facts.domain_hash = domain == n ? facts.name_hash : hash_octets(seed, name.last(domain));
  facts.labels = static_cast<std::uint8_t>(n);
  if (n == 0) return facts;
  const std::size_t below = name.octets().size() - name.last(domain).size();  // each label with one more for its length
  facts.name_octets = static_cast<std::uint8_t>(name.octets().size() - 2);
  facts.outside_octets = static_cast<std::uint8_t>(below - (n - domain));
  facts.is_single_label = n == 1;
  const Label last = name.label(n - 1), before = n > 1 ? name.label(n - 2) : Label{};
  const bool arpa = is(last, "arpa");
  facts.is_reverse = arpa && (is(before, "in-addr") || is(before, "ip6"));
  facts.is_local = n > 1 && (is_one_of(last, kLocalSuffixes) || (arpa && is(before, "home")));
  facts.looks_like_block_list =
      !facts.is_reverse && (starts_with(name, kQuads, is_quad) || starts_with(name, kNibbles, is_nibble));
  return facts;
}

std::optional<WireName> wire_name(std::string_view text) noexcept {
  WireName name;
  if (text == ".") return name;
  if (text.ends_with('.')) text.remove_suffix(1);
  for (;;) {
    const std::size_t size = std::min(text.find('.'), text.size());
    if (!name.add({reinterpret_cast<const std::uint8_t*>(text.data()), size})) return std::nullopt;
    if (size == text.size()) return name;
    text.remove_prefix(size + 1);
  }
}

std::optional<std::uint64_t> hash_name(std::string_view text, std::uint64_t seed) noexcept {
  const auto name = wire_name(text);
  if (!name) return std::nullopt;
  return hash_octets(seed, name->octets());
}

}  // namespace lazaret
