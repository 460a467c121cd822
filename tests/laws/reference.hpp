// The core a second time, naively: docs/semantics.md in std::map, std::set, std::vector and linear scans, one section
// of the page after the other. Shares with core/ only value types, the policy table, the packet readers, the feed and
// the hash. A Slip makes one deliberate mistake, so that the laws can be shown to notice it.
// Ownership: owns its state; allocates as it likes. Threads: one at a time.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "core/intel/feed.hpp"
#include "core/packet/dns.hpp"
#include "tests/laws/reference_account.hpp"
#include "tests/laws/slip.hpp"

namespace lazaret::laws {

class Reference {
 public:
  Reference(const Policy&, const Limits&, Seed, Slip = Slip::none);

  /// Between two calls; nullptr: no feed.
  void load(std::shared_ptr<const Feed> feed) { feed_ = std::move(feed); }
  [[nodiscard]] Outcome process(const Batch&);
  /// Exactly when the next thing is due, or kNever.
  [[nodiscard]] Timestamp next_due() const;
  [[nodiscard]] AccountStatus status(AccountId, Timestamp now) const;
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  // 1: order
  void run_timers(Timestamp until);
  void run_timer(AccountId, Timestamp at);
  [[nodiscard]] Timestamp due(const Account&) const;
  [[nodiscard]] Verdict take(const PacketView&, Timestamp);
  void emit(Timestamp, AccountId, EventKind, std::int64_t observed = 0, std::int64_t limit = 0);
  void push(Event);
  // 2: bindings and lines
  void carry_out(const Command&, Timestamp);
  /// False, and counted, when there is no room for a new account.
  [[nodiscard]] bool admit(AccountId);
  void bind(const Command&, Timestamp);
  void bind_elsewhere(const Command&, Timestamp);
  void lose_line(LineId, Timestamp);
  void release(const Command&, Timestamp);
  [[nodiscard]] bool has_room_for(const Prefix&) const;
  [[nodiscard]] AccountId holder(IpAddress) const;
  [[nodiscard]] AccountId owner(LineId) const;
  // 3: verdicts
  [[nodiscard]] Verdict judge(const PacketView&, const Facts&, Timestamp);
  [[nodiscard]] Verdict judge_upstream(const Facts&, Timestamp);
  [[nodiscard]] Verdict judge_account(const Facts&, bool upstream, AccountId, Timestamp);
  [[nodiscard]] bool restricted(const Account&) const;
  /// `account`: nullptr for a spoofed packet.
  [[nodiscard]] bool sacred(const Facts&, bool upstream, const Account* account, Timestamp) const;
  [[nodiscard]] Verdict profile(const Facts&, bool upstream, AccountId, Timestamp);
  [[nodiscard]] Verdict web(const Facts&, bool upstream, AccountId, Timestamp);
  [[nodiscard]] bool draining(const Account&, Timestamp) const;
  // 4: what is observed
  void observe_upstream(AccountId, const Facts&, Timestamp);
  void observe_downstream(AccountId, const Facts&, Timestamp);
  // 5: memory, contacts, scanning
  void turn(Memory&, Timestamp) const;
  [[nodiscard]] bool remembered(const Memory&, std::uint64_t key) const;
  [[nodiscard]] bool fresh(Account&, std::uint64_t key, Timestamp) const;
  [[nodiscard]] std::uint64_t key(IpAddress, std::uint32_t port) const;
  [[nodiscard]] std::uint32_t contact_tag(IpAddress, std::uint16_t port, std::uint16_t source_port,
                                          std::uint32_t sequence) const;
  void syn(AccountId, const Facts&, Timestamp);
  [[nodiscard]] std::optional<Channel> first_contact(AccountId, const Facts&, Timestamp);
  [[nodiscard]] bool end_contact(AccountId, const Facts&, Timestamp);
  void answered(AccountId, const Contact&, const Facts&, Timestamp);
  void refused(AccountId, const Contact&, Timestamp);
  void stream_result(AccountId, const Contact&, bool adverse, Timestamp);
  // 6: mail sending
  enum class Mail : std::uint8_t { rejected, new_peer, known_peer };
  void relay(AccountId, const Facts&, Timestamp);
  void mail_result(AccountId, std::uint16_t source_port, Mail, Timestamp);
  // 7: sessions
  void session_upstream(AccountId, const Facts&, Timestamp);
  [[nodiscard]] bool session_downstream(AccountId, const Facts&, Timestamp);
  void session_payload(AccountId, Session&, const Facts&, Timestamp);
  void end_session(AccountId, std::size_t index, Timestamp);
  void login_result(AccountId, const Session&, Channel, bool adverse, Timestamp);
  // 8: names
  void dns_question(AccountId, const Facts&, Timestamp);
  void tunnel(AccountId, const DnsFacts&, const Facts&, Timestamp);
  void dns_answer(AccountId, const Facts&, Timestamp);
  void name_result(AccountId, const DnsFacts&, const Facts&, Timestamp);
  void learn(Account&, const DnsFacts&, const Facts&, Timestamp);
  [[nodiscard]] std::uint32_t question_tag(IpAddress resolver, std::uint16_t port, const DnsFacts&) const;
  // 9: rates
  void meter(AccountId, const Facts&, bool upstream, Timestamp);
  [[nodiscard]] bool flooded(const Meter&) const;
  void judge_meter(AccountId, Timestamp);
  void blame(AccountId, const Facts&, Timestamp);
  void call(Account&, const Facts&, bool upstream, Timestamp);
  [[nodiscard]] bool in_call(const Account&, const Facts&, bool upstream, Timestamp) const;
  // 10: abuse reports
  void report(const Command&, Timestamp);
  // 11: command and control
  void beacon(AccountId, const Facts&, Timestamp);
  void feed_address(AccountId, const Facts&, Timestamp);
  void feed_answer(AccountId, IpAddress, std::uint16_t source_port, Timestamp);
  void feed_name(AccountId, std::span<const std::uint8_t> wire_name, std::uint64_t name_hash, std::uint16_t port,
                 std::uint16_t source_port, Timestamp);
  void client_hello(AccountId, const Facts&, Timestamp);
  // 12: scores and belief
  void observation(AccountId, Channel, Score step, bool adverse, std::uint16_t port, std::uint16_t source_port,
                   Timestamp);
  void note(Account&, Channel, Score step, bool adverse, std::uint16_t port, std::uint16_t source_port,
            std::int64_t second);
  void decay(Standing&, std::int64_t second) const;
  [[nodiscard]] Score decayed(const Standing&, Timestamp) const;
  [[nodiscard]] bool on_probation(const Account&) const;
  [[nodiscard]] Score family_part(const Account&, Family, Timestamp) const;
  [[nodiscard]] Score belief(const Account&, Timestamp) const;
  [[nodiscard]] Score certain(const Account&, Channel) const;
  [[nodiscard]] bool enough(const Account&, Timestamp) const;
  // 13: the ladder
  void weigh(AccountId, Timestamp);
  void convict(AccountId, Timestamp);
  void rank(AccountId, Timestamp);
  void reasons(AccountId, Timestamp);
  void enter_quarantine(AccountId, Timestamp);
  void choose(AccountId, Choice, Timestamp);
  void deadline(AccountId, Timestamp);
  void enter_probation(Account&, std::int64_t until);
  void clear_evidence(Account&);
  void back_to_clear(Account&);

  [[nodiscard]] bool slips(Slip s) const { return slip_ == s; }

  Policy policy_;
  Limits limits_;
  Seed seed_;
  Slip slip_;
  std::shared_ptr<const Feed> feed_;
  std::map<AccountId, Account> accounts_;
  std::map<Prefix, AccountId> bindings_;
  std::vector<std::uint64_t> popular_;  ///< domain keys, oldest first
  bool stopped_ = false;
  Counters counters_;
  Timestamp clock_;  ///< of the last thing processed
  std::vector<Verdict> verdicts_;
  std::vector<Event> events_;
};

}  // namespace lazaret::laws
