// What was acknowledged is there again after kill -9, whatever the moment; a torn end is cut off, damage is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "datapath/daemon/lease_change.hpp"
#include "datapath/daemon/state.hpp"
#include "tests/core/frames.hpp"

namespace lazaret::daemon {
namespace {

namespace fs = std::filesystem;
constexpr std::uint32_t kAccounts = 200;

class Keeping : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "lazaret_keeping_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  static Command command(CommandKind kind, std::uint32_t account, std::int64_t ms) {
    Command c;
    c.at = Timestamp{} + milliseconds(ms);
    c.kind = kind;
    c.account = {account};
    c.prefix = {IpAddress::v4(0xc000'0200U + account), 128};
    if (kind != CommandKind::bind) c.prefix = {};
    return c;
  }
  static Event event(EventKind kind, std::uint32_t account, std::int64_t ms, std::uint32_t sequence) {
    Event e;
    e.at = Timestamp{} + milliseconds(ms), e.kind = kind, e.account = {account}, e.sequence = sequence;
    return e;
  }
  std::unique_ptr<State> recovered() {
    auto state = std::make_unique<State>(Policy{}, Limits{});
    const auto problem = state->recover(directory_);
    EXPECT_FALSE(problem.has_value()) << problem->message;
    return state;
  }
  static lazaret::State of(const State& s, std::uint32_t account) { return s.engine->status({account}, s.last).state; }

  fs::path directory_;
};

/// Decides one account after the other, and says so on `out` when each is durable; never ends by itself.
[[noreturn]] void decide(const fs::path& directory, std::uint32_t from, int out,
                         Command (*make)(CommandKind, std::uint32_t, std::int64_t)) {
  State state(Policy{}, Limits{});
  if (state.recover(directory)) _exit(1);
  if (state.keep(directory, state.engine->snapshot())) _exit(1);
  Journal log(state.log_file(directory));
  for (std::uint32_t a = from; a <= kAccounts; ++a) {
    log.add(make(CommandKind::bind, a, 10 * a));
    log.add(make(CommandKind::operator_quarantine, a, 10 * a + 1));
    if (!log.sync() || write(out, &a, sizeof a) != sizeof a) _exit(1);
  }
  for (;;) pause();
}

TEST_F(Keeping, TheLeaseFileIsInForceBeforeAnyPacketAndEndsWhatItNoLongerLists) {
  Settings settings;
  settings.state = directory_;
  settings.leases = directory_ / "leases.txt";
  State state(Policy{}, settings.limits);
  const auto take = [&](const char* text) {
    std::ofstream(settings.leases) << text;
    auto change = lease_change(settings, state.steering);
    EXPECT_TRUE(std::holds_alternative<LeaseChange>(change)) << std::get<Problem>(change).message;
    std::string made;
    for (Command& c : std::get<0>(change).commands) {
      c.at = state.last + milliseconds(1);
      state.obey(c);
      made += c.kind == CommandKind::bind ? '+' : '-';
    }
    EXPECT_FALSE(lease_change_done(settings, std::get<0>(change).text));
    return made;
  };
  const auto holder = [&](const char* address) { return state.steering.holder(parse_prefix(address)->address).value; };
  EXPECT_EQ(take("198.51.100.1 7\n198.51.100.2 8 9\n"), "++");
  EXPECT_EQ(holder("198.51.100.1"), 7U);
  EXPECT_EQ(take("198.51.100.1 7\n198.51.100.2 8 9\n"), "");
  Command by_hand = command(CommandKind::bind, 77, 50);
  state.obey(by_hand);
  EXPECT_EQ(take("198.51.100.1 8\n198.51.100.3 7\n"), "-++") << "what ends comes first";
  EXPECT_EQ(holder("198.51.100.1"), 8U);
  EXPECT_EQ(holder("198.51.100.2"), 0U);
  EXPECT_EQ(state.steering.holder(by_hand.prefix), AccountId{77}) << "it was never in the file";
  std::ofstream(settings.leases) << "198.51.100.1 eight\n";
  EXPECT_TRUE(std::holds_alternative<Problem>(lease_change(settings, state.steering)));
  fs::remove(settings.leases);
  EXPECT_TRUE(std::holds_alternative<Problem>(lease_change(settings, state.steering)));
  settings.leases.clear();
  EXPECT_TRUE(std::get<0>(lease_change(settings, state.steering)).commands.empty())
      << "leases come by the socket alone";
}

TEST_F(Keeping, WhatOperatorsHaveToSeeIsKeptAndCounted) {
  State before(Policy{}, Limits{});
  before.remember(event(EventKind::watched, 7, 10, 0));
  before.remember(event(EventKind::operator_asked, 7, 20, 1));
  before.remember(event(EventKind::watched, 8, 30, 0));
  before.remember(event(EventKind::unwatched, 8, 40, 1));
  EXPECT_EQ(before.tally.events[static_cast<std::size_t>(EventKind::watched)], 2U);
  ASSERT_FALSE(before.keep(directory_, before.engine->snapshot()));
  const auto after = recovered();
  ASSERT_EQ(after->told.size(), 1U);
  EXPECT_EQ(after->told.at({7}).back().kind, EventKind::operator_asked);
  EXPECT_EQ(after->tally.events[static_cast<std::size_t>(EventKind::watched)], 0U) << "figures begin with the daemon";
}

TEST_F(Keeping, NoAcknowledgedDecisionIsLostByKillNine) {
  std::uint32_t acknowledged = 0;
  unsigned kills = 0;
  for (unsigned delay_us = 0; acknowledged < kAccounts; delay_us = (delay_us * 7 + 1009) % 9001) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) decide(directory_, acknowledged + 1, ends[1], command);
    close(ends[1]);
    pollfd first{ends[0], POLLIN, 0};
    ASSERT_EQ(poll(&first, 1, 20000), 1);
    usleep(delay_us);
    kill(child, SIGKILL);
    ++kills;
    waitpid(child, nullptr, 0);
    const std::uint32_t before = acknowledged;
    for (std::uint32_t a = 0; read(ends[0], &a, sizeof a) == sizeof a;) acknowledged = a;
    close(ends[0]);
    ASSERT_GT(acknowledged, before) << "the child decided nothing";
    const auto state = recovered();
    for (std::uint32_t a = 1; a <= acknowledged; ++a) {
      ASSERT_EQ(of(*state, a), lazaret::State::quarantined) << a;
      ASSERT_EQ(state->steering.holder(IpAddress::v4(0xc000'0200U + a)), AccountId{a});
    }
  }
  EXPECT_GE(kills, 2U);
}

TEST_F(Keeping, AConvictionByPacketsStandsAlthoughItsPacketsAreGone) {
  {
    State state(Policy{}, Limits{});
    ASSERT_FALSE(state.recover(directory_));
    Journal log(state.log_file(directory_));
    for (const std::uint32_t a : {7U, 8U}) {
      log.add(command(CommandKind::bind, a, a));
      log.add(event(EventKind::bound, a, a, 0));
      log.add(event(EventKind::quarantine_proposed, a, 500 + a, 1));
    }
    log.add(command(CommandKind::operator_release, 8, 600));
    log.add(EpochEnd{Timestamp{} + milliseconds(1000)});
    ASSERT_TRUE(log.sync());
  }
  const auto state = recovered();
  EXPECT_EQ(of(*state, 7), lazaret::State::quarantined);
  EXPECT_EQ(of(*state, 8), lazaret::State::clear) << "released before the conductor answered";
}

TEST_F(Keeping, ASnapshotTakesTheLogsPlace) {
  {
    auto state = recovered();
    Journal log(state->log_file(directory_));
    log.add(command(CommandKind::operator_quarantine, 7, 1));
    log.add(event(EventKind::quarantined, 7, 1, 0));
    ASSERT_TRUE(log.sync());
  }
  const auto first = recovered();
  const fs::path old = first->log_file(directory_);
  ASSERT_FALSE(first->keep(directory_, first->engine->snapshot()));
  EXPECT_FALSE(fs::exists(old));
  const auto second = recovered();
  EXPECT_EQ(second->replayed, 0U);
  EXPECT_EQ(of(*second, 7), lazaret::State::quarantined);
  EXPECT_EQ(second->told, first->told);
  EXPECT_EQ(second->engine->snapshot(), first->engine->snapshot());
  EXPECT_EQ(second->conductor.snapshot(), first->conductor.snapshot());
}

TEST_F(Keeping, EveryTornEndIsCutOffAndDamageIsRefused) {
  const fs::path file = directory_ / "log.0";
  {
    Journal log(file);
    for (const std::uint32_t a : {1U, 2U, 3U}) log.add(command(CommandKind::operator_quarantine, a, a));
    ASSERT_TRUE(log.sync());
  }
  std::ifstream in(file);
  std::ostringstream all;
  all << in.rdbuf();
  const std::string whole = all.str();
  const std::size_t third = whole.rfind('\n', whole.size() - 2) + 1;
  for (std::size_t size = third; size < whole.size(); ++size) {
    std::ofstream(file, std::ios::trunc) << whole.substr(0, size);
    const auto found = read_journal(file);
    ASSERT_TRUE(std::holds_alternative<Recorded>(found)) << size;
    EXPECT_EQ(std::get<Recorded>(found).records.size(), 2U);
    EXPECT_EQ(std::get<Recorded>(found).torn_octets, size - third);
    EXPECT_EQ(fs::file_size(file), third) << "cut, so that the next record begins a line";
  }
  std::string damaged = whole;
  damaged[20] ^= 1;
  std::ofstream(file, std::ios::trunc) << damaged;
  const auto refused = read_journal(file);
  ASSERT_TRUE(std::holds_alternative<Problem>(refused));
  EXPECT_THAT(std::get<Problem>(refused).message, testing::HasSubstr("log.0:1: damaged"));
}

}  // namespace
}  // namespace lazaret::daemon
