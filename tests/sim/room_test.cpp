#include "sim/room.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "sim/simulate.hpp"

namespace lazaret {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kGib = std::uint64_t{1} << 30;

TEST(Room, AMillionHomesOnTheWireFitInto16Gib) {
  Scenario scenario;
  scenario.fidelity = kWire;
  scenario.isp.homes = 1'000'000;
  scenario.duration_s = 1800;
  EXPECT_FALSE(too_large(scenario, 16 * kGib));
  const auto problem = too_large(scenario, 2 * kGib);
  ASSERT_TRUE(problem);
  EXPECT_THAT(problem->message,
              HasSubstr("isp.homes: 1000000 homes for 1800 s want about 4.8 GiB of memory, and 2.0 GiB are free"));
}

TEST(Room, AttemptsThatAreCountedTakeNoneHoweverLongTheRun) {
  Scenario scenario;
  scenario.fidelity = kWire;
  scenario.isp.homes = 1'000'000;
  scenario.duration_s = 1800;
  const std::uint64_t listed = octets_wanted(scenario);
  scenario.attempts = kAttemptsCounted;
  const std::uint64_t counted = octets_wanted(scenario);
  EXPECT_LT(counted, listed);
  scenario.duration_s = 30 * 86400;
  EXPECT_EQ(octets_wanted(scenario), counted);
  // What bots do may be told of in the report, each in its time.
  scenario.infections.push_back({"spam_bot", 1000, 0, 0, 30, 0.4, 40, {}, 0});
  EXPECT_GT(octets_wanted(scenario), counted + 20 * kGib);
}

// The estimate against what the kernel counted of a run in a process of its own.
TEST(Room, IsWhatARunTakesAtMostAndNotManyTimesAsMuch) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take memory of their own";
#endif
  Scenario scenario;
  scenario.fidelity = kWire;
  scenario.journal = 0;
  scenario.attempts = kAttemptsCounted;
  scenario.duration_s = 60;
  scenario.isp.homes = 20'000;
  scenario.infections.push_back({"scanner", 500, 0, 30, 30, 0.4, 40, {23}, 0.02});
  const auto out = std::filesystem::temp_directory_path() / "lazaret_room_test_run";
  std::filesystem::remove_all(out);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(std::holds_alternative<RunSummary>(simulate(scenario, out)) ? 0 : 1);
  int status = 0;
  rusage usage{};
  ASSERT_EQ(wait4(child, &status, 0, &usage), child);
  std::filesystem::remove_all(out);
  ASSERT_EQ(status, 0);
  const std::uint64_t took = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024, wanted = octets_wanted(scenario);
  EXPECT_LE(took, wanted);
  EXPECT_GE(took, wanted / 3);
}

TEST(Room, WhatIsSaidToFitFits) {
  for (const std::int64_t fidelity : {kStack, kWire}) {
    Scenario scenario;
    scenario.fidelity = fidelity;
    scenario.isp.homes = 1'000'000;
    const auto problem = too_large(scenario, kGib);
    ASSERT_TRUE(problem);
    const std::string& text = problem->message;
    const std::size_t at = text.find("are free; ") + 10;
    scenario.isp.homes = std::stoll(text.substr(at));
    EXPECT_FALSE(too_large(scenario, kGib)) << text;
    ++scenario.isp.homes;
    EXPECT_TRUE(too_large(scenario, kGib)) << text;
  }
}

TEST(Room, AScenarioThatCannotFitLeavesNothingBehind) {
  const auto available = octets_available();
  ASSERT_TRUE(available);
  Scenario scenario;
  scenario.isp.homes = static_cast<std::int64_t>(*available / 20'000);  // a stack's home takes more
  const auto out = std::filesystem::temp_directory_path() / "lazaret_room_test";
  std::filesystem::remove_all(out);
  const auto result = simulate(scenario, out);
  ASSERT_TRUE(std::holds_alternative<Problem>(result));
  EXPECT_THAT(std::get<Problem>(result).message, HasSubstr("GiB of memory"));
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace lazaret
