// Real exchanges through the core: nothing malformed, and what the table of expectations says.
#include "scenarios/replay.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/evidence/explanation.hpp"
#include "tests/real/exchanges.hpp"

namespace lazaret::real {

/// How a case is listed: without it, by the octets of the parameter, pointers included.
void PrintTo(const Expectation& expected, std::ostream* out) { *out << expected.exchange; }

namespace {

/// Its scores, for a failing test's message.
std::string story(const CaptureAccount& account) {
  std::string text = account.address + " " + std::string(name_of(account.worst));
  for (unsigned c = 0; c < kChannels; ++c)
    if (account.status.seen[c].observations > 0)
      text += ", " + std::string(name_of(static_cast<Channel>(c))) + " " +
              std::to_string(static_cast<double>(account.status.scores[c]) / kNat) + " nat from " +
              std::to_string(account.status.seen[c].adverse) + " of " +
              std::to_string(account.status.seen[c].observations);
  return text;
}

class RealReplay : public testing::TestWithParam<Expectation> {
 protected:
  void SetUp() override {
    if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_P(RealReplay, SaysWhatTheTableSays) {
  const Expectation& expected = GetParam();
  const auto sidecar = sidecar_of(expected.exchange);
  ASSERT_TRUE(sidecar.has_value()) << expected.exchange << " has no readable sidecar";
  EXPECT_EQ(sidecar->kind == "clean", expected.says == Says::clean || expected.says == Says::wrongly_quarantined);
  const auto result = replay_capture(capture_of(expected.exchange), {Prefix{sidecar->subscriber, 128}}, world_policy());
  ASSERT_EQ(result.index(), 0U) << std::get<Problem>(result).message;
  const CaptureReplay& replay = std::get<0>(result);

  EXPECT_EQ(replay.report.damage, "");
  EXPECT_EQ(replay.report.link_type, "EN10MB");
  EXPECT_TRUE(replay.report.adjusted.empty()) << "the clock of a capture does not jump";
  EXPECT_FALSE(replay.report.skipped.contains("malformed"));
  EXPECT_EQ(replay.counters.malformed, 0U);
  EXPECT_EQ(replay.counters.packets, replay.report.judged);
  if (expected.exchange == "spoofed_sources") {
    // In others' names: a capture tells whose line it was by the hardware address only.
    EXPECT_GE(replay.report.skipped.at("not_subscriber"), sidecar->count);
    return;
  }
  ASSERT_EQ(replay.accounts.size(), 1U);
  const CaptureAccount& account = replay.accounts[0];
  RecordProperty("story", story(account));
  if (expected.says == Says::clean) {
    EXPECT_NE(account.worst, State::quarantined) << story(account);
    EXPECT_NE(account.worst, State::proposed) << story(account);
  }
  if (expected.says == Says::wrongly_quarantined) {
    EXPECT_EQ(account.worst, State::quarantined) << "the core does better now: the table's row is `clean`\n"
                                                 << story(account);
  }
  if (expected.says == Says::quarantined) {
    EXPECT_EQ(account.worst, State::quarantined) << story(account);
  }
  if (expected.channel) {
    EXPECT_GT(account.status.seen[static_cast<std::size_t>(*expected.channel)].adverse, 0U) << story(account);
  }
}

INSTANTIATE_TEST_SUITE_P(Exchanges, RealReplay, testing::ValuesIn(expectations()),
                         [](const auto& made) { return std::string(made.param.exchange); });

TEST(RealExchanges, AndTheTableAreTheSameSet) {
  if (const std::string why = absence(); !why.empty()) GTEST_SKIP() << why;
  std::set<std::string> made, named;
  for (const auto& entry : std::filesystem::directory_iterator(capture_of("x").parent_path()))
    if (entry.path().extension() == ".pcap") made.insert(entry.path().stem());
  for (const Expectation& expected : expectations()) {
    named.emplace(expected.exchange);
    EXPECT_EQ(expected.channel.has_value(), expected.says != Says::clean && expected.says != Says::no_detector)
        << expected.exchange;
  }
  EXPECT_EQ(made, named);
  EXPECT_EQ(named.size(), expectations().size());
}

}  // namespace
}  // namespace lazaret::real
