#include "sim/dialogue/device.hpp"

#include <algorithm>

namespace lazaret {

const Device::Remembered* Device::recall(std::string_view name, DnsType type, Timestamp now) const {
  const auto it = std::find_if(names_.begin(), names_.end(),
                               [&](const Remembered& r) { return r.type == type && r.name == name && now < r.until; });
  return it == names_.end() ? nullptr : &*it;
}

void Device::remember(Remembered what, Timestamp now) {
  std::erase_if(names_,
                [&](const Remembered& r) { return r.until <= now || (r.type == what.type && r.name == what.name); });
  names_.push_back(std::move(what));
}

Device::Scanner& Device::scanner() {
  if (scanner_) return *scanner_;
  scanner_ = std::make_unique<Scanner>();
  scanner_->port = static_cast<std::uint16_t>(draw.integer(1024, 32767));
  machine.hear_answers(scanner_->port, [this](IpAddress from, std::uint16_t port, bool refused) {
    const auto it = scanner_->waiting.find({from, port});
    if (it != scanner_->waiting.end()) it->second(refused);
  });
  return *scanner_;
}

}  // namespace lazaret
