#include "sim/gateway/passages.hpp"

#include <algorithm>
#include <tuple>

#include "core/evidence/explanation.hpp"

namespace lazaret {
namespace {

const char* name_of(Direction d) {
  constexpr const char* kNames[] = {"upstream", "downstream", "from_garden"};
  return kNames[static_cast<unsigned>(d)];
}

}  // namespace

std::size_t Passages::kind(Behaviour behaviour, Direction direction, Action action) {
  return (static_cast<std::size_t>(behaviour) * kDirections + static_cast<std::size_t>(direction)) * kActions +
         static_cast<std::size_t>(action);
}

void Passages::count(const PacketView& view, Truthful truth, Action action) {
  if (together_) {
    Sum& sum = sums_[kind(truth.behaviour, view.direction, action)];
    ++sum.packets;
    sum.octets += view.wire_length;
    return;
  }
  const std::size_t index = truth.account - first_;
  if (index >= of_account_.size()) of_account_.resize(index + 1);
  auto& known = of_account_[index];
  auto it = std::find_if(known.begin(), known.end(), [&](const Passage& p) {
    return p.behaviour == truth.behaviour && p.direction == view.direction && p.action == action;
  });
  if (it == known.end()) it = known.insert(it, Passage{truth.behaviour, view.direction, action, 0, 0});
  ++it->packets;
  it->octets += view.wire_length;
}

void Passages::write_sums(TruthWriter& truth) const {
  for (unsigned b = 0; b < kBehaviours; ++b)
    for (unsigned d = 0; d < kDirections; ++d)
      for (unsigned a = 0; a < kActions; ++a) {
        const auto behaviour = static_cast<Behaviour>(b);
        const auto direction = static_cast<Direction>(d);
        const auto action = static_cast<Action>(a);
        const Sum& sum = sums_[kind(behaviour, direction, action)];
        if (sum.packets == 0) continue;
        truth.add(TruthPassage{0, std::string(lazaret::name_of(behaviour)), malicious(behaviour), name_of(direction),
                               std::string(lazaret::name_of(action)), sum.packets, sum.octets});
      }
}

void Passages::write(TruthWriter& truth) const {
  if (together_) return write_sums(truth);
  for (std::uint32_t i = 0; i < of_account_.size(); ++i) {
    const std::uint32_t account = first_ + i;
    std::vector<Passage> sorted = of_account_[i];
    std::sort(sorted.begin(), sorted.end(), [](const Passage& a, const Passage& b) {
      return std::tie(a.behaviour, a.direction, a.action) < std::tie(b.behaviour, b.direction, b.action);
    });
    for (const Passage& p : sorted)
      truth.add(TruthPassage{account, std::string(lazaret::name_of(p.behaviour)), malicious(p.behaviour),
                             name_of(p.direction), std::string(lazaret::name_of(p.action)), p.packets, p.octets});
  }
}

}  // namespace lazaret
