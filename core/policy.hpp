// Every knob of the core, in one table: name, member, default, range, unit, one sentence.
// From a row come the YAML key, the --set override, the range check, the engine's threshold, the manifest's digest,
// the report's wording and docs/parameters.md.
// Ownership: a Policy is a value, copied into each engine. Threads: immutable while shared.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "core/address.hpp"

namespace lazaret {

/// What a restricted account may not do.
enum class Profile : std::int64_t {
  shadow,  ///< decide, never act
  cipp,    ///< mail sending and web closed, everything else open (Qwest 2007)
};

/// A short list of prefixes; fixed size, so that a policy stays a value.
class PrefixList {
 public:
  static constexpr std::size_t kCapacity = 32;
  /// False when full.
  constexpr bool add(Prefix p) {
    if (size_ == kCapacity) return false;
    items_[size_++] = p;
    return true;
  }
  [[nodiscard]] constexpr std::span<const Prefix> items() const { return {items_.data(), size_}; }
  [[nodiscard]] constexpr bool covers(IpAddress a) const {
    for (std::size_t i = 0; i < size_; ++i)
      if (contains(items_[i], a)) return true;
    return false;
  }

 private:
  std::array<Prefix, kCapacity> items_{};
  std::size_t size_ = 0;
};

struct Policy {
  Policy();  ///< every member at its table default

  // scan: Threshold Random Walk over first contacts (Jung et al., Oakland 2004), clamped (CUSUM)
  double scan_clean_failure, scan_bot_failure;  // horizontal, scanned ports
  double scan_other_clean_failure, scan_other_bot_failure;
  double scan_vertical_clean_failure, scan_vertical_bot_failure;
  double scan_other_cap;
  std::int64_t scan_timeout_ms, scan_window_s, scan_half_life_s;
  // spam
  double spam_clean_rejected, spam_clean_new_peer, spam_bot_rejected, spam_bot_new_peer;
  double spam_mx_query_score, spam_mx_query_cap;
  std::int64_t spam_timeout_ms, spam_window_s, spam_half_life_s;
  // evidence
  double evidence_prior, evidence_probation_prior;      // probabilities
  double evidence_watch, evidence_quarantine;           // probabilities
  double evidence_certain, evidence_probation_certain;  // nats
  double evidence_cap;                                  // nats
  // quarantine
  std::int64_t quarantine_profile;  // a Profile
  std::int64_t quarantine_later_max, quarantine_later_s, quarantine_remediation_s, quarantine_probation_s;
  std::int64_t quarantine_max_s;
  // conductor
  std::int64_t conductor_epoch_ms, fuse_max_quarantines, fuse_interval_s, fuse_retry_s;
  // the ISP's own services, and the sacred list
  PrefixList services_resolvers, services_relays, services_voice, services_emergency, services_remediation,
      services_portal;
};

/// One row of the table.
struct Parameter {
  using Member = std::variant<double Policy::*, std::int64_t Policy::*, PrefixList Policy::*>;
  std::string_view name;  ///< dotted: "spam.half_life_s"
  Member member;
  double value;     ///< the default; unused for lists (default: empty)
  double min, max;  ///< inclusive; unused for lists
  std::string_view unit;
  std::string_view sentence;
  /// For a parameter whose values have names (quarantine.profile): their names from `min` on, separated by '|'; else empty.
  std::string_view choices = {};
};

[[nodiscard]] std::span<const Parameter> parameters();
/// Nullptr when there is none of that name.
[[nodiscard]] const Parameter* find_parameter(std::string_view name);
[[nodiscard]] std::string_view profile_name(Profile);

}  // namespace lazaret
