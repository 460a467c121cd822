// What a conductor keeps, and what it refuses to become.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/hash.hpp"
#include "tests/core/conductor_desk.hpp"

namespace lazaret::desk {
namespace {

using testing::HasSubstr;

void live(Desk& d) {
  for (std::uint32_t a = 1; a <= 9; ++a) d.event(EventKind::bound, a, 0, 128, 0, 0), d.join(7);
  d.join(300, 7);
  for (std::uint32_t a = 1; a <= 4; ++a) d.propose(a, 7), d.fail(a, 5), d.fail(a, a);
  d.step();
  d.command(CommandKind::reset_fuse), d.command(CommandKind::stop_enforcement);
}

std::vector<std::uint8_t> kept_life() {
  Desk d(nodes(2, 0.25));
  live(d);
  return d.conductor.snapshot();
}

TEST(ConductorSnapshot, IsReadBackWhole) {
  const std::vector<std::uint8_t> octets = kept_life();
  Conductor other(nodes(2, 0.25), Limits{.counted_names = 1024});
  ASSERT_EQ(other.restore(octets), nullptr);
  EXPECT_EQ(other.snapshot(), octets);
  EXPECT_TRUE(other.fuse_blown(7));
  EXPECT_NE(Conductor(nodes(2, 0.25), Limits{.counted_names = 1024}).snapshot(), octets);
}

TEST(ConductorSnapshot, HasTheSameOctetsOnEveryMachine) {
  Desk d(nodes(2, 0.25));
  d.join(258);
  d.propose(1, 258);
  d.fail(1, 0x0102'0304'0506'0708);
  d.step();
  const std::vector<std::uint8_t> wanted = {
      0x01, 'L', 'Z', 'C', 2,    0,                                      // magic, version
      0,    0,   1,   1,   0,    0,    0,    0,                          // blown, reset, enforcing, enforce, sequence
      0,    0,   0,   0,   0,    0,    0,    0,    10,   0,    0,    0,  // accounts, the names' window
      1,    0,   0,   0,   0x00, 0xda, 0x3f, 0x10, 0xe9, 0x00, 0x00, 0x00, 2, 1,  // approvals: when, and on which node
      1,    0,   0,   0,   2,    1,    1,    0,    0,    0,    0,                 // nodes: number, accounts, blown
      1,    0,   0,   0,   8,    7,    6,    5,    4,    3,    2,    1,    1, 0, 0, 0,  // names: key, count
      0,    0,   0,   0,   0,    0,    0,    0,                          // failures that were not counted
      1,    0,   0,   0,   1,    0,    0,    0,    1,    0,    0,    0,  // accounts: number, names
      1,    0,   0,   0,   0x1d, 2,    0,    0,    0,    0,    0,    0x80, 0, 0, 0, 0,  // who counted for which: 34655
  };
  EXPECT_EQ(d.conductor.snapshot(), wanted);
  EXPECT_EQ(mix(0x0102'0304'0506'0708, 1) % (512 * kRoom.counted_names), 34655U);
}

TEST(ConductorSnapshot, OfVersion1IsReadAsIfNoAccountHadCountedYet) {
  Desk d;
  d.fail(1, 5), d.fail(2, 5);
  d.step();
  std::vector<std::uint8_t> octets = d.conductor.snapshot();
  octets[4] = 1;
  octets.resize(octets.size() - 8 - (4 + 2 * 8) - (4 + 2 * 12));  // what version 2 added
  Desk other;
  ASSERT_EQ(other.conductor.restore(octets), nullptr);
  other.second = d.second;
  other.fail(1, 5);
  EXPECT_EQ(other.step(), "p") << "the third, though it is the first again";
  octets.push_back(0);
  EXPECT_THAT(Desk().conductor.restore(octets), HasSubstr("damaged"));
}

TEST(ConductorSnapshot, IsRefusedWhereItDoesNotFitAndChangesNothingThen) {
  const std::vector<std::uint8_t> octets = kept_life();
  Conductor c(nodes(2, 0.25), Limits{.counted_names = 1024});
  const std::vector<std::uint8_t> before = c.snapshot();
  for (std::size_t size = 0; size < octets.size(); ++size)
    ASSERT_NE(c.restore(std::span(octets).first(size)), nullptr) << size;
  std::vector<std::uint8_t> longer = octets;
  longer.push_back(0);
  EXPECT_THAT(c.restore(longer), HasSubstr("damaged"));
  std::vector<std::uint8_t> other = octets;
  ++other[4];  // a version 3
  EXPECT_THAT(c.restore(other), HasSubstr("version"));
  other = octets;
  ++other[1];
  EXPECT_THAT(c.restore(other), HasSubstr("no conductor's"));
  EXPECT_EQ(c.snapshot(), before);
  EXPECT_THAT(Conductor(nodes(2, 0.25), Limits{.counted_names = 1}).restore(octets), HasSubstr("other limits"));
}

TEST(ConductorSnapshot, AnotherPolicyFindsAllThatWasCounted) {
  Desk d(nodes(2, 0.25));
  live(d);
  const std::vector<std::uint8_t> before = d.conductor.snapshot();
  d.conductor.adopt(nodes(2, 0.25));
  EXPECT_EQ(d.conductor.snapshot(), before) << "the same policy changes nothing";
  d.conductor.adopt(nodes(5, 0.5));
  EXPECT_EQ(d.conductor.snapshot(), before) << "what was counted hangs on no limit of the fuses";
}

TEST(ConductorSnapshot, AFuseThatAllowsFewerNowIsFull) {
  Policy wide = quick(), narrow = quick();
  wide.fuse_max_quarantines = 10;
  narrow.fuse_max_quarantines = 3;
  Desk d(wide);
  for (std::uint32_t a = 1; a <= 5; ++a) d.propose(a);
  EXPECT_EQ(d.step(), "aaaaa");
  d.conductor.adopt(narrow);
  d.propose(6);
  EXPECT_EQ(d.step(), "h");
  EXPECT_TRUE(d.conductor.fuse_blown());
  d.conductor.adopt(wide);
  d.command(CommandKind::reset_fuse);
  d.propose(7);
  EXPECT_EQ(d.step(), "a");
}

TEST(ConductorSnapshot, OctetsTurnedOverAreReadOrRefusedAndNeverTrusted) {
  const std::vector<std::uint8_t> octets = kept_life();
  std::size_t refused = 0;
  for (std::size_t i = 0; i < 8 * octets.size(); ++i) {
    std::vector<std::uint8_t> wrong = octets;
    wrong[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
    Desk d(nodes(2, 0.25));
    if (d.conductor.restore(wrong) != nullptr) {
      ++refused;
      continue;
    }
    for (std::uint32_t a = 1; a <= 3; ++a) d.propose(a, 7), d.fail(a, 5);
    EXPECT_EQ(std::string(d.step()).find_first_not_of("ahp"), std::string::npos);
  }
  EXPECT_GT(refused, octets.size()) << "of " << 8 * octets.size();
}

}  // namespace
}  // namespace lazaret::desk
