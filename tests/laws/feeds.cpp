#include "tests/laws/feeds.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "core/packet/tls.hpp"
#include "tests/core/brief_messages.hpp"

namespace lazaret::laws {
namespace {

std::vector<std::uint8_t> wire_form(std::string_view name) {
  std::vector<std::uint8_t> out;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  out.push_back(0);
  return out;
}

}  // namespace

std::shared_ptr<const Feed> random_feed(Dice& dice, Seed seed, Timestamp begin) {
  std::vector<FeedEntry> entries;
  const auto common = [&](FeedEntry e) {
    const FeedCategory categories[] = {FeedCategory::c2,       FeedCategory::c2,       FeedCategory::malware_download,
                                       FeedCategory::sinkhole, FeedCategory::sinkhole, FeedCategory::drop,
                                       FeedCategory::other};
    const double precisions[] = {0.4, 0.7, 0.95, 0.999};
    e.category = dice.pick(categories), e.precision = dice.pick(precisions);
    if (dice.chance(30)) e.expires = {begin.ns + dice.range(0, 200'000) * 1'000'000};
    entries.push_back(std::move(e));
  };
  for (unsigned i = 0; i < 10; ++i) {
    const std::uint64_t host = dice.below(24);
    const std::uint8_t lengths[] = {128, 128, 126, 124};
    const std::uint8_t length = dice.pick(lengths);
    common({.prefix = {IpAddress::v4(kListedV4 + static_cast<std::uint32_t>(host)), length}, .name = {}});
    common({.prefix = {{kListedV6, dice.below(24)}, length}, .name = {}});
  }
  for (unsigned i = 0; i < kListedNames; ++i)
    if (dice.chance(70))
      common({.kind = dice.chance(50) ? FeedKind::name : FeedKind::name_tree,
              .prefix = {},
              .name = wire_form("listed" + std::to_string(i) + ".example")});
  for (unsigned client = 0; client < kClients; ++client) {
    const auto hello = read_client_hello(client_of(client, "plain.example"), seed.value);
    if (hello && dice.chance(80))
      common({.kind = FeedKind::client, .prefix = {}, .name = {hello->ja4.begin(), hello->ja4.end()}});
  }
  auto built = Feed::build(entries, FeedLimits{}, seed);
  Feed* feed = std::get_if<Feed>(&built);
  return feed == nullptr ? nullptr : std::make_shared<const Feed>(std::move(*feed));
}

frames::Octets client_of(unsigned client, std::string_view server_name) {
  const auto own = static_cast<std::uint16_t>(0xc000 + client);
  return frames::brief::client_hello(
      {.server_name = server_name, .ciphers = {0x1301, own}, .protocol = client % 2 == 0 ? "h2" : ""});
}

}  // namespace lazaret::laws
