// Command and control: connections at even intervals, and what a feed knows: addresses, names, sinkholes, TLS clients.
//
// Observes  repeated SYNs to one destination and port; destinations of SYNs and UDP; names asked for; addresses answered;
//           TLS client hellos. Feeds count once per destination, name or client and memory window.
// Model     a feed entry adds ln(p / (1 - p)) of its precision; even timing adds a little at each doubling.
// Ownership: shares the feed; what is remembered belongs to the accounts. Threads: as the engine. Rules: docs/semantics.md, 11.
#pragma once

#include <memory>

#include "core/detect/tcp.hpp"
#include "core/intel/feed.hpp"
#include "core/packet/dns.hpp"
#include "core/quarantine/ladder.hpp"

namespace lazaret {

class C2Detector {
 public:
  C2Detector(const Policy&, Recall);

  /// Replaces the feed; nullptr: none.
  void load(std::shared_ptr<const Feed> feed) { feed_ = std::move(feed); }
  [[nodiscard]] const std::shared_ptr<const Feed>& feed() const { return feed_; }
  [[nodiscard]] bool fed() const { return feed_ != nullptr; }
  /// Whether the feed has something about this destination; for the hot path.
  [[nodiscard]] bool knows(IpAddress destination, Timestamp at) const {
    return feed_ != nullptr && feed_->find(destination, at) != nullptr;
  }

  /// The destination of a SYN or of upstream UDP.
  void address(Account, const Facts&, Timestamp, Ladder&) const;
  /// A SYN to a destination and port that the account remembers.
  void repeated(Account, const Facts&, std::uint32_t peer, Timestamp, Ladder&) const;
  /// A name that the account asked for or calls, in wire form; `port`: where the packet went.
  void name(Account, std::span<const std::uint8_t> wire, std::uint64_t name_hash, std::uint16_t port,
            std::uint16_t source_port, Timestamp, Ladder&) const;
  /// The addresses of a DNS answer that the account asked for.
  void answers(Account, const DnsFacts&, const Facts&, Timestamp, Ladder&) const;
  /// An upstream TCP payload that begins a TLS client's hello.
  void hello(Account, const Facts&, Timestamp, Ladder&) const;

 private:
  /// A hit on an address, once per address and memory window.
  void hit(Account, const FeedHit&, IpAddress, std::uint16_t port, std::uint16_t source_port, Timestamp, Ladder&) const;

  Recall recall_;
  std::shared_ptr<const Feed> feed_;
  Score beacon_;
};

}  // namespace lazaret
