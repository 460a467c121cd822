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

void Passages::count(const PacketView& view, Truthful truth, Action action) {
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

void Passages::write(TruthWriter& truth) const {
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
