// What `lazaret replay` prints, of a capture and of a DNS log alike: the accounts, and the keys that scripts rely on.
// Ownership: values. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "scenarios/replay.hpp"

namespace lazaret {

/// One channel's evidence against one account.
struct EvidencePiece {
  Channel channel;
  Score score;
  std::string reason;
};

/// What stood in the proposal, where there was one; else what the channels hold at the end.
[[nodiscard]] std::vector<EvidencePiece> evidence_of(const CaptureAccount&, const Policy&);

[[nodiscard]] nlohmann::ordered_json replay_json(const std::string& file, const CaptureReplay&, const Policy&);
/// The same, printed.
void print_json(const std::string& file, const CaptureReplay&, const Policy&);
/// "not_ip 3, truncated_file 1".
[[nodiscard]] std::string listed(const std::map<std::string, std::uint64_t>& causes);
/// Every account with evidence against it, what concerns nobody in particular, and a line that counts them all.
void print_accounts(const CaptureReplay&, const Policy&);
/// True when nobody was quarantined.
[[nodiscard]] bool nobody_quarantined(const CaptureReplay&);

}  // namespace lazaret
