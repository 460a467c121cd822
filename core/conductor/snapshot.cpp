// A conductor's state as octets, and back. Version 2: see Ledger::archive(); version 1 ended before archive_counted().
#include "core/snapshot.hpp"

#include <algorithm>
#include <utility>

#include "core/conductor/ledger.hpp"

namespace lazaret {
namespace {

constexpr std::uint32_t kMagic = 0x435a4c01;  // 01 'L' 'Z' 'C'
constexpr std::uint16_t kVersion = 2;

}  // namespace

/// Nodes and names are written in order of their numbers, and only those of which there is something to say.
template <typename Archive>
void Conductor::Ledger::archive(Archive& a) {
  a(blown), a(reset), a(enforcing), a(enforce), a(sequence), a(accounts), a(window);

  auto count = static_cast<std::uint32_t>(approvals.size());
  a(count);
  Timestamp last;
  for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
    Approvals::Item item;
    if constexpr (!Archive::kReads) item = approvals[i];
    a(item.at.ns), a(item.node);
    if constexpr (Archive::kReads) {
      if (item.at < last) return a.refuse();
      last = item.at;
      if (rules.most == 0) continue;
      if (approvals.full()) {
        --nodes[approvals[0].node].approved;
        approvals.pop();
      }
      approvals.push(item);
      ++nodes[item.node].approved;
    }
  }

  const auto tells = [](const Node& n) { return n.accounts > 0 || n.blown; };
  count = static_cast<std::uint32_t>(std::count_if(nodes.begin(), nodes.end(), tells));
  a(count);
  std::size_t next = 0;  // the least number that may follow
  for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
    if constexpr (!Archive::kReads)
      while (!tells(nodes[next])) ++next;
    auto number = static_cast<std::uint16_t>(next);
    a(number);
    Node& n = nodes[number];
    a(n.accounts), a(n.blown);
    if constexpr (Archive::kReads) {
      if (number < next || !tells(n)) return a.refuse();
    }
    next = number + std::size_t{1};
  }

  std::vector<std::pair<std::uint64_t, std::uint32_t>> found;
  names.for_each([&](std::uint64_t key, std::uint32_t n) { found.emplace_back(key, n); });
  std::sort(found.begin(), found.end());
  count = static_cast<std::uint32_t>(found.size());
  a(count);
  if constexpr (Archive::kReads) {
    if (count > rules.counted_names) return a.refuse();
  }
  for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
    std::pair<std::uint64_t, std::uint32_t> name;
    if constexpr (!Archive::kReads) name = found[i];
    a(name.first), a(name.second);
    if constexpr (Archive::kReads) {
      if (names.find(name.first) != nullptr || name.second == 0) return a.refuse();
      names.insert(name.first, name.second);
    }
  }
}

/// Accounts in order of their numbers, and those words of the bits of which one stands.
template <typename Archive>
void Conductor::Ledger::archive_counted(Archive& a) {
  a(uncounted);
  std::vector<std::pair<AccountId, std::uint32_t>> shares;
  accounts_of_names.for_each([&](AccountId account, std::uint32_t n) { shares.emplace_back(account, n); });
  std::sort(shares.begin(), shares.end());
  auto count = static_cast<std::uint32_t>(shares.size());
  a(count);
  if constexpr (Archive::kReads) {
    if (count > rules.accounts) return a.refuse();
  }
  for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
    std::pair<AccountId, std::uint32_t> share;
    if constexpr (!Archive::kReads) share = shares[i];
    a(share.first.value), a(share.second);
    if constexpr (Archive::kReads) {
      if (accounts_of_names.find(share.first) != nullptr || share.second == 0) return a.refuse();
      accounts_of_names.insert(share.first, share.second);
    }
  }

  count = static_cast<std::uint32_t>(counted.size()) -
          static_cast<std::uint32_t>(std::count(counted.begin(), counted.end(), 0));
  a(count);
  std::size_t next = 0;  // the least number that may follow
  for (std::uint32_t i = 0; i < count && a.ok(); ++i) {
    if constexpr (!Archive::kReads)
      while (counted[next] == 0) ++next;
    auto number = static_cast<std::uint32_t>(next);
    a(number);
    if constexpr (Archive::kReads) {
      if (number < next || number >= counted.size()) return a.refuse();
    }
    a(counted[number]);
    if constexpr (Archive::kReads) {
      if (counted[number] == 0) return a.refuse();
    }
    next = number + std::size_t{1};
  }
}

std::vector<std::uint8_t> Conductor::snapshot() const {
  SnapshotWriter w;
  w(kMagic), w(kVersion);
  ledger_->archive(w);
  ledger_->archive_counted(w);
  return w.take();
}

const char* Conductor::restore(std::span<const std::uint8_t> octets) {
  SnapshotReader r(octets);
  std::uint32_t magic = 0;
  std::uint16_t version = 0;
  r(magic), r(version);
  if (!r.ok() || magic != kMagic) return "this is no conductor's snapshot";
  if (version != 1 && version != kVersion) return "the conductor's snapshot is of another version";
  auto kept = std::make_unique<Ledger>(ledger_->rules);
  kept->archive(r);
  if (version != 1) kept->archive_counted(r);
  if (!r.ok() || !r.at_end()) return "the conductor's snapshot is damaged, or was made under other limits";
  ledger_ = std::move(kept);
  return nullptr;
}

void Conductor::adopt(const Policy& policy) {
  const Ledger::Rules& now = ledger_->rules;
  Limits same;
  same.accounts = static_cast<std::uint32_t>(now.accounts);
  same.counted_names = static_cast<std::uint32_t>(now.counted_names);
  same.names_per_account = now.names_per_account;
  Conductor next(policy, same);
  // Under the same limits there is nothing to refuse.
  if (next.restore(snapshot()) == nullptr) ledger_ = std::move(next.ledger_);
}

}  // namespace lazaret
