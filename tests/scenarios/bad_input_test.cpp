// What people get wrong, as a table: the file's text, and the messages it must give, in file order.
#include <gtest/gtest.h>

#include "scenarios/scenario.hpp"
#include "scenarios/wording.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

struct Case {
  const char* name;
  const char* yaml;
  std::vector<std::string> says;  ///< each without the directory: "bad.yaml:1:1: ..."; a message must begin so
};

std::vector<std::string> messages(const std::vector<ScenarioError>& errors, const std::filesystem::path& file) {
  std::vector<std::string> texts;
  for (const ScenarioError& e : errors) {
    std::string text = e.text();
    if (text.starts_with(file.parent_path().string())) text.erase(0, file.parent_path().string().size() + 1);
    texts.push_back(text);
  }
  return texts;
}

void expect(const std::vector<std::string>& said, const std::vector<std::string>& wanted, const char* name) {
  ASSERT_EQ(said.size(), wanted.size()) << name << (said.empty() ? "" : ": " + said.front());
  for (std::size_t i = 0; i < said.size(); ++i)
    EXPECT_TRUE(said[i].starts_with(wanted[i])) << name << "\n  said   " << said[i] << "\n  wanted " << wanted[i];
}

const std::vector<Case> kScenarios = {
    {"mistyped key", "isp:\n  hoems: 20\n", {"bad.yaml:2:3: unknown key 'isp.hoems'; did you mean 'isp.homes'?"}},
    {"mistyped section", "poeple:\n  ignore: 1\n", {"bad.yaml:1:1: unknown key 'poeple'; did you mean 'people'?"}},
    {"wrong section", "homes: 20\n", {"bad.yaml:1:1: unknown key 'homes'; did you mean 'isp.homes'?"}},
    {"nothing near",
     "isp:\n  zzzzqqqq: 20\n",
     {"bad.yaml:2:3: unknown key 'isp.zzzzqqqq'; this section has the keys homes, ipv6_share,"}},
    {"policy key, nested",
     "policy:\n  spam:\n    half_live_s: 1\n",
     {"bad.yaml:3:5: unknown key 'policy.spam.half_live_s'; did you mean 'policy.spam.half_life_s'?"}},
    {"policy key, dotted",
     "policy:\n  spam.half_live_s: 1\n",
     {"bad.yaml:2:3: unknown key 'policy.spam.half_live_s'; did you mean 'policy.spam.half_life_s'?"}},
    {"wrong type",
     "isp:\n  homes: many\n",
     {"bad.yaml:2:10: 'isp.homes' wants a whole number from 1 to 1000000 (homes), found 'many'"}},
    {"a number in quotes",
     "isp:\n  homes: \"20\"\n",
     {"bad.yaml:2:10: 'isp.homes' wants a whole number from 1 to 1000000 (homes), found the text '20'"}},
    {"half a home",
     "isp: {homes: 20.5}\n",
     {"bad.yaml:1:14: 'isp.homes' wants a whole number from 1 to 1000000 (homes), found '20.5'"}},
    {"out of range",
     "isp:\n  ipv6_share: 1.5\n",
     {"bad.yaml:2:15: 'isp.ipv6_share' wants a number from 0 to 1 (share), found '1.5'"}},
    {"not a number",
     "duration_s: .nan\n",
     {"bad.yaml:1:13: 'duration_s' wants a number from 1 to 7776000 (s), found '.nan'"}},
    {"spelled nan",
     "duration_s: nan\n",
     {"bad.yaml:1:13: 'duration_s' wants a number from 1 to 7776000 (s), found 'nan', which is not a finite number"}},
    {"no value", "duration_s:\n", {"bad.yaml:1:1: 'duration_s' wants a number from 1 to 7776000 (s), found nothing"}},
    {"negative seed",
     "seed: -1\n",
     {"bad.yaml:1:7: 'seed' wants a whole number from 0 to 18446744073709551615, found '-1'"}},
    {"seed too long",
     "seed: 18446744073709551616\n",
     {"bad.yaml:1:7: 'seed' wants a whole number from 0 to 18446744073709551615"}},
    {"a value where a section belongs",
     "isp: 20\n",
     {"bad.yaml:1:6: 'isp' is a section; it wants keys under it: homes, ipv6_share,"}},
    {"a section where a value belongs",
     "isp:\n  homes: {a: 1}\n",
     {"bad.yaml:2:10: 'isp.homes' wants a whole number from 1 to 1000000 (homes), found a section"}},
    {"key twice",
     "seed: 1\nduration_s: 60\nseed: 2\n",
     {"bad.yaml:3:1: 'seed' stands here a second time (first in line 1); keep one"}},
    {"key twice, nested and dotted",
     "policy:\n  contact: {timeout_ms: 500}\n  contact.timeout_ms: 600\n",
     {"bad.yaml:3:3: 'policy.contact.timeout_ms' stands here a second time (first in line 2); keep one"}},
    {"choices do not add up",
     "people:\n  choose_now: 0.5\n  choose_later: 0.5\n  choose_already: 0.5\n",
     {"bad.yaml:4:3: choose_now, choose_later and choose_already add up to 1.5; they must add up to 1"}},
    {"more homes than stacks",
     "isp:\n  homes: 200000\nfidelity: stack\n",
     {"bad.yaml:3:1: fidelity stack carries up to 100000 homes, and isp.homes is 200000; fidelity: wire carries them"}},
    {"no such fidelity",
     "fidelity: wires\n",
     {"bad.yaml:1:11: 'fidelity' wants stack or wire, found 'wires'; did you mean 'wire'?"}},
    {"more infections than homes",
     "isp: {homes: 5}\ninfections:\n  - {behaviour: scanner, homes: 3}\n  - {behaviour: spam_bot, homes: 3}\n",
     {"bad.yaml:4:27: the infections up to this entry need 6 homes, and there are 5 (isp.homes)"}},
    {"begins after the end",
     "duration_s: 60\ninfections:\n  - {behaviour: scanner, homes: 3, begins_from_s: 50, begins_to_s: 90}\n",
     {"bad.yaml:3:55: begins_to_s 90 comes after the end of the run (duration_s 60)"}},
    {"begins backwards",
     "infections:\n  - {behaviour: scanner, homes: 3, begins_from_s: 50, begins_to_s: 40}\n",
     {"bad.yaml:2:55: begins_from_s 50 comes after begins_to_s 40"}},
    {"unknown behaviour",
     "infections:\n  - {behaviour: scaner, homes: 3}\n",
     {"bad.yaml:2:6: unknown behaviour 'scaner'; did you mean 'scanner'? the behaviours are spam_bot, scanner"}},
    {"another behaviour's key",
     "infections:\n  - behaviour: spam_bot\n    homes: 3\n    ports: [23]\n",
     {"bad.yaml:4:5: 'ports' means nothing to a spam_bot; only a scanner or mixed knows it"}},
    {"an entry without behaviour", "infections:\n  - homes: 3\n", {"bad.yaml:2:5: this entry lacks 'behaviour'"}},
    {"infections not a list",
     "infections: {behaviour: scanner, homes: 3}\n",
     {"bad.yaml:1:13: 'infections' wants a list"}},
    {"an entry that is a word",
     "infections:\n  - scanner\n",
     {"bad.yaml:2:5: an entry of 'infections' wants the keys behaviour, homes,"}},
    {"port out of range",
     "infections:\n  - {behaviour: scanner, homes: 1, ports: [23, 70000]}\n",
     {"bad.yaml:2:43: 'infections.0.ports' wants a list of whole numbers from 1 to 65535, such as [23, 2323], found "
      "'70000' in it"}},
    {"port twice",
     "infections:\n  - {behaviour: scanner, homes: 1, ports: [23, 23]}\n",
     {"bad.yaml:2:43: 'infections.0.ports' names 23 twice"}},
    {"no ports",
     "infections:\n  - {behaviour: scanner, homes: 1, ports: []}\n",
     {"bad.yaml:2:43: 'infections.0.ports' wants at least one item"}},
    {"unknown profile",
     "policy:\n  quarantine:\n    profile: cip\n",
     {"bad.yaml:3:14: 'policy.quarantine.profile' wants shadow, notice, smtp_only, cipp, leaky or strict, found 'cip'; "
      "did you mean 'cipp'?"}},
    {"not a prefix",
     "policy:\n  services:\n    voice: [192.0.2.0/33]\n",
     {"bad.yaml:3:12: 'policy.services.voice' wants a list of prefixes such as [192.0.2.0/24, \"2001:db8::/56\"], "
      "found '192.0.2.0/33' in it"}},
    {"a prefix with host bits",
     "policy:\n  services:\n    voice: [192.0.2.7/24]\n",
     {"bad.yaml:3:12: 'policy.services.voice' names 192.0.2.7/24, which has bits set beyond its length; did you mean "
      "192.0.2.0/24?"}},
    {"not a name",
     "policy:\n  services:\n    remediation_names: [tools.example, \"a b\"]\n",
     {"bad.yaml:3:24: 'policy.services.remediation_names' wants a list of domain names in lower case such as "
      "[update.example, tools.example.net], found the text 'a b' in it"}},
    {"a name with an empty label",
     "policy:\n  services:\n    remediation_names: [tools..example]\n",
     {"bad.yaml:3:24: 'policy.services.remediation_names' wants a list of domain names in lower case"}},
    {"a name in capitals, with its final dot",
     "policy:\n  services:\n    remediation_names: [Tools.Example.]\n",
     {"bad.yaml:3:24: 'policy.services.remediation_names' names 'Tools.Example.'; did you mean 'tools.example'?"}},
    {"a name that is too long",
     "policy:\n  services:\n    remediation_names: "
     "[a-name-of-sixty-four-characters-is-one-more-than-there-is-room-4]\n",
     {"bad.yaml:3:24: 'policy.services.remediation_names' names "
      "'a-name-of-sixty-four-characters-is-one-more-than-there-"
      "is...', which is longer than 63 characters"}},
    {"one name where a list belongs",
     "policy:\n  services:\n    remediation_names: tools.example\n",
     {"bad.yaml:3:24: 'policy.services.remediation_names' wants a list of domain names"}},
    {"told after quarantine",
     "policy:\n  evidence:\n    notify: 0.9999\n",
     {"bad.yaml:3:5: policy.evidence.notify (0.9999) must be below policy.evidence.quarantine (0.999)"}},
    {"watched after told",
     "policy:\n  evidence:\n    watch: 0.95\n",
     {"bad.yaml:3:5: policy.evidence.watch (0.95) must be below policy.evidence.notify (0.9)"}},
    {"a corroborating channel that could convict",
     "policy:\n  scan:\n    other_cap: 18\n",
     {"bad.yaml:3:5: policy.scan.other_cap (18) must be below 11.51, the score from which scan_other would be certain "
      "by "
      "itself, ln(policy.scan.observations_per_day / policy.evidence.probation_false_quarantines_per_day)"}},
    {"wrong quarantines so welcome that a feed alone convicts",
     "policy:\n  evidence:\n    false_quarantines_per_day: 0.01\n",
     {"bad.yaml:3:5: policy.c2.feed_cap (8) must be below "
      "6.908",
      "bad.yaml:3:5: policy.report.cap (8) must be below 6.908"}},
    {"logins inverted",
     "policy:\n  login:\n    opaque_clean_short: 0.99\n",
     {"bad.yaml:3:5: policy.login.opaque_clean_short (0.99) must be below policy.login.opaque_bot_short (0.98)"}},
    {"names inverted",
     "policy:\n  dns:\n    clean_failure: 0.8\n",
     {"bad.yaml:3:5: policy.dns.clean_failure (0.8) must be below policy.dns.bot_failure (0.8)"}},
    {"new peers inverted",
     "policy:\n  spam:\n    clean_new_peer: 0.5\n",
     {"bad.yaml:3:5: policy.spam.clean_new_peer (0.5) must be below policy.spam.bot_new_peer (0.43)"}},
    {"inverted likelihoods",
     "policy:\n  scan:\n    clean_failure: 0.9\n",
     {"bad.yaml:3:5: policy.scan.clean_failure (0.9) must be below policy.scan.bot_failure (0.8)"}},
    {"mail shares fill all",
     "policy:\n  spam: {bot_rejected: 0.6, bot_new_peer: 0.43}\n",
     {"bad.yaml:2:29: policy.spam.bot_rejected and policy.spam.bot_new_peer add up to 1.03"}},
    {"name unfit for a directory",
     "name: My Run/1\n",
     {"bad.yaml:1:1: 'name' wants up to 100 of a-z, 0-9, '_' and '-'"}},
    {"all together, in file order",
     "duration_s: 0\nisp:\n  hoems: 3\n  ipv6_share: 2\npeople: {ignore: x}\n",
     {"bad.yaml:1:13: 'duration_s' wants", "bad.yaml:3:3: unknown key", "bad.yaml:4:15: 'isp.ipv6_share'",
      "bad.yaml:5:18: 'people.ignore'"}},
    {"not YAML", "isp:\n  homes: [1, 2\nseed: 1\n", {"bad.yaml:3:5: not valid YAML: "}},
    {"tab", "isp:\n\thomes: 2\n", {"bad.yaml:2:7: not valid YAML: "}},
    {"a list at the top", "- 1\n", {"bad.yaml:1:1: the file wants 'key: value' lines"}},
    {"a word", "hello\n", {"bad.yaml:1:1: the file wants 'key: value' lines"}},
    {"two documents", "seed: 1\n---\nseed: 2\n", {"bad.yaml:3:1: a second document begins here"}},
    {"empty", "", {"bad.yaml: is empty; `lazaret scenario new` writes a file with every key"}},
    {"only a comment", "# nothing\n", {"bad.yaml: is empty; `lazaret scenario new` writes a file with every key"}},
    {"a key that is a list", "? [a, b]\n: 1\n", {"bad.yaml:1:3: a key wants to be a plain word"}},
    {"not UTF-8", "title: \"\xff\xfe\"\n", {"bad.yaml:1:8: 'title' "}},
};

TEST(BadScenario, EachSaysWhatWhereAndTheRemedy) {
  for (const Case& c : kScenarios) {
    const TextFile file("bad.yaml", c.yaml);
    const auto result = load_scenario(file.path);
    ASSERT_EQ(result.index(), 1U) << c.name;
    expect(messages(std::get<1>(result), file.path), c.says, c.name);
  }
}

TEST(BadScenario, FilesThatAreNone) {
  const ScratchDirectory directory;
  const auto said = [](const std::filesystem::path& p) {
    const auto result = load_scenario(p);
    return result.index() == 1 ? std::get<1>(result).at(0).text() : std::string("it loaded");
  };
  EXPECT_EQ(said(directory.path / "none.yaml"),
            (directory.path / "none.yaml").string() + ": no such file; `lazaret scenario list` shows the catalogue");
  EXPECT_EQ(said(directory.path), directory.path.string() + ": is a directory; name a YAML file in it");
  write_file(directory.path / "binary.yaml", std::string("\x7f"
                                                         "ELF\0\0\1",
                                                         7));
  EXPECT_NE(said(directory.path / "binary.yaml").find("is not a text file"), std::string::npos);
  write_file(directory.path / "huge.yaml", std::string(5 << 20, '#'));
  EXPECT_NE(said(directory.path / "huge.yaml").find("longer than 4 MiB"), std::string::npos);
}

TEST(BadScenario, Overrides) {
  const TextFile file("base.yaml", "isp: {homes: 10}\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"isp.hoems=3", "--set isp.hoems=3: unknown key 'isp.hoems'; did you mean 'isp.homes'?"},
      {"isp=3", "--set isp=3: 'isp' is a section; name one of its keys: homes,"},
      {"isp.homes", "--set isp.homes: wants KEY=VALUE"},
      {"isp.homes=0", "--set isp.homes=0: 'isp.homes' wants a whole number from 1 to 1000000 (homes), found '0'"},
      {"infections.0.homes=3", "--set infections.0.homes=3: no such key; the file has 0 entries under 'infections'"},
      {"people.choose_now=0.9",
       "--set people.choose_now=0.9: choose_now, choose_later and choose_already add up to 1.5"},
      {"policy.spam.half_life=3",
       "--set policy.spam.half_life=3: unknown key 'policy.spam.half_life'; did you mean 'policy.spam.half_life_s'?"},
      {"isp.homes=[1", "--set isp.homes=[1: the value is not valid YAML"},
      {"half_life_s=3", "--set half_life_s=3: unknown key 'half_life_s'; did you mean 'policy.scan.half_life_s'"},
  };
  for (const auto& [set, says] : cases) {
    const auto result = load_scenario(file.path, {set});
    ASSERT_EQ(result.index(), 1U) << set;
    expect(messages(std::get<1>(result), file.path), {says}, set.c_str());
  }
}

TEST(BadPolicy, NamesAreThoseOfThePolicyTable) {
  const std::vector<Case> cases = {
      {"mistyped",
       "spam:\n  half_live_s: 60\n",
       {"bad.yaml:2:3: unknown key 'spam.half_live_s'; did you mean 'spam.half_life_s'?"}},
      {"a scenario",
       "isp:\n  homes: 60\n",
       {"bad.yaml:1:1: unknown key 'isp'; the keys here are memory, contact, scan, spam, dns,"}},
      {"out of range",
       "fuse.retry_s: 0\n",
       {"bad.yaml:1:15: 'fuse.retry_s' wants a whole number from 1 to 86400 (s), found '0'"}},
      {"inverted",
       "scan.clean_failure: 0.9\n",
       {"bad.yaml:1:1: scan.clean_failure (0.9) must be below scan.bot_failure (0.8)"}},
  };
  for (const Case& c : cases) {
    const TextFile file("bad.yaml", c.yaml);
    const auto result = load_policy(file.path);
    ASSERT_EQ(result.index(), 1U) << c.name;
    expect(messages(std::get<1>(result), file.path), c.says, c.name);
  }
  const TextFile good("good.yaml", "spam:\n  half_life_s: 77\nquarantine.profile: shadow\n");
  const auto policy = load_policy(good.path);
  ASSERT_EQ(policy.index(), 0U);
  EXPECT_EQ(std::get<0>(policy).spam_half_life_s, 77);
  EXPECT_EQ(std::get<0>(policy).quarantine_profile, 0);
}

TEST(Wording, DistancesAndNearest) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("hoems", "homes"), 1U);  // a swap
  const std::vector<std::string> names = {"homes", "seed"};
  EXPECT_EQ(nearest("homs", names), "homes");
  EXPECT_EQ(nearest("xyzzyx", names), std::nullopt);
  EXPECT_EQ(nearest("", names), std::nullopt);
}

}  // namespace
}  // namespace lazaret
