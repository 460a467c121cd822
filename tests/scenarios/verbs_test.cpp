// The verbs `replay` and `scenario` as a user runs them: exit codes, messages, and the keys that scripts rely on.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "core/detect/contracts.hpp"
#include "core/evidence/explanation.hpp"
#include "scenarios/reference.hpp"
#include "scenarios/scenario.hpp"
#include "scenarios/schema.hpp"
#include "tests/cli/process.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

const std::string kBin = LAZARET_BIN_DIR;
const std::filesystem::path kCaptures = LAZARET_SOURCE_DIR "/../shared/captures";

Finished scenario(const std::string& arguments) { return run_command(kBin + "/lazaret-scenario " + arguments); }
Finished replay(const std::string& arguments) { return run_command(kBin + "/lazaret-replay " + arguments); }

TEST(Reference, TheCommittedPageIsTheProgramsOwn) {
  EXPECT_EQ(file_text(LAZARET_SOURCE_DIR "/docs/parameters.md"), parameter_reference())
      << "write it anew: lazaret scenario parameters > docs/parameters.md";
  EXPECT_EQ(scenario("parameters").out, parameter_reference());
}

TEST(Reference, TheDetectorsPageIsTheProgramsOwn) {
  EXPECT_EQ(file_text(LAZARET_SOURCE_DIR "/docs/detectors.md"), detector_reference())
      << "write it anew: lazaret scenario detectors > docs/detectors.md";
  EXPECT_EQ(scenario("detectors").out, detector_reference());
}

TEST(Reference, EveryContractIsWholeAndNamesRowsThatThereAre) {
  const Policy policy;
  unsigned next = 0;
  for (const Contract& c : contracts()) {
    const std::string name(name_of(c.channel));
    EXPECT_EQ(static_cast<unsigned>(c.channel), next++) << name;
    for (const std::string_view text : {c.behaviour, c.observes, c.model, c.state, c.source, c.blind}) {
      EXPECT_GT(text.size(), 3U) << name;
      EXPECT_EQ(text.find('|'), std::string_view::npos) << name << " would break the table";
    }
    std::istringstream rows(std::string(c.parameters) + " " + std::string(c.cap) + " " + std::string(c.per_day) + " " +
                            std::string(c.half_life));
    for (std::string row; rows >> row;) EXPECT_NE(find_parameter(row), nullptr) << name << ": " << row;
    EXPECT_GT(cap_of(c.channel, policy), 0) << name;
    EXPECT_EQ(c.convicts, cap_of(c.channel, policy) >= certain_score(c.channel, policy)) << name;
    EXPECT_GT(remedy_hint(c.channel).size(), 20U) << name;
  }
}

TEST(Reference, EveryKeyIsOnThePage) {
  const std::string page = parameter_reference();
  for (const std::string& name : dotted_names()) EXPECT_NE(page.find("| `" + name + "` | "), std::string::npos) << name;
  for (const ScenarioKey& key : infection_keys())
    EXPECT_NE(page.find("| `" + std::string(key.name) + "` | "), std::string::npos) << key.name;
}

TEST(ScenarioVerb, NewWritesAFileThatChecks) {
  const ScratchDirectory directory;
  const std::string file = (directory.path / "fresh.yaml").string();
  EXPECT_EQ(scenario("new " + file).exit_code, 0);
  EXPECT_EQ(scenario("check " + file).exit_code, 0);
  const auto loaded = load_scenario(file);
  ASSERT_EQ(loaded.index(), 0U);
  Scenario standard;
  standard.name = "fresh";
  standard.infections = std::get<0>(loaded).infections;
  EXPECT_EQ(to_yaml(std::get<0>(loaded)), to_yaml(standard)) << "a new file holds the defaults";
  EXPECT_EQ(std::get<0>(loaded).infections.size(), behaviours().size());
  const auto again = scenario("new " + file);
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_NE(again.err.find("File exists"), std::string::npos);
}

TEST(ScenarioVerb, CheckSaysAllErrorsAndExitsWith2) {
  const TextFile bad("bad.yaml", "isp:\n  hoems: 3\npeople: {ignore: 2}\n");
  const auto said = scenario("check " + bad.path.string());
  EXPECT_EQ(said.exit_code, 2);
  EXPECT_NE(said.err.find("bad.yaml:2:3: unknown key 'isp.hoems'; did you mean 'isp.homes'?"), std::string::npos);
  EXPECT_NE(said.err.find("bad.yaml:3:18: 'people.ignore' wants a number from 0 to 1"), std::string::npos);
}

TEST(ScenarioVerb, ListAndShow) {
  const auto list = scenario("list --json --catalogue " LAZARET_SOURCE_DIR "/scenarios");
  ASSERT_EQ(list.exit_code, 0);
  const auto document = nlohmann::json::parse(list.out);
  EXPECT_TRUE(std::any_of(document.begin(), document.end(),
                          [](const auto& s) { return s["name"] == "cipp_2007" && s["homes"] >= 200; }));
  const std::string lines = scenario("list --catalogue " LAZARET_SOURCE_DIR "/scenarios").out;
  for (const auto& s : document) {
    const std::string question = s["question"];
    EXPECT_TRUE(question.size() > 10 && question.back() == '?') << s["name"] << ": " << question;
    EXPECT_NE(lines.find("\n    " + question + "\n"), std::string::npos) << s["name"];
  }
  const auto show = scenario("show " LAZARET_SOURCE_DIR "/scenarios/cipp_2007.yaml --set isp.homes=77 --set seed=5");
  ASSERT_EQ(show.exit_code, 0);
  const TextFile shown("shown.yaml", show.out);
  const auto loaded = load_scenario(shown.path);
  ASSERT_EQ(loaded.index(), 0U);
  EXPECT_EQ(std::get<0>(loaded).isp.homes, 77);
  EXPECT_EQ(std::get<0>(loaded).seed, 5U);
  EXPECT_EQ(scenario("show no_such_thing").exit_code, 2);
  EXPECT_EQ(scenario("").exit_code, 2);
  EXPECT_NE(scenario("--help").out.find("Examples:"), std::string::npos);
}

TEST(ReplayVerb, BadInputAndUsageExitWith2) {
  const ScratchDirectory directory;
  write_file(directory.path / "text", "not a capture, but longer than any header needs to be");
  const std::string text = (directory.path / "text").string();
  EXPECT_EQ(replay("").exit_code, 2);
  EXPECT_EQ(replay(text).exit_code, 2);  // --subscribers is missing
  const auto prefix = replay(text + " --subscribers 10.0.0.0/33");
  EXPECT_EQ(prefix.exit_code, 2);
  EXPECT_NE(prefix.err.find("'10.0.0.0/33' is no prefix"), std::string::npos);
  const auto foreign = replay(text + " --subscribers 10.0.0.0/8");
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_NE(foreign.err.find("is no pcap or pcapng capture"), std::string::npos);
  const TextFile policy("policy.yaml", "spam:\n  half_live_s: 3\n");
  const auto mistyped = replay(text + " --subscribers 10.0.0.0/8 --policy " + policy.path.string());
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_NE(mistyped.err.find("policy.yaml:2:3: unknown key 'spam.half_live_s'; did you mean 'spam.half_life_s'?"),
            std::string::npos);
  EXPECT_NE(replay("--help").out.find("Examples:"), std::string::npos);
}

TEST(ReplayVerb, ExpectCleanAndTheKeysOfTheContract) {
  if (!std::filesystem::exists(kCaptures))
    GTEST_SKIP() << "THE CAPTURES ARE ABSENT (../shared/captures beside the project): replay was not tried";
  const std::string scanner =
      shell_quoted((kCaptures / "malicious" / "iot_telnet_scanner.pcap").string()) + " --subscribers 192.168.2.16";
  EXPECT_EQ(replay(scanner).exit_code, 0);
  EXPECT_EQ(replay(scanner + " --expect-clean").exit_code, 1);
  EXPECT_EQ(replay(shell_quoted((kCaptures / "benign" / "gnutella.pcap").string()) +
                   " --subscribers 10.0.2.15 --expect-clean")
                .exit_code,
            0);

  const auto json = replay(scanner + " --json");
  ASSERT_EQ(json.exit_code, 0);
  const auto document = nlohmann::json::parse(json.out);
  EXPECT_GT(document.at("packets"), 1000);
  EXPECT_GT(document.at("skipped").at("not_ip"), 0);
  const auto& account = document.at("accounts").at(0);
  EXPECT_EQ(account.at("account"), 1);
  EXPECT_EQ(account.at("address"), "192.168.2.16");
  EXPECT_EQ(account.at("state"), "quarantined");
  EXPECT_GT(account.at("belief"), 0.99);
  const auto& evidence = account.at("evidence").at(0);
  EXPECT_EQ(evidence.at("family"), "scan");
  EXPECT_GT(evidence.at("score"), 10);
  EXPECT_NE(evidence.at("reason").get<std::string>().find("failed"), std::string::npos);

  const auto nothing =
      replay(shell_quoted((kCaptures / "malformed" / "dlt_ppp.pcap").string()) + " --subscribers 0.0.0.0/0 --json");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_NE(nothing.err.find("its link type PPP is none that can be judged"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(nothing.out).at("skipped").at("link_type"), 1);
  const auto elsewhere =
      replay(shell_quoted((kCaptures / "benign" / "sip.pcap").string()) + " --subscribers 203.0.113.0/24");
  EXPECT_EQ(elsewhere.exit_code, 2);
  EXPECT_NE(elsewhere.err.find("name the prefixes of the monitored side"), std::string::npos);
}

}  // namespace
}  // namespace lazaret
