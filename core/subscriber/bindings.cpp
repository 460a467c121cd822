#include "core/subscriber/bindings.hpp"

namespace lazaret {

void Bindings::Lengths::add(std::uint8_t length) {
  if (++uses[length] > 1) return;
  count = 0;
  for (unsigned n = 128; n > 0; --n)
    if (uses[n] > 0) list[count++] = static_cast<std::uint8_t>(n);
}

void Bindings::Lengths::remove(std::uint8_t length) {
  if (--uses[length] > 0) return;
  std::uint8_t* end = list.data() + count;
  std::uint8_t* gone = list.data();
  while (*gone != length) ++gone;
  for (; gone + 1 != end; ++gone) *gone = gone[1];
  --count;
}

bool Bindings::within(IpAddress a, std::uint32_t holder) const {
  if (a.is_v4() && hosts_.find(a.as_v4()) == holder) return true;
  for (unsigned i = 0; i < other_lengths_.count; ++i)
    if (exactly({a, other_lengths_.list[i]}) == holder) return true;
  for (unsigned i = 0; i < net_lengths_.count; ++i)
    if (exactly({a, net_lengths_.list[i]}) == holder) return true;
  return false;
}

void Bindings::bind(const Prefix& prefix, std::uint32_t holder) {
  const Prefix p = canonical(prefix);
  switch (kind(p)) {
    case Kind::host:
      hosts_.bind(p.address.as_v4(), holder);
      return;
    case Kind::net: {
      const std::uint64_t hash = net_hash(p.address.high, p.length);
      if (Net* n =
              nets_.find(hash, [&](const Net& e) { return e.high == p.address.high && e.length == p.length - 1U; })) {
        n->holder = holder & kFreeNet;
      } else {
        nets_.insert(hash, {p.address.high, holder & (kFreeNet), static_cast<std::uint32_t>(p.length - 1) & 63U});
        net_lengths_.add(p.length);
      }
      return;
    }
    case Kind::other:
      if (std::uint32_t* held = others_.find(p)) {
        *held = holder;
      } else {
        others_.insert(p, holder);
        other_lengths_.add(p.length);
      }
      return;
  }
}

void Bindings::erase(const Prefix& prefix) {
  const Prefix p = canonical(prefix);
  switch (kind(p)) {
    case Kind::host:
      hosts_.erase(p.address.as_v4());
      return;
    case Kind::net: {
      const Net* n = nets_.find(net_hash(p.address.high, p.length),
                                [&](const Net& e) { return e.high == p.address.high && e.length == p.length - 1U; });
      nets_.erase(n, [this](const Net& e) { return net_hash(e.high, static_cast<std::uint8_t>(e.length + 1)); });
      net_lengths_.remove(p.length);
      return;
    }
    case Kind::other:
      others_.erase(p);
      other_lengths_.remove(p.length);
      return;
  }
}

}  // namespace lazaret
