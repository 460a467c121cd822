// What a law is asked of: anything that processes batches as an Engine does; and the ways to feed it a stream.
// A law is a function that returns the first difference it finds, in words, or nothing; so a law can be shown to fail.
// Ownership: records own their values. Threads: one at a time.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/laws/reference.hpp"
#include "tests/laws/streams.hpp"

namespace lazaret::laws {

class Machine {
 public:
  virtual ~Machine() = default;
  [[nodiscard]] virtual Outcome process(const Batch&) = 0;
  [[nodiscard]] virtual AccountStatus status(AccountId, Timestamp) const = 0;
  [[nodiscard]] virtual Timestamp next_due() const = 0;
  [[nodiscard]] virtual Counters counters() const = 0;
};
using Maker = std::function<std::unique_ptr<Machine>(const Stream&)>;
[[nodiscard]] Maker engine();
/// An engine that is put away before every `every`-th call, and another one takes its place: from its snapshot, or from an
/// older one where it is `forgetful`.
[[nodiscard]] Maker resumed_engine(unsigned every, bool forgetful = false);
/// An engine that before every `every`-th call is given another random policy, the same ones each time: it adopts it, or,
/// not `in_place`, another engine takes its place, made under that policy and restored.
[[nodiscard]] Maker reformed_engine(unsigned every, bool in_place);
[[nodiscard]] Maker reference(Slip = Slip::none);

/// The next call: `commands` and `packets` further items of the stream, and how far `now` may be moved past the last
/// of them, in thousandths of the way to the next item.
struct Cut {
  std::size_t items = 1;
  unsigned lateness = 0;
};
using Cutting = std::function<Cut()>;
[[nodiscard]] Cutting one_by_one();
[[nodiscard]] Cutting as_large_as_may_be();
/// Everything in between, with empty batches (items = 0) among them. Borrows the dice.
[[nodiscard]] Cutting at_random(Dice&);

struct Record {
  std::vector<Verdict> verdicts;
  std::vector<Event> events;
  Counters counters;
  std::map<AccountId, AccountStatus> status;  ///< at the stream's end, of its subjects
};
/// Called after every batch.
using Watcher = std::function<void(const Machine&, Timestamp now)>;
[[nodiscard]] Record play(Machine&, const Stream&, const Cutting&, const Watcher& = {});

using Difference = std::optional<std::string>;
[[nodiscard]] Difference compare(const Record& a, const Record& b);
[[nodiscard]] Difference compare_status(AccountId, const AccountStatus& a, const AccountStatus& b);
[[nodiscard]] Difference compare_events(const std::vector<Event>& a, const std::vector<Event>& b);
[[nodiscard]] std::string describe(const Event&);
[[nodiscard]] std::string describe(const Verdict&);
[[nodiscard]] std::vector<Event> events_of(const std::vector<Event>&, AccountId);

}  // namespace lazaret::laws
