// What became of quarantines that lasted days: how each ended, whether the home was clean then, who came back, for how
// long lines were shut; and the figures of published studies beside it. Ownership: values. Threads: pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/intervals.hpp"
#include "analysis/timeline.hpp"

namespace lazaret {

/// How a quarantine ended: by 'already removed', by an operator, at quarantine.max_s; not within the run.
enum class Exit : std::uint8_t { self, support, cap, open };

/// From `quarantined` until the account is free of it; 'later' and 'now' do not end it.
struct Stay {
  std::uint32_t account = 0;
  unsigned nth = 1;  ///< of this account
  double from_s = 0, to_s = 0;
  Exit exit = Exit::open;
  bool infected_before = false, infected_after = false;
};

/// A figure of a study, and the run's of the same kind: reproduced when the run's 95 % interval reaches it.
struct Comparison {
  std::string title, source;
  Interval published;  ///< both ends alike where one figure was given
  Share run;
  [[nodiscard]] bool reproduced() const {
    return run.interval.low <= published.high && run.interval.high >= published.low;
  }
};

struct Remediation {
  std::vector<Stay> stays;  ///< by account, then by time
  std::uint64_t accounts = 0;
  /// How the first two stays of an account ended, of those that did: later ones cannot be left by one's own word everywhere.
  Share self, support, cap;
  /// Clean at the end, of those infected at the beginning.
  Share first, first_self, first_others, second, second_self;
  /// Clean 14 days after the first quarantine, of those infected then and followed for so long.
  Share within_14_days;
  /// Seconds that each account was shut in all, ascending: quarantined or remediating. A profile that closes nothing shuts nothing.
  std::vector<double> shut_s;
  std::vector<Comparison> comparisons;  ///< those that apply: none to a run of less than 14 days

  /// Of shut_s, by nearest rank; 0 where nobody was shut. REQUIRES 0 < q <= 1.
  [[nodiscard]] double shut_quantile(double q) const;
};

/// "71 %", "58 to 74 %".
[[nodiscard]] std::string published_text(const Comparison&);
/// What no study gave, in words: name and value.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> remediation_facts(const Remediation&);

[[nodiscard]] Remediation follow_remediation(const Timeline&, const Run&);

}  // namespace lazaret
