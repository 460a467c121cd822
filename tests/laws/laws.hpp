// The laws as functions: each returns the first breach it finds, in words, or nothing.
// Ownership: values. Threads: one at a time.
#pragma once

#include "tests/laws/machine.hpp"

namespace lazaret::laws {

// agreement.cpp -----------------------------------------------------------------------------------------------------
/// Two machines, one stream, the same batches: verdicts, events, counters and status; and after every batch next_due of
/// the one is still to come and no later than that of the other, which is exact.
[[nodiscard]] Difference agree(const Stream&, const Maker& one, const Maker& other);
/// The same where the world delivers some commands after later packets.
[[nodiscard]] Difference agree_on_late_commands(const Stream&, const Maker& one, const Maker& other);
/// Any cutting into batches gives the same.
[[nodiscard]] Difference cut(const Stream&, const Maker&);
/// What is due at T holds for every packet stamped >= T: a machine that is called at every next_due() and one that is
/// called only with full batches do the same; and what is done in a call at next_due() is stamped with it.
[[nodiscard]] Difference deadline(const Stream&, const Maker&);
/// A machine that is stopped again and again and goes on from its snapshot does what one does that never stopped.
[[nodiscard]] Difference resume(const Stream&, const Maker& uninterrupted, const Maker& resumed);

// shards.cpp --------------------------------------------------------------------------------------------------------
struct EnsembleRecord {
  Record record;
  std::vector<Command> decided;
};
/// No approvals in the stream: the conductor gives them. An operator resets the fuse now and then.
[[nodiscard]] Stream conducted(std::uint64_t seed);
/// `every`: how often it is stopped and another one goes on from its snapshot, or from an older one where `forgetful`.
[[nodiscard]] EnsembleRecord play_ensemble(const Stream&, unsigned shards, const Cutting&, unsigned every = 0,
                                           bool forgetful = false);
[[nodiscard]] Difference compare_ensembles(const EnsembleRecord& a, const EnsembleRecord& b);
/// One bare machine that is told what the ensemble's conductor decided does what the ensemble did.
[[nodiscard]] Difference ensemble_is_one_machine(const Stream&, const EnsembleRecord&, const Maker&);

// promises.cpp ------------------------------------------------------------------------------------------------------
/// By the generator's own knowledge of its packets and the lists of the policy; knows nothing of decode() and
/// core/quarantine. Addresses that an account has learned are not among them: which those are hangs on what was answered.
[[nodiscard]] bool is_sacred(const StreamPacket&, const Policy&);
/// `spared`: how many sacred packets of restricted accounts there were.
[[nodiscard]] Difference sacred(const Stream&, const Maker&, std::size_t& spared);
/// `attacked` is `stream` and further packets that no line of `victims` sent: the victims' verdicts on their own
/// packets, their events and their status stay as they are.
[[nodiscard]] Difference untouched(const Stream& stream, const Stream& attacked, const std::vector<AccountId>& victims,
                                   const Maker&);
/// Every proposal, every notice, and every word to an administrator or an operator comes with its reasons, which add up to
/// it and can be told in words; and there are words for every event. `told`: how many of each kind had reasons.
[[nodiscard]] Difference explained(const Stream&, const Maker&, std::map<EventKind, std::size_t>& told);

}  // namespace lazaret::laws
