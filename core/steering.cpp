#include "core/steering.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/subscriber/bindings.hpp"

namespace lazaret {
namespace {

struct AccountHash {
  std::uint64_t seed;
  std::uint64_t operator()(AccountId a) const { return mix(seed, a.value); }
};
struct LineHash {
  std::uint64_t seed;
  std::uint64_t operator()(LineId line) const { return mix(seed + 1, line.value); }
};

AccountId to_account(std::uint32_t holder) { return holder == kNoHolder ? kNobody : AccountId{holder}; }

}  // namespace

struct Steering::Table {
  Bindings bindings;
  FixedMap<LineId, AccountId, LineHash> accounts;  ///< by line
  FixedMap<AccountId, LineId, AccountHash> lines;  ///< by account

  void move(AccountId account, LineId line) {
    LineId* present = lines.find(account);
    if (present != nullptr && *present == line) return;
    if (present != nullptr) accounts.erase(*present), lines.erase(account);
    if (line == LineId{}) return;
    if (const AccountId* loser = accounts.find(line)) {
      lines.erase(*loser);
      accounts.erase(line);
    }
    if (accounts.full()) return;
    accounts.insert(line, account);
    lines.insert(account, line);
  }
};

Steering::Steering(const Limits& limits, Seed seed, unsigned shards)
    : table_(std::make_unique<Table>(
          Table{Bindings(limits, seed), {limits.accounts, {seed.value}}, {limits.accounts, {seed.value}}})),
      shards_(shards) {}
Steering::~Steering() = default;

void Steering::apply(const Command& c) noexcept {
  Bindings& bindings = table_->bindings;
  if (c.prefix.length == 0 || c.prefix.length > 128) return;
  const bool bound = bindings.exactly(c.prefix) != kNoHolder;
  if (c.kind == CommandKind::bind && c.account != kNobody) {
    if (!bound && bindings.full_for(c.prefix)) return;
    bindings.bind(c.prefix, c.account.value);
    table_->move(c.account, c.line);
  } else if (c.kind == CommandKind::release && bound) {
    bindings.erase(c.prefix);
  }
}

unsigned Steering::owner(const PacketView& packet) const noexcept {
  return owner(decode(packet.frame), packet.direction);
}

unsigned Steering::owner(const Facts& f, Direction direction) const noexcept {
  if (f.parse != Parse::ip) return 0;
  AccountId account = kNobody;
  if (direction == Direction::upstream) account = holder(f.line);
  if (account == kNobody) account = holder(direction == Direction::upstream ? f.source : f.destination);
  return account == kNobody ? 0 : owner(account);
}

unsigned Steering::owner(AccountId account) const noexcept { return account.value % shards_; }

AccountId Steering::holder(IpAddress address) const noexcept { return to_account(table_->bindings.find(address)); }

AccountId Steering::holder(const Prefix& prefix) const noexcept {
  if (prefix.length == 0 || prefix.length > 128) return kNobody;
  return to_account(table_->bindings.exactly(prefix));
}

AccountId Steering::holder(LineId line) const noexcept {
  const AccountId* account = line == LineId{} ? nullptr : table_->accounts.find(line);
  return account == nullptr ? kNobody : *account;
}

std::vector<std::pair<Prefix, AccountId>> Steering::leases() const {
  std::vector<std::pair<Prefix, AccountId>> leases;
  table_->bindings.for_each(
      [&](const Prefix& p, std::uint32_t account) { leases.emplace_back(p, AccountId{account}); });
  std::sort(leases.begin(), leases.end());
  return leases;
}

void Steering::snapshot(SnapshotWriter& w) const {
  const auto held = leases();
  w(static_cast<std::uint32_t>(held.size()));
  for (const auto& [prefix, account] : held)
    w(prefix.address.high), w(prefix.address.low), w(prefix.length), w(account.value);
  std::vector<std::pair<AccountId, LineId>> lines;
  table_->lines.for_each([&](AccountId account, LineId line) { lines.emplace_back(account, line); });
  std::sort(lines.begin(), lines.end());
  w(static_cast<std::uint32_t>(lines.size()));
  for (const auto& [account, line] : lines) w(account.value), w(line.value);
}

void Steering::restore(SnapshotReader& r) {
  Bindings& bindings = table_->bindings;
  std::uint32_t count = 0;
  r(count);
  for (std::uint32_t i = 0; i < count && r.ok(); ++i) {
    Prefix p;
    AccountId account;
    r(p.address.high), r(p.address.low), r(p.length), r(account.value);
    if (holder(p) != kNobody || account == kNobody || p.length == 0 || p.length > 128 || bindings.full_for(p))
      return r.refuse();
    bindings.bind(p, account.value);
  }
  r(count);
  for (std::uint32_t i = 0; i < count && r.ok(); ++i) {
    AccountId account;
    LineId line;
    r(account.value), r(line.value);
    if (table_->lines.find(account) != nullptr || holder(line) != kNobody || account == kNobody || line == LineId{} ||
        table_->lines.full())
      return r.refuse();
    table_->lines.insert(account, line);
    table_->accounts.insert(line, account);
  }
}

}  // namespace lazaret
