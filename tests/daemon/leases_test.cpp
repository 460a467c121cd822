// The lease file, and what is said about one that cannot be used.
#include "datapath/daemon/leases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lazaret::daemon {
namespace {

using testing::HasSubstr;

std::variant<std::vector<Lease>, Problem> leases_of(const std::string& text) {
  Limits limits;
  limits.accounts = 2, limits.bindings = 3;
  return read_leases(text, "leases.txt", limits);
}
std::string refused(const std::string& text) {
  const auto result = leases_of(text);
  const auto* problem = std::get_if<Problem>(&result);
  return problem == nullptr ? "nothing" : problem->message;
}

TEST(Leases, AreReadByPrefix) {
  const auto result =
      leases_of("# who holds what\n\n  203.0.113.7  17 100.7 # a comment\n2001:db8:5::1/56 17\n198.51.100.4 18 9\n");
  ASSERT_TRUE(std::holds_alternative<std::vector<Lease>>(result)) << std::get<Problem>(result).message;
  const auto& leases = std::get<0>(result);
  ASSERT_EQ(leases.size(), 3U);
  EXPECT_EQ(leases[0], (Lease{*parse_prefix("198.51.100.4"), {18}, make_line(0, 9, 0)}));
  EXPECT_EQ(leases[1], (Lease{*parse_prefix("203.0.113.7"), {17}, make_line(100, 7, 0)}));
  EXPECT_EQ(leases[2], (Lease{*parse_prefix("2001:db8:5::/56"), {17}, LineId{}})) << "host bits count for nothing";
}

TEST(Leases, SayWhatIsWrongWhereAndWhatToDo) {
  EXPECT_THAT(refused("203.0.113.7\n"), HasSubstr("leases.txt:1: 'PREFIX ACCOUNT [LINE]' is wanted"));
  EXPECT_THAT(refused("\n203.0.113.777 1\n"), HasSubstr(":2: '203.0.113.777' is no address or prefix"));
  EXPECT_THAT(refused("::/0 1\n"), HasSubstr("'::/0' is no address or prefix"));
  EXPECT_THAT(refused("203.0.113.7 0\n"), HasSubstr("'0' is no account"));
  EXPECT_THAT(refused("203.0.113.7 -3\n"), HasSubstr("'-3' is no account"));
  EXPECT_THAT(refused("203.0.113.7 99999999999\n"), HasSubstr("is no account"));
  EXPECT_THAT(refused("203.0.113.7 1 4095\n"), HasSubstr("'4095' is no access line: S-VLAN.C-VLAN"));
  EXPECT_THAT(refused("203.0.113.7 1 7.\n"), HasSubstr("'7.' is no access line"));
  EXPECT_THAT(refused("203.0.113.7 1 1.2.3\n"), HasSubstr("'1.2.3' is no access line"));
  EXPECT_THAT(refused("203.0.113.7 1\n203.0.113.7 2\n"), HasSubstr("stands there twice"));
  EXPECT_THAT(refused("203.0.113.1 1\n203.0.113.2 2\n203.0.113.3 3\n"), HasSubstr("leave room for 3 and 2"));
  EXPECT_EQ(refused(""), "nothing");
}

}  // namespace
}  // namespace lazaret::daemon
