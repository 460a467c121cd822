#include "sim/population/infection.hpp"

namespace lazaret {

// A bot's engine has so many sessions at a time; what is blocked or slow holds it up.
constexpr int kSessionsAtOnce = 8;

Infection::Infection(const Scenario& scenario, const Plan& plan, const HomePlan& home, Attempts& attempts)
    : what_(scenario.infections[home.infection->entry]), plan_(plan), home_(home), attempts_(attempts) {
  const bool spam = what_.behaviour == "spam_bot";
  process_ = std::make_unique<PoissonProcess>(
      attempts.clock(), Stream(scenario.seed, spam ? Purpose::spam_bot : Purpose::scanner, home.account.value),
      what_.rate_per_min / 60, from_seconds(home.infection->begins_s),
      [this, spam](Stream& draw) { spam ? send_mail(draw) : scan(draw); });
}

bool Infection::active() const { return !until_s_ && in_seconds(attempts_.clock().now()) >= home_.infection->begins_s; }

void Infection::remove() {
  if (!active()) return;
  until_s_ = in_seconds(attempts_.clock().now());
  process_->stop();
}

std::optional<TruthInfection> Infection::record() const {
  if (in_seconds(attempts_.clock().now()) < home_.infection->begins_s) return std::nullopt;
  return TruthInfection{home_.account.value, name_of(home_.infection->device), what_.behaviour,
                        home_.infection->begins_s, until_s_};
}

void Infection::send_mail(Stream& draw) {
  if (under_way_ == kSessionsAtOnce || what_.targets == 0) return;
  ++under_way_;
  const auto target = static_cast<std::size_t>(draw.integer(0, what_.targets - 1));
  const auto octets = static_cast<std::uint32_t>(draw.integer(1500, 4000));
  attempts_.make(home_, home_.infection->device, "direct_smtp", DirectMail{plan_.domains[target], octets},
                 Behaviour::spam_bot, [this](const Done&) { --under_way_; });
}

void Infection::scan(Stream& draw) {
  if (what_.ports.empty()) return;
  const auto port =
      what_.ports[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(what_.ports.size()) - 1))];
  attempts_.make(home_, home_.infection->device, "probe",
                 Probe{somewhere(draw.bits()), static_cast<std::uint16_t>(port)}, Behaviour::scanner);
}

}  // namespace lazaret
