#include "sim/topology/plan.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/population/random.hpp"

namespace lazaret {
namespace {

Scenario scenario_with(std::int64_t homes) {
  Scenario s;
  s.name = "test";
  s.isp.homes = homes;
  InfectionPlan spam{"spam_bot", 5, 10, 20};
  InfectionPlan scan{"scanner", 7, 10, 20};
  s.infections = {spam, scan};
  return s;
}

TEST(Plan, EveryHomeHasItsOwnAddressLineAndPrefix) {
  Scenario s = scenario_with(5000);
  const Plan plan = make_plan(s);
  std::set<IpAddress> v4;
  std::set<std::uint64_t> lines;
  std::set<IpAddress> v6;
  std::size_t dual = 0;
  for (const HomePlan& home : plan.homes) {
    v4.insert(home.ipv4);
    lines.insert(home.line().value);
    EXPECT_NE(home.account, kNobody);
    if (!home.ipv6) continue;
    ++dual;
    v6.insert(home.ipv6->address);
    for (const DevicePlan& device : home.devices) {
      if (device.ipv6) {
        EXPECT_TRUE(contains(*home.ipv6, *device.ipv6));
      }
    }
  }
  EXPECT_EQ(v4.size(), 5000U);
  EXPECT_EQ(lines.size(), 5000U);
  EXPECT_EQ(v6.size(), dual);
  EXPECT_NEAR(static_cast<double>(dual), 2500, 150);
}

TEST(Plan, InfectionsAreDisjointSeededAndInTheirTime) {
  Scenario s = scenario_with(100);
  const Plan plan = make_plan(s), again = make_plan(s);
  std::size_t count[2] = {};
  for (std::size_t i = 0; i < plan.homes.size(); ++i) {
    ASSERT_EQ(plan.homes[i].infection.has_value(), again.homes[i].infection.has_value());
    if (!plan.homes[i].infection) continue;
    ++count[plan.homes[i].infection->entry];
    EXPECT_GE(plan.homes[i].infection->begins_s, 10);
    EXPECT_LE(plan.homes[i].infection->begins_s, 20);
  }
  EXPECT_EQ(count[0], 5U);
  EXPECT_EQ(count[1], 7U);
  s.seed = 2;
  const Plan other = make_plan(s);
  bool same = true;
  for (std::size_t i = 0; i < plan.homes.size(); ++i)
    same &= plan.homes[i].infection.has_value() == other.homes[i].infection.has_value();
  EXPECT_FALSE(same);
}

TEST(Plan, FillsTheServicesThatTheScenarioLeavesEmptyAndNoOther) {
  Scenario s = scenario_with(10);
  const Prefix own{IpAddress::v4(0x0a0a'0a0a), 128};
  s.policy.services_voice.add(own);
  const Plan plan = make_plan(s);
  EXPECT_TRUE(s.policy.services_resolvers.covers(plan.resolver));
  EXPECT_TRUE(s.policy.services_relays.covers(plan.relay));
  EXPECT_FALSE(s.policy.services_portal.items().empty());
  EXPECT_FALSE(s.policy.services_remediation.items().empty());
  ASSERT_EQ(s.policy.services_voice.items().size(), 1U);
  EXPECT_EQ(s.policy.services_voice.items()[0], own);
}

TEST(Plan, SomewhereIsPublicAndNotOurs) {
  Stream draw(1, Purpose::scanner, 1);
  for (int i = 0; i < 100000; ++i) {
    const std::uint32_t a = somewhere(draw.bits()).as_v4();
    ASSERT_NE(a >> 24, 10U);
    ASSERT_NE(a >> 24, 127U);
    ASSERT_LT(a >> 24, 224U);
    ASSERT_NE(a >> 17, 0xc612'0000U >> 17);
    ASSERT_NE(a >> 16, 0xc0a8U);
    ASSERT_NE(a >> 22, 0x6440'0000U >> 22);
  }
}

}  // namespace
}  // namespace lazaret
