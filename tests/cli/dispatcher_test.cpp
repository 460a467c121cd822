// The built dispatcher, and what every verb owes its user: help, and exit code 2 with a message for bad usage.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "cli/verbs.hpp"
#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

const std::string kLazaret = LAZARET_BIN_DIR "/lazaret";

TEST(dispatcher, help_goes_to_standard_output) {
  for (const char* ask : {"--help", "-h", "help"}) {
    const Finished help = run_command(kLazaret + " " + ask);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.out, help_text());
    EXPECT_EQ(help.err, "");
  }
}

TEST(dispatcher, no_verb_is_bad_usage) {
  const Finished bare = run_command(kLazaret);
  EXPECT_EQ(bare.exit_code, 2);
  EXPECT_EQ(bare.out, "");
  EXPECT_EQ(bare.err, help_text());
}

TEST(dispatcher, an_unknown_verb_gets_the_nearest) {
  const Finished typo = run_command(kLazaret + " repaly x.pcap");
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_EQ(typo.err, "lazaret: unknown verb 'repaly'; did you mean 'replay'?\n`lazaret --help` lists the verbs.\n");
  const Finished foreign = run_command(kLazaret + " help frobnicate");
  EXPECT_EQ(foreign.exit_code, 2);
  EXPECT_EQ(foreign.err, "lazaret: unknown verb 'frobnicate'\n`lazaret --help` lists the verbs.\n");
}

TEST(dispatcher, a_path_is_no_verb) {
  const Finished path = run_command(kLazaret + " ../../bin/sh -c true");
  EXPECT_EQ(path.exit_code, 2);
}

TEST(dispatcher, says_its_version) {
  const Finished version = run_command(kLazaret + " --version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, "lazaret " LAZARET_VERSION "\n");
}

TEST(dispatcher, a_verb_that_was_not_built_is_a_failure_with_a_remedy) {
  const auto alone = std::filesystem::temp_directory_path() / "lazaret-alone";
  std::filesystem::create_directory(alone);
  std::filesystem::copy_file(kLazaret, alone / "lazaret", std::filesystem::copy_options::overwrite_existing);
  const Finished run = run_command(shell_quoted(alone / "lazaret") + " run x.yaml");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_NE(run.err.find("left out of this build"), std::string::npos) << run.err;
  std::filesystem::remove_all(alone);
}

TEST(dispatcher, finds_its_verbs_through_a_link) {
  const auto link = std::filesystem::temp_directory_path() / "lazaret-link";
  std::filesystem::remove(link);
  std::filesystem::create_symlink(kLazaret, link);
  const Finished help = run_command(shell_quoted(link) + " scenario --help");
  EXPECT_EQ(help.exit_code, 0) << help.err;
  std::filesystem::remove(link);
}

/// The verbs of this build: those of a world that was switched off are left out.
std::vector<std::string> built_verbs() {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (std::filesystem::exists(kLazaret + "-" + std::string(verb.name))) names.emplace_back(verb.name);
  }
  return names;
}

TEST(every_verb, shows_help_with_an_example) {
  const auto names = built_verbs();
  ASSERT_GE(names.size(), 4u);
  for (const std::string& name : names) {
    const Finished help = run_command(kLazaret + " " + name + " --help");
    EXPECT_EQ(help.exit_code, 0) << name << help.err;
    EXPECT_NE(help.out.find("lazaret " + name), std::string::npos) << name << ": no example in\n" << help.out;
    EXPECT_EQ(help.out, run_command(kLazaret + " help " + name).out);
  }
}

TEST(every_verb, answers_bad_usage_with_2_and_a_message) {
  for (const std::string& name : built_verbs()) {
    for (const std::string arguments : {"", " --no-such-option", " there/is/no/such/file x"}) {
      const Finished bad = run_command(kLazaret + " " + name + arguments);
      EXPECT_EQ(bad.exit_code, 2) << name << arguments << "\n" << bad.err;
      EXPECT_EQ(bad.out, "") << name << arguments;
      EXPECT_GT(bad.err.size(), 10u) << name << arguments;
    }
  }
}

/// The long options in the help of `verb`, "scenario show" say.
std::set<std::string> options_in_help(const std::string& verb) {
  std::set<std::string> options;
  std::istringstream help(run_command(kLazaret + " " + verb + " --help").out);
  for (std::string line; std::getline(help, line);) {
    const auto from = line.find("--");
    const bool declares = line.starts_with("  --") || line.starts_with("  -h,--");
    if (declares) options.insert(line.substr(from, line.find_first_of(" ", from) - from));
  }
  return options;
}

/// What bash offers after "lazaret VERB --".
std::set<std::string> options_completed(const std::string& verb) {
  const Finished offered = run_command("bash -c " + shell_quoted("source " LAZARET_SOURCE_DIR "/cli/completion.bash; "
                                                                 "COMP_WORDS=(lazaret " +
                                                                 verb +
                                                                 " --); "
                                                                 "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _lazaret; "
                                                                 "printf '%s\\n' \"${COMPREPLY[@]}\""));
  std::istringstream lines(offered.out);
  return {std::istream_iterator<std::string>(lines), {}};
}

TEST(every_verb, has_its_options_completed) {
  std::vector<std::string> names = built_verbs();
  std::replace(names.begin(), names.end(), std::string("bench"), std::string("bench core"));
  for (const std::string world : {"sim", "datapath"})
    if (std::filesystem::exists(kLazaret + "-bench-" + world)) names.push_back("bench " + world);
  std::erase(names, "scenario");
  for (const char* word : {"list", "show", "check", "new", "parameters", "detectors", "schema"})
    names.push_back(std::string("scenario ") + word);
  for (const std::string& name : names) {
    EXPECT_TRUE(options_in_help(name).contains("--help")) << name;
    EXPECT_EQ(options_in_help(name), options_completed(name)) << name;
  }
}

}  // namespace
}  // namespace lazaret
