// A configuration is read whole, and what is wrong with it is said with its place and a remedy.
#include "datapath/daemon/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace lazaret::daemon {
namespace {

using testing::HasSubstr;

const std::string kGood =
    "access: 'net_null0'\ncore: net_null1\ngarden: net_null2\nstate: kept\nportal: p.sock\noperator: o.sock\n";

std::variant<Settings, Problem> load(const std::string& text) {
  const auto file = std::filesystem::temp_directory_path() / ("lazaretd_" + std::to_string(getpid()) + ".yaml");
  std::ofstream(file) << text;
  auto result = load_settings(file);
  std::filesystem::remove(file);
  return result;
}

std::string wrong(const std::string& text) {
  const auto result = load(text);
  const auto* problem = std::get_if<Problem>(&result);
  return problem == nullptr ? "nothing" : problem->message;
}

TEST(Settings, AreReadWhole) {
  const auto result = load(kGood +
                           "garden_next_hop: '02:00:00:00:0a:FF'\naccounts: 20000\nobserve: false\n"
                           "feeds: [drop.txt, /etc/c2.csv]\nleases: leases.txt\nreporters: {Example.org: 0.9}\n");
  ASSERT_TRUE(std::holds_alternative<Settings>(result)) << std::get<Problem>(result).message;
  const auto& s = std::get<Settings>(result);
  EXPECT_EQ(s.access, "net_null0");
  EXPECT_EQ(s.state, std::filesystem::temp_directory_path() / "kept");
  EXPECT_EQ(s.limits.accounts, 20000U);
  EXPECT_EQ(s.feeds,
            (std::vector<std::filesystem::path>{std::filesystem::temp_directory_path() / "drop.txt", "/etc/c2.csv"}));
  EXPECT_THAT(s.reporters.precision, testing::ElementsAre(testing::Pair("example.org", 0.9)));
  EXPECT_EQ(s.leases, std::filesystem::temp_directory_path() / "leases.txt");
  EXPECT_THAT(s.next_hop, testing::Optional(std::array<std::uint8_t, 6>{2, 0, 0, 0, 10, 255}));
}

TEST(Settings, SayWhatIsWrongWhereAndWhatToDo) {
  EXPECT_THAT(wrong(kGood + "acounts: 5\n"), HasSubstr(".yaml:7:1: unknown key 'acounts'; did you mean 'accounts'?"));
  EXPECT_THAT(wrong(kGood + "accounts: 0\n"), HasSubstr(":7:11: 'accounts' wants a whole number from 1 to 4000000"));
  EXPECT_THAT(wrong(kGood + "core: x\n"), HasSubstr(":7:1: 'core' stands here a second time"));
  EXPECT_THAT(wrong(kGood + "garden_next_hop: 02:00\n"), HasSubstr("02:00:00:00:00:01"));
  EXPECT_THAT(wrong(kGood + "observe: maybe\n"), HasSubstr("true or false"));
  EXPECT_THAT(wrong("core: net_null1\n"), HasSubstr("'access' is missing"));
  EXPECT_THAT(wrong(kGood + "accounts: [\n"), HasSubstr("not valid YAML"));
  EXPECT_THAT(wrong(kGood + "feeds: drop.txt\n"), HasSubstr(":7:8: 'feeds' wants a list of files"));
  EXPECT_THAT(wrong(kGood + "feeds: [[a]]\n"), HasSubstr("wants the name of a file"));
  EXPECT_THAT(wrong(kGood + "nat: 100.64.0.0/22\n"), HasSubstr(":7:6: 'nat' wants a list: [{inside: "));
  EXPECT_THAT(wrong(kGood + "nat: [{inside: 100.64.0.0/22}]\n"), HasSubstr("inside and outside of each"));
  EXPECT_THAT(wrong(kGood + "nat: [{inside: 2001:db8::/64, outside: 203.0.113.0/28}]\n"),
              HasSubstr("'inside' wants an IPv4 prefix"));
  EXPECT_THAT(wrong(kGood + "nat: [{inside: 100.64.0.0/16, outside: 203.0.113.0/28}]\n"), HasSubstr("do not fit"));
  EXPECT_THAT(wrong(kGood + "nat: [{inside: 100.64.0.0/24, outside: 203.0.113.0/28, port: 8}]\n"),
              HasSubstr("unknown key 'port'"));
  EXPECT_THAT(wrong(kGood + "nat: [{inside: 100.64.0.0/24, outside: 203.0.113.0/28, ports: 0}]\n"),
              HasSubstr("'ports' wants a whole number from 1"));
  EXPECT_THAT(wrong(kGood + "reporters: example.org\n"), HasSubstr(":7:12: 'reporters' wants domains"));
  EXPECT_THAT(wrong(kGood + "reporters: {a.org: 0.9, b.org: 1}\n"), HasSubstr("'b.org' wants a share above 0.5"));
  EXPECT_THAT(wrong(kGood + "reporters: {a.org: [0.9]}\n"), HasSubstr("'a.org' wants a share above 0.5"));
  EXPECT_THAT(wrong(""), HasSubstr("docs/daemon.md"));
}

}  // namespace
}  // namespace lazaret::daemon
