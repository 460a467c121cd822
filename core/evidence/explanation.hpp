// An event in words: one sentence that a subscriber or a help desk can read; and what usually helps.
// Ownership: returns its own text. Threads: pure. Not for the packet path (it allocates).
#pragma once

#include <string>

#include "core/event.hpp"
#include "core/evidence/names.hpp"
#include "core/policy.hpp"

namespace lazaret {

/// For example: "23 of 24 first contacts on ports that scanners look for failed, the last on TCP port 2323 (telnet)
/// (between ... and ...; last source port 49152; score 18.1, certain from 17.2)."
[[nodiscard]] std::string explain(const Event&, const Policy&);

/// The part of a `reason` that says what was seen and how often, without times, hints and scores.
[[nodiscard]] std::string seen_text(const Event&, const Policy&);

/// What quarantine closes to the account under the policy's profile, and what it leaves open: whole sentences.
[[nodiscard]] std::string closed_text(const Policy&);

/// One plain sentence: which kind of device it usually is, and what usually helps.
[[nodiscard]] std::string remedy_hint(Channel);

}  // namespace lazaret
