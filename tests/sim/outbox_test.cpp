#include "sim/wire/outbox.hpp"

#include <gtest/gtest.h>

#include "sim/population/random.hpp"

namespace lazaret {
namespace {

// Against a plain text that keeps every octet.
TEST(Outbox, HoldsWhatATextWould) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Stream draw(seed, Purpose::background, 1);
    Outbox outbox;
    std::string text;
    for (int step = 0; step < 200; ++step) {
      if (draw.chance(0.4)) {
        const std::string said(static_cast<std::size_t>(draw.integer(0, 90)), static_cast<char>('a' + step % 26));
        outbox.say(said);
        text += said;
      }
      if (draw.chance(0.3)) {
        const auto octets = static_cast<std::size_t>(draw.integer(0, 40000));
        outbox.fill(octets, 'x');
        text.append(octets, 'x');
      }
      if (draw.chance(0.4)) {
        const auto gone = static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(text.size())));
        outbox.forget(gone);
        text.erase(0, gone);
      }
      ASSERT_EQ(outbox.size(), text.size());
      ASSERT_EQ(outbox.empty(), text.empty());
      const auto from = static_cast<std::size_t>(draw.integer(0, static_cast<std::int64_t>(text.size())));
      std::string read;
      while (from + read.size() < text.size() && read.size() < 5000) {
        const std::string_view piece = outbox.piece(from + read.size(), 5000 - read.size());
        ASSERT_FALSE(piece.empty());
        read += piece;
      }
      ASSERT_EQ(read, text.substr(from, read.size())) << "seed " << seed;
    }
    EXPECT_TRUE(outbox.piece(text.size(), 1).empty());
  }
}

}  // namespace
}  // namespace lazaret
