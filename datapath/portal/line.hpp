// What the portal learns of a line and may order for it: the values that the control interface carries.
// Ownership: values. Threads: none.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/address.hpp"
#include "core/command.hpp"
#include "core/event.hpp"
#include "core/policy.hpp"

namespace lazaret::portal {

/// One channel's evidence. Times are Unix seconds.
struct Reason {
  Channel channel = Channel::scan_ports;
  std::uint32_t adverse = 0, observations = 0;
  std::uint16_t port = 0, source_port = 0;
  std::int64_t first_s = 0, last_s = 0;
  friend bool operator==(const Reason&, const Reason&) = default;
};

/// How long the choices hold.
struct Terms {
  std::int64_t later_s = 0, remediation_s = 0, probation_s = 0;
  friend bool operator==(const Terms&, const Terms&) = default;
};

/// A line, as it stands at this moment.
struct Line {
  std::string id;        ///< whose line it is: opaque, stable, no personal data; also the help desk's reference
  std::string standing;  ///< opaque; another one whenever what may be chosen changes
  State state = State::clear;
  Profile profile = Profile::shadow;
  unsigned later_left = 0, history = 0;
  std::vector<Choice> open;               ///< the choices that the core would accept now
  std::int64_t since_s = 0, until_s = 0;  ///< of the state; 0: not known, or no end
  Terms terms;
  std::vector<Reason> reasons;
  std::vector<std::string> reachable;  ///< names that the garden lets through
  friend bool operator==(const Line&, const Line&) = default;
};

/// Whose line has this address?
struct AskLine {
  IpAddress address;
  friend bool operator==(const AskLine&, const AskLine&) = default;
};
/// The line's holder has chosen, while the line stood as `standing` says.
struct AskChoice {
  IpAddress address;
  Choice choice = Choice::none;
  std::string standing;
  friend bool operator==(const AskChoice&, const AskChoice&) = default;
};
using Ask = std::variant<AskLine, AskChoice>;

/// No account holds the address.
struct Nobody {
  friend bool operator==(const Nobody&, const Nobody&) = default;
};
enum class Outcome : std::uint8_t {
  done,    ///< the choice is on stable storage and in force
  stale,   ///< the line stands otherwise by now: nothing was done
  closed,  ///< the choice is not open to the line: nothing was done
  failed,  ///< it could not be made durable: nothing was done
};
/// The question was not understood, or could not be answered.
struct Trouble {
  std::string what;
  friend bool operator==(const Trouble&, const Trouble&) = default;
};
using Answer = std::variant<Line, Nobody, Outcome, Trouble>;

}  // namespace lazaret::portal
