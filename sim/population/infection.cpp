#include "sim/population/infection.hpp"

#include <algorithm>

#include "sim/population/names.hpp"

namespace lazaret {

// A bot's engine has so many sessions at a time; what is blocked or slow holds it up.
constexpr int kSessionsAtOnce = 8;

const Infection::Kind& Infection::kind_of(std::string_view behaviour) {
  static constexpr Kind kKinds[] = {
      {"spam_bot", Purpose::spam_bot, &Infection::send_mail},
      {"scanner", Purpose::scanner, &Infection::scan},
      {"dga", Purpose::dga, &Infection::look_for_controller},
      {"relay_spam", Purpose::relay_spam, &Infection::send_by_relay},
      {"brute_force", Purpose::brute_force, &Infection::guess_password},
      {"flood", Purpose::flood, &Infection::attack},
      {"mixed", Purpose::mixed, &Infection::do_anything},
  };
  return *std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& k) { return k.name == behaviour; });
}

Infection::Infection(const Scenario& scenario, const Plan& plan, const HomePlan& home, Attempts& attempts)
    : scenario_(scenario),
      what_(scenario.infections[home.infection->entry]),
      plan_(plan),
      home_(home),
      attempts_(attempts),
      course_(scenario.seed, Purpose::infections, home.account.value) {
  if (Evasion::wanted(what_))
    evasion_ = std::make_unique<Evasion>(scenario, what_, plan, home, attempts, [this] { return active(); });
  if (!home.infection->begins_s) return;
  begin(from_seconds(*home.infection->begins_s));
  spells_.front().from_s = *home.infection->begins_s;
}

bool Infection::come_back() {
  // There, or on its way.
  if (!spells_.empty() && !spells_.back().until_s) return false;
  begin({});
  return true;
}

void Infection::begin(Duration from_now) {
  const Kind& kind = kind_of(what_.behaviour);
  const std::size_t spell = spells_.size();
  Clock& clock = attempts_.clock();
  spells_.push_back(
      {in_seconds(clock.now() + from_now), std::nullopt,
       std::make_unique<PoissonProcess>(clock, Stream(scenario_.seed, kind.purpose, home_.account.value, spell),
                                        what_.rate_per_min / 60, from_now, [this, act = kind.act](Stream& draw) {
                                          if (!evasion_ || !evasion_->still()) (this->*act)(draw);
                                        })});
  in_course(what_.recovers_per_day, from_now, [this, spell] {
    if (spells_.size() == spell + 1) remove();
  });
}

// What would come after the run is not scheduled: at a low rate it may be centuries away.
void Infection::in_course(double per_day, Duration from_now, std::function<void()> what) {
  if (per_day <= 0) return;
  const double wait_s = course_.exponential(86400 / per_day);
  if (wait_s < scenario_.duration_s) attempts_.clock().after({from_now.ns + from_seconds(wait_s).ns}, std::move(what));
}

bool Infection::active() const {
  return !spells_.empty() && !spells_.back().until_s && in_seconds(attempts_.clock().now()) >= spells_.back().from_s;
}

void Infection::remove() {
  if (!active()) return;
  spells_.back().until_s = in_seconds(attempts_.clock().now());
  spells_.back().process->stop();
  in_course(what_.returns_per_day, {}, [this] { come_back(); });
}

void Infection::record(TruthWriter& truth) const {
  const double now_s = in_seconds(attempts_.clock().now());
  for (const Spell& spell : spells_)
    if (now_s >= spell.from_s)
      truth.add(TruthInfection{home_.account.value, name_of(home_.infection->device), what_.behaviour, spell.from_s,
                               spell.until_s});
}

void Infection::begin_session(std::string_view service, Intent intent, Behaviour behaviour) {
  ++under_way_;
  attempts_.make(home_, home_.infection->device, service, std::move(intent), behaviour, [this](const Done& done) {
    --under_way_;
    pass_on(done);
  });
}

void Infection::send_mail(Stream& draw) {
  if (under_way_ == kSessionsAtOnce || what_.targets == 0) return;
  const auto target = static_cast<std::size_t>(draw.integer(0, what_.targets - 1));
  const auto octets = static_cast<std::uint32_t>(draw.integer(1500, 4000));
  begin_session("direct_smtp", DirectMail{plan_.domains[target], octets}, Behaviour::spam_bot);
}

void Infection::scan(Stream& draw) {
  if (what_.ports.empty()) return;
  const auto port =
      what_.ports[static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(what_.ports.size()) - 1))];
  attempts_.make(home_, home_.infection->device, "probe",
                 Probe{somewhere(draw.bits()), static_cast<std::uint16_t>(port), what_.behaviour == "scanner"},
                 Behaviour::scanner, [this](const Done& done) { pass_on(done); });
}

void Infection::pass_on(const Done& done) {
  if (what_.infects_share > 0 && done.result == Result::ok)
    attempts_.contact({attempts_.clock().now(), home_.account, entry()});
}

void Infection::look_for_controller(Stream& draw) {
  if (under_way_ == kSessionsAtOnce) return;
  const auto day = static_cast<std::int64_t>(in_seconds(attempts_.clock().now()) / kNameDayS);
  const std::int64_t index = draw.integer(0, what_.names_per_day - 1);
  begin_session("dns", Resolve{generated_name(scenario_.seed, home_.infection->entry, day, index).name},
                Behaviour::dga);
}

void Infection::send_by_relay(Stream& draw) {
  if (under_way_ == kSessionsAtOnce) return;
  const auto octets = static_cast<std::uint32_t>(draw.integer(1500, 4000));
  begin_session("relay_smtp", MailSend{plan_.relay_name, octets}, Behaviour::relay_spam);
}

void Infection::guess_password(Stream& draw) {
  if (under_way_ == kSessionsAtOnce) return;
  constexpr std::uint16_t kPorts[] = {kSshPort, kFtpPort, kTelnetPort};
  const auto target = static_cast<std::size_t>(draw.integer(0, what_.targets - 1));
  begin_session("login", LoginGuess{plan_.login_hosts[target], kPorts[what_.service]}, Behaviour::brute_force);
}

void Infection::attack(Stream& draw) {
  if (under_way_ > 0) return;
  Burst second{somewhere(draw.bits()), static_cast<std::uint16_t>(draw.integer(1, 65535)), what_.packets == kSynFlood,
               std::max<std::int64_t>(1, static_cast<std::int64_t>(what_.packets_per_s)),
               from_seconds(1 / what_.packets_per_s)};
  flood(second, what_.attack_s);
}

void Infection::do_anything(Stream& draw) {
  constexpr void (Infection::*kParts[])(Stream&) = {&Infection::send_mail, &Infection::scan,
                                                    &Infection::look_for_controller, &Infection::send_by_relay,
                                                    &Infection::guess_password};
  (this->*kParts[draw.integer(0, std::size(kParts) - 1)])(draw);
}

// Second by second, so that it ends soon after somebody has removed the bot.
void Infection::flood(const Burst& second, double seconds_left) {
  ++under_way_;
  attempts_.make(home_, home_.infection->device, "flood", second, Behaviour::flood,
                 [this, second, seconds_left](const Done&) {
                   --under_way_;
                   if (active() && seconds_left > 1) flood(second, seconds_left - 1);
                 });
}

}  // namespace lazaret
