// Real exchanges through the core: nothing malformed, and what the table of expectations says.
#include "scenarios/replay.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/evidence/names.hpp"
#include "tests/real/watch.hpp"

namespace lazaret::real {

/// How a case is listed: without it, by the octets of the parameter, pointers included.
void PrintTo(const Expectation& expected, std::ostream* out) { *out << expected.exchange; }

namespace {

class RealReplay : public testing::TestWithParam<Expectation> {
 protected:
  void SetUp() override {
    if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_P(RealReplay, SaysWhatTheTableSays) {
  const Expectation& expected = GetParam();
  const auto sidecar = sidecar_of(expected.exchange);
  const auto frames = frames_of(expected.exchange);
  ASSERT_TRUE(sidecar && frames) << expected.exchange << " is no pair of a whole capture and a sidecar";
  EXPECT_EQ(sidecar->kind == "clean", expected.says == Says::clean);
  const Watched watched = watch(*sidecar, *frames, world_policy());
  RecordProperty("story", watched.story);
  EXPECT_EQ(watched.counters.malformed, 0U);
  EXPECT_EQ(watched.counters.packets, frames->size());
  switch (expected.says) {
    case Says::clean:
      EXPECT_TRUE(watched.worst == State::clear || watched.worst == State::watched) << watched.story;
      break;
    case Says::evidence:
      break;
    case Says::notified:
      EXPECT_EQ(watched.worst, State::notified) << watched.story;
      break;
    case Says::quarantined:
      EXPECT_EQ(watched.worst, State::quarantined) << watched.story;
      break;
  }
  for (const Channel c : expected.channels)
    EXPECT_GT(watched.adverse[static_cast<std::size_t>(c)], 0U) << name_of(c) << ": " << watched.story;
}

/// As `lazaret replay` reads it, which knows homes by their addresses only.
TEST_P(RealReplay, IsReadWholeByTheReplay) {
  const Expectation& expected = GetParam();
  const auto sidecar = sidecar_of(expected.exchange);
  ASSERT_TRUE(sidecar.has_value()) << expected.exchange << " has no readable sidecar";
  const auto result = replay_capture(capture_of(expected.exchange), {Prefix{sidecar->subscriber, 128}}, world_policy());
  ASSERT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
  const CaptureReplay& replay = std::get<0>(result);
  EXPECT_EQ(replay.report.damage, "");
  EXPECT_EQ(replay.report.link_type, "EN10MB");
  EXPECT_FALSE(replay.report.adjusted.contains("time_jump")) << "the clock of a capture does not jump";
  EXPECT_FALSE(replay.report.skipped.contains("malformed"));
  EXPECT_EQ(replay.counters.malformed, 0U);
  EXPECT_EQ(replay.counters.packets, replay.report.judged);
  if (expected.exchange == "spoofed_sources") {
    // In others' names: a capture tells whose line it was by the hardware address only.
    EXPECT_GE(replay.report.skipped.at("not_subscriber"), sidecar->count);
    return;
  }
  ASSERT_EQ(replay.accounts.size(), 1U);
  if (expected.says == Says::quarantined) {
    EXPECT_EQ(replay.accounts[0].worst, State::quarantined);
  }
}

INSTANTIATE_TEST_SUITE_P(Exchanges, RealReplay, testing::ValuesIn(expectations()),
                         [](const auto& made) { return std::string(made.param.exchange); });

TEST(RealExchanges, AndTheTableAreTheSameSet) {
  if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  std::set<std::string> made, named;
  for (const auto& entry : std::filesystem::directory_iterator(capture_of("x").parent_path()))
    if (entry.path().extension() == ".pcap") made.insert(entry.path().stem());
  for (const Expectation& expected : expectations()) named.emplace(expected.exchange);
  EXPECT_EQ(made, named);
  EXPECT_EQ(named.size(), expectations().size());
}

}  // namespace
}  // namespace lazaret::real
