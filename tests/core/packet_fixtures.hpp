// Frames as a table: what it is, the octets, the facts expected.
// Ownership: fixtures() returns values. Threads: pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/packet/decode.hpp"
#include "tests/core/frames.hpp"

namespace lazaret {

/// The facts a fixture states. What it leaves out must be zero, so that decode() claims nothing it did not read.
struct Expected {
  Parse parse = Parse::ip;
  Transport transport = Transport::other;
  std::uint8_t protocol = 0;
  LineId line = {};
  IpAddress source = {}, destination = {};
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint8_t tcp_flags = 0;
  std::uint32_t tcp_sequence = 0, tcp_acknowledgment = 0;
  bool first_fragment = false;
  std::uint32_t payload_length = 0;
  frames::Octets payload = {};
  Quoted quoted = {};
};

struct Fixture {
  std::string_view what;
  frames::Octets frame;
  Expected expected;
};

[[nodiscard]] std::vector<Fixture> fixtures();

}  // namespace lazaret
