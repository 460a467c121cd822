// Names: domains that do not exist (domain generation), octets carried in names (tunnels), mail exchangers asked for, and
// the addresses of remediation names.
//
// Observes  the account's DNS questions over UDP, to any resolver, and the answers that match them.
// Model     Bernoulli over domains new to the account: does it exist (Krishnan et al., DSN 2013, decide on failures alone
//           per client). Names that computers make up by themselves are left out: reverse look-ups, single labels (a
//           browser's probes), search suffixes, block lists, and what very many accounts fail to find.
// Cannot see  DNS over TLS or HTTPS; TCP.
// Ownership: immutable but for the popular names; what is remembered belongs to the accounts. Threads: as the engine.
// Exact rules: docs/semantics.md, 8.
#pragma once

#include "core/detect/c2.hpp"
#include "core/fixed_map.hpp"

namespace lazaret {

/// The last kPopularNames names that too many accounts fail to find.
class PopularNames {
 public:
  PopularNames() : places_(kPopularNames, Identity{}) { names_.reserve(kPopularNames); }
  [[nodiscard]] bool has(std::uint64_t key) const { return places_.find(key) != nullptr; }
  void add(std::uint64_t key);
  template <typename Archive>
  void archive(Archive&);

 private:
  struct Identity {
    std::uint64_t operator()(std::uint64_t key) const { return key; }
  };
  FixedMap<std::uint64_t, std::uint32_t, Identity> places_;
  std::vector<std::uint64_t> names_;  ///< a ring once it is full
  std::uint32_t oldest_ = 0;
};

class NameDetector {
 public:
  NameDetector(const Policy&, Recall, const C2Detector&);

  /// An upstream UDP packet to port 53.
  void question(Account, const Facts&, Timestamp, Ladder&) const;
  /// A downstream UDP packet from port 53. True: it answers a question of the account, or is no DNS response at all.
  bool answer(Account, const Facts&, Timestamp, Ladder&, EventLog&) const;

  [[nodiscard]] PopularNames& popular() { return popular_; }
  [[nodiscard]] const PopularNames& popular() const { return popular_; }

 private:
  [[nodiscard]] std::uint32_t tag(IpAddress resolver, std::uint16_t source_port, const DnsFacts&) const;
  void tunnel(Account, const DnsFacts&, const Facts&, Timestamp, Ladder&) const;
  void learn(Account, const DnsFacts&, const Facts&, Timestamp) const;
  [[nodiscard]] bool for_remediation(const Facts&, const DnsFacts&) const;

  Recall recall_;
  const C2Detector* c2_;
  PopularNames popular_;
  Steps failure_;
  Score mx_query_, tunnel_;
  std::uint32_t tunnel_octets_;
  PrefixList resolvers_;
  std::vector<std::uint64_t> remediation_;  ///< hashes of the names
};

}  // namespace lazaret
