// docs/detectors.md, from the contracts of core/detect.
#include <fmt/format.h>

#include "core/detect/contracts.hpp"
#include "core/evidence/names.hpp"
#include "scenarios/reference.hpp"

namespace lazaret {
namespace {

/// "`scan.bot_failure`, `scan.clean_failure`" for names separated by blanks.
std::string coded(std::string_view names) {
  std::string text;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    text += fmt::format("{}`{}`", text.empty() ? "" : ", ", names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return text.empty() ? "none" : text;
}

std::string row_of(const Contract& c, const Policy& policy) {
  const std::string adds = c.convicts
                               ? fmt::format("{:.4g} nat (`{}`); convicts from {:.1f}", cap_of(c.channel, policy),
                                             c.cap, certain_score(c.channel, policy))
                               : fmt::format("{:.4g} nat (`{}`); corroborates only", cap_of(c.channel, policy), c.cap);
  return fmt::format("| `{}` | {} | {} | {} | {} | {} | `{}` | {} | {} | {} | {} |\n", name_of(c.channel), c.behaviour,
                     c.observes, c.model, coded(c.parameters), adds, c.half_life, c.state, c.source, coded(c.seen_on),
                     c.blind);
}

}  // namespace

std::string detector_reference() {
  const Policy policy;
  std::string text = fmt::format(
      "# Detectors\n\n"
      "Printed by `lazaret scenario detectors` from the program's own table (`core/detect/contracts.cpp`); a test "
      "compares this\n"
      "page with that output. How each observation is made, to the bit: [semantics](semantics.md). What the parameters "
      "mean:\n"
      "[parameters](parameters.md). Scores are in nats (1 nat multiplies the odds by 2.718), at the default policy.\n\n"
      "A channel *convicts* when its score alone may be enough for quarantine: from ln(N / r), N the observations of a "
      "clean\n"
      "account in a day (`*.observations_per_day`), r the wrong quarantines in a day that are accepted\n"
      "(`evidence.false_quarantines_per_day`, {}). All others only add to the belief, and a policy in which one of "
      "them "
      "could\n"
      "convict is refused. An account keeps at most 6 standings (channels with evidence) at a time; none of the "
      "detectors reads\n"
      "the contents of mail, web pages or calls.\n\n"
      "*Seen on* names what a test replays to see the channel count on something real: captures that others published "
      "(`*.pcap`), and\n"
      "exchanges by real servers and clients, made afresh by `tests/real`. There, the packets of `syn_flood`, "
      "`udp_flood`,\n"
      "`spoofed_sources` and `scan_mirai` are nping's or our own: nobody shares a capture of Mirai's scanner. Feeds "
      "and "
      "the abuse\n"
      "report are made of the exchange's own addresses, names and fingerprints.\n\n"
      "| channel | looks for | an observation is | counts by | parameters | adds at most | half-life | an account "
      "keeps | "
      "source | seen on | cannot see, or mistakes for it |\n"
      "|---|---|---|---|---|---|---|---|---|---|---|\n",
      policy.evidence_false_quarantines_per_day);
  for (const Contract& c : contracts()) text += row_of(c, policy);
  return text;
}

}  // namespace lazaret
