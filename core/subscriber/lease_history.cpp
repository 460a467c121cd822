#include "core/subscriber/lease_history.hpp"

#include <algorithm>

namespace lazaret {
namespace {

constexpr unsigned kV4Bits = 96;  ///< bits that the IPv4-mapped form puts before the address itself
constexpr std::uint32_t kPorts = 65536;

constexpr std::uint32_t size_of(PortBlock b) { return std::uint32_t{b.last} - b.first + 1; }

constexpr bool is_v4(const Prefix& p) { return p.length >= kV4Bits && p.length <= 128 && p.address.is_v4(); }
constexpr std::uint64_t addresses(const Prefix& v4) { return std::uint64_t{1} << (128 - v4.length); }
constexpr std::uint32_t blocks_of(const DeterministicNat& n) { return (kPorts - n.first_port) / n.ports; }

/// What the tables must hold by now. Their disagreement would name the wrong subscriber: better to stop.
template <class Value>
Value& present(Value* found) {
  if (found == nullptr) __builtin_trap();
  return *found;
}

constexpr std::size_t keys_of(const LeaseLimits& l) { return std::size_t{l.leases} + l.ended; }

}  // namespace

LeaseHistory::LeaseHistory(const LeaseLimits& limits, Seed seed)
    : limits_(limits),
      keys_(keys_of(limits), KeyHash{seed.value}),
      shared_(keys_of(limits), KeyHash{seed.value}),
      ended_(limits.ended) {}

void LeaseHistory::apply(const Command& c) noexcept {
  if (c.kind == CommandKind::bind && c.account != kNobody)
    bind(c.at, c.prefix, {}, c.account);
  else if (c.kind == CommandKind::release)
    release(c.at, c.prefix, {});
}

void LeaseHistory::bind(Timestamp when, const Prefix& prefix, PortBlock ports, AccountId account) noexcept {
  advance(when);
  if (prefix.length == 0 || prefix.length > 128 || ports.first > ports.last || account == kNobody) {
    ++refused_;
    return;
  }
  const Key key{{truncate(prefix.address, prefix.length), prefix.length}, ports};
  const Current* current = keys_.find(key);
  const bool renewed = current != nullptr && current->account == account;
  if (renewed) return;
  if (current == nullptr || current->account == kNobody) {
    if (!admit(key)) {
      ++refused_;
      return;
    }
    ++in_force_;
    if (!ports.whole()) ++present(shared_.find(key.prefix)).in_force;
  } else {
    end(key, now_);
  }
  Current& latest = present(keys_.find(key));
  latest.account = account;
  latest.from = now_;
}

/// Makes room for a lease of `key`, or says that there is none.
bool LeaseHistory::admit(const Key& key) {
  if (in_force_ == limits_.leases) return false;
  const Blocks* blocks = shared_.find(key.prefix);
  if (key.ports.whole()) {
    if (blocks != nullptr && blocks->in_force > 0) return false;
  } else {
    const Current* whole = keys_.find({key.prefix, {}});
    if (whole != nullptr && whole->account != kNobody) return false;
  }
  if (keys_.find(key) != nullptr) return true;
  if (!key.ports.whole()) {
    const std::uint32_t size = size_of(key.ports), offset = key.ports.first % size;
    unsigned i = 0;
    while (i < shape_count_ && (shapes_[i].size < size || (shapes_[i].size == size && shapes_[i].offset < offset))) ++i;
    if (i == shape_count_ || shapes_[i].size != size || shapes_[i].offset != offset) {
      if (shape_count_ == kShapes) return false;
      for (unsigned j = shape_count_++; j > i; --j) shapes_[j] = shapes_[j - 1];
      shapes_[i] = {size, offset, 0};
    }
    ++shapes_[i].keys;
    if (blocks == nullptr) shared_.insert(key.prefix, {});
    ++present(shared_.find(key.prefix)).keys;
  }
  keys_.insert(key, {});
  if (++uses_[key.prefix.length] == 1) list_lengths();
  return true;
}

void LeaseHistory::release(Timestamp when, const Prefix& prefix, PortBlock ports) noexcept {
  advance(when);
  if (prefix.length > 128) return;
  const Key key{{truncate(prefix.address, prefix.length), prefix.length}, ports};
  const Current* current = keys_.find(key);
  if (current == nullptr || current->account == kNobody) return;
  --in_force_;
  if (!ports.whole()) --present(shared_.find(key.prefix)).in_force;
  end(key, now_);
  Current& left = present(keys_.find(key));
  left.account = kNobody;
  if (left.latest == 0) drop(key);
}

/// The lease in force becomes the key's latest ended one. A full ring may drop another key, which moves `keys_`.
void LeaseHistory::end(const Key& key, Timestamp when) {
  if (present(keys_.find(key)).from == when) return;  // it never held
  if (ended_.empty()) {
    ++lost_;
    lost_until_ = when;
    return;
  }
  if (next_ - oldest_ == ended_.size()) {
    lost_until_ = std::max(lost_until_, at(oldest_).to);
    ++lost_;
    forget_oldest();
  }
  Current& here = present(keys_.find(key));
  std::uint64_t skip = here.latest;
  const std::uint32_t depth = here.latest == 0 ? 0 : here.depth + 1;
  while (skip >= oldest_ && at(skip).depth > (depth & (depth - 1))) skip = at(skip).skip;
  if (depth == 0 || skip < oldest_) skip = 0;
  at(next_) = {key, here.account, depth, here.from, when, here.latest, skip};
  here.depth = depth;
  here.latest = next_++;
}

void LeaseHistory::forget_oldest() {
  const Key key = at(oldest_).key;
  Current& current = present(keys_.find(key));
  at(oldest_) = {};
  if (current.latest == oldest_) current.latest = 0;
  ++oldest_;
  if (current.latest == 0 && current.account == kNobody) drop(key);
}

/// Nothing is known of the key any more.
void LeaseHistory::drop(const Key& key) {
  keys_.erase(key);
  if (--uses_[key.prefix.length] == 0) list_lengths();
  if (key.ports.whole()) return;
  if (--present(shared_.find(key.prefix)).keys == 0) shared_.erase(key.prefix);
  const std::uint32_t size = size_of(key.ports), offset = key.ports.first % size;
  unsigned i = 0;
  while (shapes_[i].size != size || shapes_[i].offset != offset) ++i;
  if (--shapes_[i].keys > 0) return;
  for (--shape_count_; i < shape_count_; ++i) shapes_[i] = shapes_[i + 1];
}

void LeaseHistory::advance(Timestamp when) noexcept {
  now_ = std::max(now_, when);
  while (oldest_ < next_ && at(oldest_).to <= now_ - limits_.keep) forget_oldest();
}

void LeaseHistory::list_lengths() {
  length_count_ = 0;
  for (unsigned n = 128; n > 0; --n)
    if (uses_[n] > 0) lengths_[length_count_++] = static_cast<std::uint8_t>(n);
}

bool LeaseHistory::add(const DeterministicNat& n) noexcept {
  if (nat_count_ == kNats || !is_v4(n.inside) || !is_v4(n.outside) || n.ports == 0) return false;
  if (addresses(n.inside) > addresses(n.outside) * blocks_of(n)) return false;
  for (unsigned i = 0; i < nat_count_; ++i)
    if (contains(nats_[i].outside, n.outside.address) || contains(n.outside, nats_[i].outside.address)) return false;
  nats_[nat_count_++] = n;
  return true;
}

Holder LeaseHistory::holder_at(IpAddress a, std::optional<std::uint16_t> port, Timestamp when) const noexcept {
  // A lease that is lost may have been the longest prefix: whoever is left is not the answer.
  if (when < now_ - limits_.keep || when < lost_until_) return {Holder::Kind::forgotten, kNobody};
  for (unsigned i = 0; i < nat_count_; ++i) {
    const DeterministicNat& n = nats_[i];
    if (!contains(n.outside, a)) continue;
    if (!port) return {Holder::Kind::shared, kNobody};
    if (*port < n.first_port) return {};
    const std::uint32_t blocks = blocks_of(n), block = (std::uint32_t{*port} - n.first_port) / n.ports;
    const std::uint64_t host = a.as_v4() - truncate(n.outside.address, n.outside.length).as_v4();
    const std::uint64_t number = host * blocks + block;
    if (block >= blocks || number >= addresses(n.inside)) return {};
    const std::uint32_t first = truncate(n.inside.address, n.inside.length).as_v4();
    return holder_of(IpAddress::v4(first + static_cast<std::uint32_t>(number)), std::nullopt, when);
  }
  return holder_of(a, port, when);
}

Holder LeaseHistory::holder_of(IpAddress a, std::optional<std::uint16_t> port, Timestamp when) const {
  for (unsigned i = 0; i < length_count_; ++i) {
    const Prefix prefix{truncate(a, lengths_[i]), lengths_[i]};
    const bool shared = shared_.find(prefix) != nullptr;
    for (unsigned s = 0; shared && port && s < shape_count_; ++s) {
      const Shape& shape = shapes_[s];
      if (*port < shape.offset) continue;
      const std::uint32_t first = *port - (*port - shape.offset) % shape.size, last = first + shape.size - 1;
      if (last >= kPorts) continue;
      const PortBlock block{static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(last)};
      if (const AccountId account = holder_of({prefix, block}, when); account != kNobody)
        return {Holder::Kind::held, account};
    }
    if (const AccountId account = holder_of({prefix, {}}, when); account != kNobody)
      return {Holder::Kind::held, account};
    if (shared) return {port ? Holder::Kind::nobody : Holder::Kind::shared, kNobody};
  }
  return {};
}

AccountId LeaseHistory::holder_of(const Key& key, Timestamp when) const {
  const Current* current = keys_.find(key);
  if (current == nullptr) return kNobody;
  if (current->account != kNobody && when >= current->from) return current->account;
  std::uint64_t n = current->latest;
  while (n >= oldest_ && at(n).from > when) {
    const std::uint64_t skip = at(n).skip;
    n = skip >= oldest_ && at(skip).from > when ? skip : at(n).previous;
  }
  return n >= oldest_ && when < at(n).to ? at(n).account : kNobody;
}

}  // namespace lazaret
