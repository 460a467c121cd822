// The core a second time, naively: docs/semantics.md in std::map, std::set, std::vector and linear scans, one section
// of the page after the other. Shares with core/ only value types, the policy table, the packet decoders and the hash.
// A Slip makes one deliberate mistake, so that the laws can be shown to notice it.
// Ownership: owns its state; allocates as it likes. Threads: one at a time.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "core/engine.hpp"
#include "core/packet/decode.hpp"
#include "tests/laws/slip.hpp"

namespace lazaret::laws {

class Reference {
 public:
  Reference(const Policy&, const Limits&, Seed, Slip = Slip::none);

  [[nodiscard]] Outcome process(const Batch&);
  [[nodiscard]] Timestamp next_due() const;
  [[nodiscard]] AccountStatus status(AccountId, Timestamp now) const;
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  /// A bitmap that forgets: the numbers of the bits that stand.
  struct Bitmap {
    std::set<std::uint64_t> present, previous;
    std::int64_t window = 0;
  };
  struct Contact {
    Channel kind;
    IpAddress destination;
    std::uint16_t source_port, destination_port;
    std::uint32_t sequence;
    Timestamp due;
  };
  struct Session {
    IpAddress destination;
    std::uint16_t source_port;
    std::uint32_t isn, sent, expected;
    bool open, new_peer, rejected, data;
    Timestamp due;
  };
  struct Channels {
    Score score = 0;
    Timestamp decayed_at;
    Sighting seen;
  };
  struct Account {
    State state = State::clear;
    std::uint8_t later_left = 0;
    bool exempt = false, reverse = false, from_probation = false;
    Timestamp deadline = kNever, quarantined_at, held_until;
    std::uint32_t events = 0;
    Channels channels[kChannels];
    Bitmap destinations, peers, names;
    std::vector<std::uint64_t> hosts;  ///< keys of the last 16, oldest first
    std::vector<Contact> contacts;
    std::vector<Session> sessions;
  };
  struct Binding {
    AccountId account;
    LineId line;
  };
  enum class Mail : std::uint8_t { rejected, new_peer, known_peer };

  // 1: order
  void run_timers(Timestamp until);
  void run_timer(AccountId, Timestamp due);
  [[nodiscard]] Timestamp due(const Account&) const;
  void emit(Timestamp, AccountId, EventKind, std::int64_t observed = 0, std::int64_t limit = 0,
            bool from_probation = false);
  void push(Event);
  // 2: bindings
  void carry_out(const Command&, Timestamp);
  /// False, and counted, when there is no room for a new account.
  [[nodiscard]] bool admit(AccountId);
  void bind(const Command&, Timestamp);
  void release(const Command&, Timestamp);
  [[nodiscard]] const Binding* holder(IpAddress) const;
  [[nodiscard]] AccountId holder_account(IpAddress) const;
  // 3: verdicts
  [[nodiscard]] Verdict judge(const PacketView&, const Facts&, Timestamp);
  [[nodiscard]] bool sacred(const Facts&, bool upstream) const;
  [[nodiscard]] Verdict restricted(const Facts&, bool upstream, AccountId) const;
  // 4 to 6: evidence
  void observe_upstream(AccountId, const Facts&, Timestamp);
  void observe_downstream(AccountId, const Facts&, Timestamp);
  void first_contact(AccountId, const Facts&, Timestamp);
  [[nodiscard]] bool end_contact(AccountId, const Facts&, Timestamp);
  void open_session(AccountId, const Facts&, Timestamp);
  void mail_upstream(AccountId, const Facts&, Timestamp);
  [[nodiscard]] bool mail_downstream(AccountId, const Facts&, Timestamp);
  void mail_reply(AccountId, std::size_t session, const Facts&, Timestamp);
  void mx_question(AccountId, const Facts&, Timestamp);
  [[nodiscard]] bool seen(Bitmap&, std::uint64_t key, std::uint64_t bits, std::int64_t window_s, Timestamp) const;
  void mark(Bitmap&, std::uint64_t key, std::uint64_t bits) const;
  [[nodiscard]] std::uint64_t key(IpAddress, std::uint32_t port) const;
  // 7: scores
  void contact_result(AccountId, const Contact&, bool adverse, Timestamp);
  void mail_result(AccountId, std::uint16_t source_port, Mail, Timestamp);
  void observation(AccountId, Channel, Score step, bool adverse, std::uint16_t port, std::uint16_t source_port,
                   Timestamp);
  [[nodiscard]] Score decayed(const Channels&, Channel, Timestamp) const;
  void decay(Channels&, Channel, Timestamp) const;
  [[nodiscard]] bool on_probation(const Account&) const;
  [[nodiscard]] Score belief(const Account&, Timestamp) const;
  // 8: the ladder
  void weigh(AccountId, Timestamp);
  void choose(AccountId, Choice, Timestamp);
  void deadline(AccountId, Timestamp);
  void clear_evidence(Account&);
  void back_to_clear(Account&);

  [[nodiscard]] bool slips(Slip s) const { return slip_ == s; }

  Policy policy_;
  Limits limits_;
  Seed seed_;
  Slip slip_;
  std::map<AccountId, Account> accounts_;
  std::map<Prefix, Binding> bindings_;
  Counters counters_;
  Timestamp clock_;  ///< of the last thing processed
  std::vector<Verdict> verdicts_;
  std::vector<Event> events_;
};

}  // namespace lazaret::laws
