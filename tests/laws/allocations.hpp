// How often memory was asked for: a binary that links this counts every operator new.
// Ownership: none. Threads: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "tests/laws/machine.hpp"

namespace lazaret::laws {

/// Since the program began.
[[nodiscard]] std::size_t allocations();

/// A machine whose own allocations are summed in `sum`, which outlives it.
class CountedMachine final : public Machine {
 public:
  CountedMachine(std::unique_ptr<Machine> inner, std::size_t& sum) : inner_(std::move(inner)), sum_(sum) {}
  Outcome process(const Batch& batch) override {
    const std::size_t before = allocations();
    const Outcome o = inner_->process(batch);
    sum_ += allocations() - before;
    return o;
  }
  AccountStatus status(AccountId id, Timestamp now) const override { return inner_->status(id, now); }
  Timestamp next_due() const override { return inner_->next_due(); }
  Counters counters() const override { return inner_->counters(); }

 private:
  std::unique_ptr<Machine> inner_;
  std::size_t& sum_;
};

[[nodiscard]] inline Maker counted(const Maker& maker, std::size_t& sum) {
  return [maker, &sum](const Stream& s) { return std::make_unique<CountedMachine>(maker(s), sum); };
}

}  // namespace lazaret::laws
