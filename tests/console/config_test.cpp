// The configuration: what is refused, and in which words.
#include <gmock/gmock.h>

#include <fstream>

#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;

const std::string kGood =
    "host: Console.Example\nisp: I\nlisten: ['127.0.0.1:8443', '[::1]:8443']\noperator: o.sock\naudit: a.jsonl\n";
const std::string kToken = "tokens:\n  - {name: anna, role: viewer, sha256: " + std::string(64, 'a') + "}\n";

std::string wrong_with(const std::string& text) {
  const ScratchDirectory scratch;
  std::ofstream(scratch.path / "c.yaml") << text;
  const auto loaded = load_config(scratch.path / "c.yaml");
  const auto* wrong = std::get_if<std::string>(&loaded);
  return wrong != nullptr ? *wrong : "";
}

TEST(console_config, reads_what_the_documentation_shows) {
  const ScratchDirectory scratch;
  std::ofstream(scratch.path / "c.yaml") << kGood << "certificate: c.pem\nkey: k.pem\n" << kToken;
  const auto loaded = load_config(scratch.path / "c.yaml");
  ASSERT_TRUE(std::holds_alternative<Config>(loaded)) << std::get<std::string>(loaded);
  const Config& config = std::get<Config>(loaded);
  EXPECT_EQ(config.host, "console.example");
  EXPECT_EQ(config.listen[1].address, "::1");
  EXPECT_EQ(config.daemon, scratch.path / "o.sock");
  EXPECT_EQ(config.people[0].name, "anna");
  EXPECT_FALSE(config.plain);
}

TEST(console_config, says_what_is_wrong) {
  const std::string tls = "certificate: c.pem\nkey: k.pem\n", plain = "plain_on_loopback: true\n";
  EXPECT_EQ(wrong_with(kGood + plain + kToken), "");
  EXPECT_THAT(wrong_with(kGood + kToken), HasSubstr("'certificate' and 'key'"));
  EXPECT_THAT(wrong_with(kGood + plain + tls + kToken), HasSubstr("which of them"));
  EXPECT_THAT(wrong_with(kGood + tls), HasSubstr("'tokens' is missing"));
  EXPECT_THAT(wrong_with(kGood + tls + kToken + "colour: blue\n"), HasSubstr("unknown key 'colour'"));
  EXPECT_THAT(wrong_with(kGood + tls + kToken + "isp: J\n"), HasSubstr("a second time"));
  EXPECT_THAT(wrong_with(kGood + tls + "tokens: [{name: a, role: king, sha256: x}]\n"), HasSubstr("'role' is"));
  EXPECT_THAT(wrong_with(kGood + tls + "tokens: [{name: a, role: viewer, sha256: lzc_1}]\n"),
              HasSubstr("not the token"));
  EXPECT_THAT(
      wrong_with(kGood + tls + kToken + "  - {name: ben, role: operator, sha256: " + std::string(64, 'a') + "}\n"),
      HasSubstr("twice"));
  std::string open = kGood + plain + kToken;
  open.replace(open.find("127.0.0.1"), 9, "192.0.2.1");
  EXPECT_THAT(wrong_with(open), HasSubstr("not the loopback"));
}

}  // namespace
}  // namespace lazaret::console
