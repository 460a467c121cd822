#include "sim/population/exchange.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

namespace lazaret {

Exchange::Exchange(const Scenario& scenario, std::deque<Attempts>& lanes, std::deque<Household>& households)
    : scenario_(scenario), lanes_(lanes), households_(households) {}

void Exchange::spread() {
  std::vector<Contact> contacts;
  for (Attempts& lane : lanes_) {
    const std::vector<Contact> some = lane.take_contacts();
    contacts.insert(contacts.end(), some.begin(), some.end());
  }
  std::stable_sort(contacts.begin(), contacts.end(), [](const Contact& a, const Contact& b) {
    return std::tie(a.at, a.from.value) < std::tie(b.at, b.from.value);
  });
  for (const Contact& contact : contacts) {
    Stream draw(scenario_.seed, Purpose::contact, contact.from.value, static_cast<std::uint64_t>(contact.at.ns));
    if (!draw.chance(scenario_.infections[contact.entry].infects_share)) continue;
    const auto reached = draw.integer(0, static_cast<std::int64_t>(households_.size()) - 1);
    caught_ += households_[static_cast<std::size_t>(reached)].catch_it(contact.entry);
  }
}

}  // namespace lazaret
