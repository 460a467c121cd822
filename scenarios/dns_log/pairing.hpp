// Which question an answer belongs to, and the id, port and resolver by which both go over the wire.
// Ownership: owns a table of fixed size; who collides with another is only paired less well. Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/dns_log/entry.hpp"

namespace lazaret {

class DnsPairing {
 public:
  struct Wire {
    std::uint16_t id = 0, port = 0;
    std::optional<IpAddress> resolver;  ///< whom the log names; of an answer, the one that was asked
  };
  enum class Answer : std::uint8_t {
    to_known,    ///< its question was seen
    to_unknown,  ///< it was not: one must be inferred
    again,       ///< every question that was seen is answered already
  };

  DnsPairing();
  [[nodiscard]] Wire ask(const DnsLogEntry&);
  [[nodiscard]] Answer answer(const DnsLogEntry&, Wire&);

 private:
  struct Slot {
    std::uint64_t key = 0;
    Wire wire;
    std::uint16_t open = 0;  ///< questions without an answer yet
    bool used = false;
    std::int64_t asked_ns = 0;  ///< under this id and port
  };
  [[nodiscard]] Slot& slot_of(const DnsLogEntry&, std::uint64_t& key);

  std::vector<Slot> slots_;
};

}  // namespace lazaret
