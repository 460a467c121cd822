// Octets to a small world: a policy, and a stream of commands and packets in the order that the seam asks for.
// Any octets make a valid program, so that a fuzzer may search freely: most operations build frames that fit what went
// before (replies that match, sessions, answers, leases), some change octets of those, some are raw octets of the input.
// Ownership: values. Threads: pure.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/command.hpp"
#include "core/intel/feed.hpp"
#include "core/limits.hpp"
#include "core/packet/view.hpp"
#include "core/policy.hpp"
#include "tests/core/frames.hpp"

namespace lazaret::fuzz {

struct Step {
  Timestamp at;
  bool is_command = false;
  Command command;
  frames::Octets frame;
  Direction direction = Direction::upstream;
};

struct Program {
  Policy policy;
  Limits limits;
  Seed seed;
  std::shared_ptr<const Feed> feed;
  bool roomy = true;        ///< the limits cannot be reached, so that sharding may not change anything
  std::uint64_t cuts = 0;   ///< seeds the ways in which the stream is cut into batches
  std::vector<Step> steps;  ///< stamps do not decrease; at one instant commands come before packets
  Timestamp end;
};

/// The operations, by the octet that names them (modulo kOperations).
enum class Operation : std::uint8_t {
  wait,
  command,
  choose,
  connect,
  answer,
  refuse,
  unreachable,
  scan,
  mail_session,
  server_says,
  client_says,
  mx_question,
  service,
  mutate,
  fragment,
  raw,
  spam,
  ask,
  dns_answer,
  login,
  udp_burst,
  syn_burst,
  beacon,
  hello,
  spoof,
  classify,
  operator_word,
};
constexpr std::uint8_t kOperations = 27;

constexpr std::size_t kStepsMax = 256;
constexpr std::uint32_t kAccounts = 6;  ///< accounts 1..kAccounts exist in programs

/// What every program's feed holds: the addresses 198.51.100.240 to .247 (command and control) and .248 to .255 (a
/// sinkhole), and names under bad.example.
[[nodiscard]] std::shared_ptr<const Feed> small_feed(Seed);

[[nodiscard]] Program read_program(std::span<const std::uint8_t> input);

}  // namespace lazaret::fuzz
