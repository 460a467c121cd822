// Which engine a packet or a command belongs to. Upstream it is the owner of the account that owns the frame's line, so
// that whoever forges a source is judged by his own engine; else, as in every other direction, the owner of the account
// that holds the address. In the DPDK world workers read it while the control core replaces it.
// Ownership: owns its tables, allocates in its constructor only. Threads: apply() by one thread at a time, owner() const.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "core/command.hpp"
#include "core/limits.hpp"
#include "core/packet/decode.hpp"
#include "core/packet/view.hpp"
#include "core/snapshot.hpp"

namespace lazaret {

class Steering {
 public:
  /// REQUIRES shards >= 1.
  Steering(const Limits&, Seed, unsigned shards);
  ~Steering();

  /// Follows bind and release; ignores all other commands.
  void apply(const Command&) noexcept;
  /// The engine (0..shards-1) that judges the packet. What nobody holds belongs to engine 0.
  [[nodiscard]] unsigned owner(const PacketView&) const noexcept;
  /// The same, of a packet that was decoded.
  [[nodiscard]] unsigned owner(const Facts&, Direction) const noexcept;
  /// The engine of an account: account modulo shards.
  [[nodiscard]] unsigned owner(AccountId) const noexcept;
  /// The account that holds `address`, or kNobody.
  [[nodiscard]] AccountId holder(IpAddress address) const noexcept;
  /// The account that exactly `prefix` is bound to, or kNobody.
  [[nodiscard]] AccountId holder(const Prefix& prefix) const noexcept;
  /// The account that owns the line, or kNobody. Nobody owns line 0.
  [[nodiscard]] AccountId holder(LineId line) const noexcept;

  /// All leases in force, by prefix; allocates.
  [[nodiscard]] std::vector<std::pair<Prefix, AccountId>> leases() const;
  /// All leases and lines, for a snapshot of whatever it steers for; allocates.
  void snapshot(SnapshotWriter&) const;
  /// REQUIRES a new one under the same limits, and to be thrown away where the reader is then not ok().
  void restore(SnapshotReader&);

 private:
  struct Table;
  std::unique_ptr<Table> table_;
  unsigned shards_;
};

}  // namespace lazaret
