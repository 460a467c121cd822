// An engine's state as octets, and back. Version 1: see archive_whole() and the archive() of each type.
#include <algorithm>

#include "core/engine_core.hpp"
#include "core/snapshot.hpp"

namespace lazaret {
namespace {

constexpr std::uint32_t kMagic = 0x535a4c01;  // 01 'L' 'Z' 'S'
constexpr std::uint16_t kVersion = 1;
/// Far beyond the last second that an account can keep, and far enough from the end of the numbers to add any duration.
constexpr Timestamp kLatest{INT64_MAX / 2};

template <typename Archive, typename T, unsigned kCapacity, typename Each>
void archive_row(Archive& a, ShortRow<T, kCapacity>& row, Each each) {
  std::uint8_t size = static_cast<std::uint8_t>(row.size());
  a(size);
  if constexpr (Archive::kReads) {
    if (size > kCapacity) return a.refuse();
    row.clear();
    for (unsigned i = 0; i < size; ++i) row.push(T{});
  }
  for (T& item : row) each(item);
}

template <typename Archive>
void archive(Archive& a, Dossier& d) {
  const auto own = [&](auto& item) { item.archive(a); };
  const auto plain = [&](auto& number) { a(number); };
  archive_row(a, d.contacts, own);
  archive_row(a, d.questions, plain);
  archive_row(a, d.hosts, plain);
  d.memory.archive(a);
  archive_row(a, d.sessions, own);
  archive_row(a, d.standings, own);
  a(d.relay.window), a(d.relay.count);
  a(d.tunnel.window), a(d.tunnel.domain), a(d.tunnel.octets);
  a(d.beacon.peer), a(d.beacon.last), a(d.beacon.interval), a(d.beacon.count), a(d.beacon.misses);
  for (Learned& l : d.learned) a(l.address), a(l.until);
}

template <typename Archive>
void archive(Archive& a, Counters& c) {
  for (std::uint64_t Counters::*member : kCounterMembers) a(c.*member);
}

bool sound(const Record& r, const Dossier& d) {
  const auto known = [](const Standing& s) { return s.number < kChannels; };
  return r.state <= State::probation && r.account_class <= AccountClass::exempt && r.account != kNobody &&
         r.quarantined_at != kNoSecond && std::all_of(d.standings.begin(), d.standings.end(), known) &&
         std::all_of(d.contacts.begin(), d.contacts.end(),
                     [](const Contact& c) { return c.stream <= Stream::vertical; });
}

struct Lease {
  Prefix prefix;
  AccountId account;
};

}  // namespace

template <typename Archive>
void PopularNames::archive(Archive& a) {
  auto count = static_cast<std::uint32_t>(names_.size());
  a(count), a(oldest_);
  if constexpr (Archive::kReads) {
    if (count > kPopularNames || (oldest_ != 0 && oldest_ >= count)) return a.refuse();
    for (std::uint32_t i = 0; i < count; ++i) {
      std::uint64_t key = 0;
      a(key);
      if (has(key)) return a.refuse();
      names_.push_back(key);
      places_.insert(key, 0);
    }
  } else {
    for (std::uint64_t& key : names_) a(key);
  }
}

std::vector<std::uint8_t> Engine::Core::snapshot() const {
  SnapshotWriter w;
  w(kMagic), w(kVersion), w(seed_.value), w(enforcing_), w(clock_.ns);
  Counters counters = counters_;
  archive(w, counters);
  PopularNames popular = rules_->names.popular();
  popular.archive(w);

  std::vector<std::uint32_t> slots(records_.size());
  for (std::uint32_t i = 0; i < slots.size(); ++i) slots[i] = i;
  std::sort(slots.begin(), slots.end(),
            [this](std::uint32_t a, std::uint32_t b) { return records_[a].account < records_[b].account; });
  w(static_cast<std::uint32_t>(slots.size()));
  for (const std::uint32_t slot : slots) {
    Record r = records_[slot];
    Dossier d = dossiers_[slot];
    r.archive(w);
    archive(w, d);
  }

  std::vector<Lease> leases;
  bindings_.for_each([&](const Prefix& p, std::uint32_t slot) { leases.push_back({p, records_[slot].account}); });
  std::sort(leases.begin(), leases.end(), [](const Lease& a, const Lease& b) { return a.prefix < b.prefix; });
  w(static_cast<std::uint32_t>(leases.size()));
  for (const Lease& l : leases)
    w(l.prefix.address.high), w(l.prefix.address.low), w(l.prefix.length), w(l.account.value);
  return w.take();
}

std::unique_ptr<Engine::Core> Engine::Core::anew() const {
  auto core = std::make_unique<Core>(rules_->policy, limits_, seed_);
  core->load(rules_->c2.feed());
  return core;
}

const char* Engine::Core::restore(std::span<const std::uint8_t> octets) {
  SnapshotReader r(octets);
  std::uint32_t magic = 0, accounts = 0, leases = 0;
  std::uint16_t version = 0;
  std::uint64_t seed = 0;
  r(magic), r(version), r(seed), r(enforcing_), r(clock_.ns);
  if (!r.ok() || magic != kMagic) return "this is no engine's snapshot";
  if (version != kVersion) return "the snapshot is of another version";
  if (seed != seed_.value) return "the snapshot was made under another seed";
  if (clock_ < Timestamp{} || clock_ > kLatest) return "the snapshot is damaged: its time makes no sense";
  restrains_ = enforcing_ && rules_->profiles.profile() != Profile::shadow;
  archive(r, counters_);
  rules_->names.popular().archive(r);
  r(accounts);
  if (!r.ok() || accounts > limits_.accounts) return "the snapshot holds more accounts than the limits allow";
  for (std::uint32_t slot = 0; slot < accounts; ++slot) {
    Record& record = records_.emplace_back();
    Dossier& dossier = dossiers_.emplace_back();
    record.archive(r);
    archive(r, dossier);
    record.learned =
        std::any_of(dossier.learned.begin(), dossier.learned.end(), [](Learned l) { return l.until != 0; });
    if (!r.ok() || !sound(record, dossier)) return "the snapshot is damaged: an account makes no sense";
    if (roster_.find(record.account) != kNoHolder) return "the snapshot is damaged: an account stands twice";
    const bool owned = record.line == LineId{} || record.line == kLostLine || roster_.find(record.line) == kNoHolder;
    if (!owned) return "the snapshot is damaged: a line has two accounts";
    roster_.admit(slot);
    if (record.line != kLostLine) roster_.take_line(slot);
    timers_.no_later_than(slot, due(slot));
  }
  r(leases);
  for (std::uint32_t i = 0; i < leases && r.ok(); ++i) {
    Prefix p;
    AccountId account;
    r(p.address.high), r(p.address.low), r(p.length), r(account.value);
    const std::uint32_t slot = roster_.find(account);
    if (!r.ok() || p.length == 0 || p.length > 128 || slot == kNoHolder) return "the snapshot is damaged: a lease";
    if (bindings_.exactly(p) != kNoHolder || bindings_.full_for(p)) return "the snapshot holds more leases than fit";
    bindings_.bind(p, slot);
  }
  return r.ok() && r.at_end() ? nullptr : "the snapshot is cut short or goes on";
}

}  // namespace lazaret
