// Random streams: what a handful of accounts and the world around them could send, in the merged order of Batch.
// A stream is complete: approvals, choices and operators' words are in it as commands, so that any machine fed with it
// makes the same journey. Times of the policy are small, so that every timer has its turn.
// Ownership: a Stream owns its frames; views() borrows from it. Threads: values.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/engine.hpp"
#include "core/intel/feed.hpp"
#include "tests/core/frames.hpp"
#include "tests/laws/dice.hpp"

namespace lazaret::laws {

/// What the generator meant a packet to be; for checks that must not lean on decode().
struct Meaning {
  bool ip = false;     ///< well-formed IP with a readable or deliberately hidden transport
  bool ports = false;  ///< TCP or UDP, not a fragment
  std::uint8_t protocol = 0;
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
};

struct StreamPacket {
  Timestamp at;
  Direction direction = Direction::upstream;
  frames::Octets frame;
  Meaning meaning = {};
};

/// A line with the addresses it was first given.
struct Subject {
  AccountId account;
  frames::Access access = {};
  LineId line = {};
  std::vector<IpAddress> addresses;  ///< [0] IPv4, then hosts of the IPv6 prefix
  Prefix v4 = {}, v6 = {};
};

enum class Lines : std::uint8_t { mixed, all };

struct Plan {
  std::uint64_t seed = 0;
  unsigned accounts = 4;
  unsigned episodes = 90;
  Lines lines = Lines::mixed;
  bool approvals = true;              ///< answer proposals in the stream; false where a conductor does
  bool operators = true;              ///< operators' words, nonsense commands
  bool moving_leases = true;          ///< false: an account keeps its addresses and its line, whatever an operator says
  bool tight_limits = true;           ///< sometimes; else there is room for all
  Policy (*policy)(Dice&) = nullptr;  ///< instead of random_policy()
};

struct Stream {
  Plan plan;
  Policy policy;
  Limits limits;
  Seed seed;
  std::shared_ptr<const Feed> feed;  ///< loaded before anything else; maybe none
  Duration grid;                     ///< all stamps are multiples of it
  Timestamp begin, end;
  std::vector<Subject> subjects;
  std::vector<StreamPacket> packets;
  std::vector<Command> commands;

  [[nodiscard]] std::vector<PacketView> views() const;
  /// Stable, by stamp.
  void sort();
};

[[nodiscard]] Policy random_policy(Dice&);
[[nodiscard]] Stream compose(const Plan&);
/// Answers every proposal (approve or hold) and many a quarantine (a choice), by watching a Reference; compose() does.
void answer_proposals(Stream&, Dice&);

// operators.cpp -----------------------------------------------------------------------------------------------------
/// Times of commands.
[[nodiscard]] Timestamp step(Dice&, Duration grid, Timestamp, std::int64_t most_ms);
[[nodiscard]] Command command(Timestamp, CommandKind, AccountId, Choice = Choice::none);
void add_leases(Stream&, Dice&);
void move_leases(Stream&, Dice&, Timestamp);
/// One command of an operator, an abuse desk or the conductor, or one that means nothing.
void operator_word(Stream&, Dice&, Timestamp);

}  // namespace lazaret::laws
