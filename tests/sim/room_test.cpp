#include "sim/room.hpp"

#include <gmock/gmock.h>

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
              HasSubstr("isp.homes: 1000000 homes for 1800 s want about 9.6 GiB of memory, and 2.0 GiB are free"));
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
