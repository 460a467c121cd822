// The hours of a day: how much more or less people do than on average. A process that follows it is drawn at the rate of the
// busiest hour and thinned (Lewis, Shedler 1979), which is exact.
// Ownership: a value. Threads: pure.
#pragma once

#include "core/time.hpp"

namespace lazaret {

class Rhythm {
 public:
  /// `swing` 0: every hour is alike; 1: the whole of the table. The run begins at hour `from_h` of a day.
  Rhythm(double swing, double from_h) : swing_(swing), from_h_(from_h) {}

  /// Of an average of 1.
  [[nodiscard]] double at(Timestamp) const;
  [[nodiscard]] double most() const;
  [[nodiscard]] bool flat() const { return swing_ == 0; }

 private:
  double swing_, from_h_;
};

}  // namespace lazaret
