#include "core/detect/spam.hpp"

#include <algorithm>
#include <cmath>

namespace lazaret {
namespace {

constexpr double kSmallestShare = 0.001;

double remainder(double rejected, double new_peer) { return std::max(kSmallestShare, 1 - rejected - new_peer); }

}  // namespace

SpamDetector::SpamDetector(const Policy& p, Recall recall)
    : recall_(recall),
      relays_(p.services_relays),
      relay_window_s_(static_cast<std::uint32_t>(p.spam_relay_window_s)),
      relay_free_(static_cast<std::uint32_t>(p.spam_relay_free)),
      rejected_(to_score(std::log(p.spam_bot_rejected / p.spam_clean_rejected))),
      accepted_new_(to_score(std::log(p.spam_bot_new_peer / p.spam_clean_new_peer))),
      accepted_known_(to_score(std::log(remainder(p.spam_bot_rejected, p.spam_bot_new_peer) /
                                        remainder(p.spam_clean_rejected, p.spam_clean_new_peer)))),
      fanout_(to_score(p.spam_fanout_score)),
      relay_(to_score(p.spam_relay_score)) {}

bool SpamDetector::to_relay(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  const std::uint16_t port = f.destination_port;
  if ((port != kSmtpPort && port != 465 && port != 587) || !relays_.covers(f.destination)) return false;
  Relay& relay = a.dossier.relay;
  const std::uint32_t window = second_of(at) / relay_window_s_;
  if (relay.window != window) relay = {window, 0};
  if (relay.count < UINT16_MAX) ++relay.count;
  if (relay.count > relay_free_) ladder.observe(a, {Channel::spam_relay, true, relay_, port, f.source_port}, at);
  return true;
}

bool SpamDetector::new_peer(Account a, const Facts& f, Timestamp at, Ladder& ladder) const {
  const IpAddress network = truncate(f.destination, f.destination.is_v4() ? 120 : 48);
  if (!recall_.fresh(a.dossier.memory, recall_.key(network, kPeerKey), at)) return false;
  ladder.observe(a, {Channel::spam_fanout, true, fanout_, kSmtpPort, f.source_port}, at);
  return true;
}

void SpamDetector::rejected(Account a, std::uint16_t source_port, Timestamp at, Ladder& ladder) const {
  ladder.observe(a, {Channel::spam_delivery, true, rejected_, kSmtpPort, source_port}, at);
}

void SpamDetector::accepted(Account a, std::uint16_t source_port, bool by_new_peer, Timestamp at,
                            Ladder& ladder) const {
  const Score step = by_new_peer ? accepted_new_ : accepted_known_;
  ladder.observe(a, {Channel::spam_delivery, by_new_peer, step, kSmtpPort, source_port}, at);
}

}  // namespace lazaret
