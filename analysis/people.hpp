// What the people of quarantined homes did: saw the page, chose, cleaned, put off, claimed; and what the ladder made of
// it. Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/timeline.hpp"

namespace lazaret {

/// A subscriber said 'already removed' (or came back from cleaning and said so).
struct Claim {
  std::uint32_t account = 0;
  double at_s = 0;
  bool infected = false;              ///< it was not so
  std::optional<double> caught_at_s;  ///< the next quarantine of the account
};

struct People {
  std::uint64_t page_views = 0, ignored = 0;
  std::uint64_t accounts_quarantined = 0, accounts_saw_page = 0;
  std::uint64_t portal_answers = 0;        ///< web accesses that the page answered
  std::optional<double> median_to_page_s;  ///< from the first quarantine to the first page view
  std::uint64_t chose_now = 0, chose_later = 0, chose_already = 0;
  std::uint64_t refused_now = 0, refused_later = 0, refused_already = 0;

  std::uint64_t deferrals = 0, deferrals_lapsed = 0;  ///< 'later' taken; its time over and quarantined again
  std::uint64_t later_used_up = 0;                    ///< accounts that took their last 'later'
  std::uint64_t held_without_later = 0;  ///< accounts quarantined with none left: the page offers two choices

  std::uint64_t remediations = 0, remediations_lapsed = 0;
  std::uint64_t cleaned = 0, cleaning_failed = 0;  ///< cleanings that 'now' began
  std::uint64_t cleaned_unasked = 0;               ///< removed it before they chose: an 'already' that is true

  std::vector<Claim> claims;  ///< by time
  std::uint64_t claims_true = 0, claims_false = 0;
  std::uint64_t false_caught_again = 0;       ///< false claims followed by a quarantine while infected
  std::optional<double> median_to_recatch_s;  ///< Kaplan-Meier over the false claims
  std::uint64_t relapses = 0;                 ///< quarantines that came from probation
  std::uint64_t probations_passed = 0, auto_released = 0;

  std::uint64_t notified = 0;                   ///< accounts told before anything was closed
  std::uint64_t notified_then_quarantined = 0;  ///< of these, quarantined later in the run
  std::uint64_t administrators_told = 0;        ///< business accounts
  std::uint64_t operators_asked = 0;            ///< vulnerable accounts
  std::uint64_t appeals = 0, operator_releases = 0;
};

[[nodiscard]] People tally_people(const Timeline&, const Run&);

}  // namespace lazaret
