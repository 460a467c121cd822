#include "tests/laws/crowd.hpp"

#include <algorithm>

#include "tests/laws/feeds.hpp"

namespace lazaret::laws {
namespace {

constexpr Timestamp kBegin = Timestamp{} + seconds(1'000'000);

Subject subject(unsigned account) {
  Subject s;
  s.account = {account};
  s.v4 = {IpAddress::v4(0x6440'0000U + 0x1000'0000U + account), 128};  // 116.64/16: public
  s.v6 = {{0x2001'0db8'4000'0000ULL + (std::uint64_t{account} << 8), 0}, 56};
  s.addresses = {s.v4.address, {s.v6.address.high, 1}, {s.v6.address.high, 0x1234'5678}};
  s.access = {.s_vlan = static_cast<std::uint16_t>(100 + account % 4), .c_vlan = static_cast<std::uint16_t>(account)};
  s.line = make_line(*s.access.s_vlan, *s.access.c_vlan, 0);
  return s;
}

bool is_bot(const Subject& s) { return s.account.value % 25 == 0; }

/// What people do, and what the bots among them do.
void live(Scripts& scripts, Dice& dice, const Subject& s) {
  if (is_bot(s) && dice.chance(70)) {
    switch (dice.below(5)) {
      case 0:
        return scripts.scan(s, 12, 90);
      case 1:
        return scripts.telnet_worm(s, 4);
      case 2:
        return scripts.mail_burst(s, 3);
      case 3:
        return scripts.login_burst(s, 3);
      default:
        return scripts.questions(s, 8, 90);
    }
  }
  switch (dice.below(8)) {
    case 0:
    case 1:
      return scripts.web(s);
    case 2:
    case 3:
      return scripts.questions(s, 3, 4);
    case 4:
      return scripts.relay(s, 1);
    case 5:
      return scripts.login(s);
    case 6:
      return dice.chance(30) ? scripts.call(s) : scripts.sacred(s);
    default:
      return dice.chance(30) ? scripts.mail(s) : scripts.listed(s);
  }
}

/// Those before `end`, in order; the others stay.
std::vector<StreamPacket> take(Stream& from, Timestamp end) {
  from.sort();
  const auto rest = std::find_if(from.packets.begin(), from.packets.end(), [&](const auto& p) { return p.at >= end; });
  std::vector<StreamPacket> taken(std::make_move_iterator(from.packets.begin()), std::make_move_iterator(rest));
  from.packets.erase(from.packets.begin(), rest);
  return taken;
}

class Player {
 public:
  Player(const CrowdPlan& plan, Machine& machine, bool approve_strangers)
      : plan_(plan), machine_(machine), approve_strangers_(approve_strangers) {}

  CrowdRecord record;

  void tell(const std::vector<Command>& commands, Timestamp now) {
    for (std::size_t i = 0; i < commands.size(); i += kBatchMax)
      keep(machine_.process({now, {}, {commands.data() + i, std::min(kBatchMax, commands.size() - i)}}), 0);
  }
  /// The quarantines that were proposed before this window.
  void approve(Timestamp begin) {
    for (Command& c : proposed_) c.at = begin;
    const std::vector<Command> commands = std::move(proposed_);
    proposed_.clear();
    tell(commands, begin);
  }
  /// Both in order of time, the victims' own first.
  void play(const std::vector<StreamPacket>& own, const std::vector<StreamPacket>& other) {
    std::size_t a = 0, b = 0;
    while (a < own.size() || b < other.size()) {
      const bool mine = b == other.size() || (a < own.size() && own[a].at <= other[b].at);
      const StreamPacket& p = mine ? own[a++] : other[b++];
      if (mine) own_ |= 1ULL << views_.size();
      views_.push_back({p.at, p.frame, static_cast<std::uint32_t>(p.frame.size()), p.direction});
      if (views_.size() == kBatchMax) flush();
    }
    flush();
  }
  void wait(Timestamp until) { keep(machine_.process({until, {}, {}}), 0); }

 private:
  static_assert(kBatchMax <= 64);

  void flush() {
    if (views_.empty()) return;
    record.packets += views_.size();
    keep(machine_.process({views_.back().at, views_, {}}), own_);
    views_.clear(), own_ = 0;
  }
  void keep(const Outcome& o, std::uint64_t own) {
    for (std::size_t i = 0; i < o.verdicts.size(); ++i)
      if ((own >> i & 1) != 0) record.verdicts.push_back(o.verdicts[i]);
    for (const Event& e : o.events) {
      const bool victim = e.account.value <= plan_.victims;
      (victim ? record.events : record.strange).push_back(e);
      if (e.kind == EventKind::quarantine_proposed && (victim || approve_strangers_))
        proposed_.push_back(command(e.at, CommandKind::approve, e.account));
    }
  }

  const CrowdPlan& plan_;
  Machine& machine_;
  bool approve_strangers_;
  std::vector<PacketView> views_;
  std::uint64_t own_ = 0;
  std::vector<Command> proposed_;
};

}  // namespace

Stream crowd_town(const CrowdPlan& plan) {
  Dice dice(plan.seed * 31);
  Stream s;
  const unsigned accounts = plan.victims + plan.strangers;
  s.plan = {.seed = plan.seed, .accounts = accounts};
  s.limits = {.accounts = accounts, .bindings = accounts, .events = 4096};
  s.seed = {dice.any()};
  s.grid = milliseconds(1);
  s.begin = s.end = kBegin;
  const auto service = [](PrefixList& list, unsigned number) {
    (void)list.add({IpAddress::v4(0xc612'ff00U + number * 16), 126});
    (void)list.add({{0x2001'0db8'0053'0000ULL + number, 0}, 64});
  };
  Policy& p = s.policy;
  service(p.services_resolvers, 0), service(p.services_relays, 1), service(p.services_voice, 2);
  service(p.services_emergency, 3), service(p.services_remediation, 4), service(p.services_portal, 5);
  (void)p.services_remediation_names.add("cleaner.example");
  p.quarantine_profile = static_cast<std::int64_t>(plan.seed % 2 == 0 ? Profile::strict : Profile::leaky);
  s.feed = random_feed(dice, s.seed, s.begin);
  for (unsigned i = 1; i <= accounts; ++i) s.subjects.push_back(subject(i));
  s.plan.operators = false;
  add_leases(s, dice);
  // Whoever may send to an account can show that there is a way back to it, and no more: here that is known.
  Scripts scripts(s, dice);
  scripts.now = s.begin;
  for (const Subject& subject : s.subjects) scripts.greet(subject);
  return s;
}

CrowdRecord play_crowd(const CrowdPlan& plan, const Maker& maker, const Trouble& trouble, bool approve_strangers) {
  Stream peace = crowd_town(plan);
  const std::unique_ptr<Machine> machine = maker(peace);
  Player player(plan, *machine, approve_strangers);
  player.tell(peace.commands, peace.begin);
  Stream war = peace;
  war.packets.clear();
  Dice dice(plan.seed), bad_dice(plan.seed + 1);
  Scripts scripts(peace, dice), bad_scripts(war, bad_dice);
  Window w;
  w.end = peace.begin;
  for (unsigned i = 0; i < plan.windows || !peace.packets.empty() || !war.packets.empty(); ++i) {
    w.begin = w.end, w.end = w.begin + milliseconds(plan.window_ms);
    for (unsigned v = 0; v < plan.victims && i < plan.windows; ++v) {
      const unsigned busy = is_bot(peace.subjects[v]) ? 6 * plan.active : plan.active;
      if (dice.below(1000) >= busy) continue;
      scripts.now = {w.begin.ns + dice.range(0, plan.window_ms - 1) * 1'000'000};
      live(scripts, dice, peace.subjects[v]);
    }
    w.own = take(peace, w.end);
    bad_scripts.now = w.begin;
    if (trouble && i < plan.windows) trouble(w, war, bad_scripts, bad_dice);
    player.approve(w.begin);
    player.play(w.own, take(war, w.end));
  }
  // Everybody is asked at one time, whenever the last packet came.
  const Timestamp end = kBegin + milliseconds(plan.window_ms * plan.windows) + seconds(600);
  player.wait(end);
  CrowdRecord& r = player.record;
  for (const Subject& s : peace.subjects) r.status[s.account] = machine->status(s.account, end);
  r.counters = machine->counters();
  return std::move(r);
}

Difference compare_victims(const CrowdPlan& plan, const CrowdRecord& calm, const CrowdRecord& troubled) {
  if (const Difference d = compare_events(calm.events, troubled.events)) return d;
  if (calm.verdicts.size() != troubled.verdicts.size()) return "the victims sent something else";
  for (std::size_t i = 0; i < calm.verdicts.size(); ++i)
    if (!(calm.verdicts[i] == troubled.verdicts[i]))
      return "own packet " + std::to_string(i) + ": " + describe(calm.verdicts[i]) + " / " +
             describe(troubled.verdicts[i]);
  for (unsigned a = 1; a <= plan.victims; ++a)
    if (const Difference d = compare_status({a}, calm.status.at({a}), troubled.status.at({a}))) return d;
  return {};
}

}  // namespace lazaret::laws
