#include "core/steering.hpp"

#include "core/packet/decode.hpp"
#include "core/subscriber/bindings.hpp"

namespace lazaret {

struct Steering::Table {
  Bindings bindings;
};

Steering::Steering(const Limits& limits, Seed seed, unsigned shards)
    : table_(std::make_unique<Table>(Table{Bindings(limits, seed)})), shards_(shards) {}
Steering::~Steering() = default;

void Steering::apply(const Command& c) noexcept {
  Bindings& bindings = table_->bindings;
  if (c.prefix.length == 0 || c.prefix.length > 128) return;
  if (c.kind == CommandKind::bind && c.account != kNobody) {
    if (Binding* held = bindings.exactly(c.prefix))
      *held = {c.account, 0, c.line};
    else if (!bindings.full())
      bindings.insert(c.prefix, {c.account, 0, c.line});
  } else if (c.kind == CommandKind::release && bindings.exactly(c.prefix) != nullptr) {
    bindings.erase(c.prefix);
  }
}

unsigned Steering::owner(const PacketView& packet) const noexcept {
  const Facts f = decode(packet.frame);
  if (f.parse != Parse::ip) return 0;
  const AccountId account = holder(packet.direction == Direction::upstream ? f.source : f.destination);
  return account == kNobody ? 0 : owner(account);
}

unsigned Steering::owner(AccountId account) const noexcept { return account.value % shards_; }

AccountId Steering::holder(IpAddress address) const noexcept {
  const Binding* b = table_->bindings.find(address);
  return b == nullptr ? kNobody : b->account;
}

AccountId Steering::holder(const Prefix& prefix) const noexcept {
  if (prefix.length > 128) return kNobody;
  const Binding* b = table_->bindings.exactly(prefix);
  return b == nullptr ? kNobody : b->account;
}

}  // namespace lazaret
