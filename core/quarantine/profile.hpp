// What a restricted account may not do, as a verdict for one packet. Exact rules: docs/semantics.md, 3.
// Ownership: values. Threads: pure.
#pragma once

#include "core/quarantine/sacred.hpp"
#include "core/verdict.hpp"

namespace lazaret {

struct Judgement {
  Action action = Action::pass;
  Rule rule = Rule::open;
};

class ProfileRules {
 public:
  ProfileRules(const Policy&, Seed);
  [[nodiscard]] Profile profile() const { return profile_; }
  /// The verdict on a packet of a restricted account that is not sacred. Remembers connections that went to the garden.
  /// REQUIRES profile() != Profile::shadow.
  [[nodiscard]] Judgement judge(Account, const Facts&, const Service&, Direction, Timestamp) const;

 private:
  struct Packet;
  [[nodiscard]] Judgement plain_web(const Packet&) const;
  [[nodiscard]] Judgement cipp(const Packet&) const;
  [[nodiscard]] Judgement leaky(const Packet&) const;
  [[nodiscard]] Judgement strict(const Packet&) const;
  [[nodiscard]] Judgement notice(const Packet&) const;

  Profile profile_;
  Recall recall_;
  Second drain_s_;
  std::uint64_t notice_one_in_;
};

}  // namespace lazaret
