// What the detectors remember of one account; only packets that concern one touch it. Times are whole seconds; tags are
// halves of keyed 64-bit hashes, which an outsider can only guess.
// Ownership: a value in the engine's table, sized once. Threads: as the engine.
#pragma once

#include "core/detect/memory.hpp"
#include "core/evidence/standing.hpp"

namespace lazaret {

/// Which stream of first contacts a SYN belongs to.
enum class Stream : std::uint8_t { none, ports, other, vertical };

/// A SYN that waits for its answer.
struct Contact {
  std::uint32_t tag = 0;  ///< of destination, ports and sequence number
  Second due = 0;
  std::uint16_t port = 0, source_port = 0;
  Stream stream = Stream::none;
  bool session : 1 = false;  ///< followed when it is answered
  bool mail : 1 = false;
  bool new_peer : 1 = false;
  template <typename Archive>
  void archive(Archive& a) {
    std::uint8_t flags = static_cast<std::uint8_t>(session | mail << 1 | new_peer << 2);
    a(tag), a(due), a(port), a(source_port), a(stream), a(flags);
    session = flags & 1, mail = flags >> 1 & 1, new_peer = flags >> 2 & 1;
  }
};

/// A mail or login session whose numbers and replies are followed.
struct Session {
  std::uint32_t tag = 0;  ///< of destination and ports
  std::uint32_t isn = 0, sent = 0, expected = 0;
  Second due = 0;
  std::uint16_t source_port = 0;
  std::uint16_t up = 0, down = 0;  ///< octets
  std::uint16_t port : 12 = 0;     ///< all followed ports are below 4096
  bool new_peer : 1 = false, failed : 1 = false, data : 1 = false;
  template <typename Archive>
  void archive(Archive& a) {
    std::uint16_t p = port;
    std::uint8_t flags = static_cast<std::uint8_t>(new_peer | failed << 1 | data << 2);
    a(tag), a(isn), a(sent), a(expected), a(due), a(source_port), a(up), a(down), a(p), a(flags);
    port = p & 0xfff, new_peer = flags & 1, failed = flags >> 1 & 1, data = flags >> 2 & 1;
  }
};

/// An address of the remediation names, learned from the account's own look-up.
struct Learned {
  std::uint32_t address = 0;
  Second until = 0;
};

struct Relay {
  std::uint32_t window = 0;
  std::uint16_t count = 0;
};

struct Tunnel {
  std::uint32_t window = 0, domain = 0, octets = 0;
};

struct Beacon {
  std::uint32_t peer = 0;
  Second last = 0;
  std::uint16_t interval = 0;
  std::uint8_t count = 0, misses = 0;
};

struct alignas(64) Dossier {
  ShortRow<Contact, kContactsPerAccount> contacts;
  ShortRow<std::uint32_t, kQuestionsPerAccount> questions;
  ShortRow<std::uint32_t, kHostsPerAccount> hosts;
  Memory memory;
  ShortRow<Session, kSessionsPerAccount> sessions;
  Evidence standings;
  Relay relay;
  Tunnel tunnel;
  Beacon beacon;
  std::array<Learned, kLearnedPerAccount> learned{};

  /// A fresh start: everything but what was learned.
  void forget() {
    const auto kept = learned;
    *this = {};
    learned = kept;
  }
};

static_assert(sizeof(Dossier) == 512);

}  // namespace lazaret
