// A scenario and a seed have one outcome. The pins beside this file (NAME.pin: one "file sha256" a line) say which; a change
// that moves one must say why in its commit. To write a pin anew, delete it, run this test, and copy what it prints.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "scenarios/run_directory.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> read_pin(const fs::path& file) {
  std::map<std::string, std::string> pin;
  std::ifstream in(file);
  for (std::string name, sha256; in >> name >> sha256;) pin[name] = sha256;
  return pin;
}

class Golden : public testing::TestWithParam<const char*> {
 protected:
  fs::path directory = fs::path(testing::TempDir()) / ("lazaret_golden_" + std::to_string(getpid()));
  void TearDown() override { fs::remove_all(directory); }
};

TEST_P(Golden, OutcomeIsPinnedByteForByte) {
  const std::string name = GetParam();
  const std::string command = std::string(LAZARET_BIN_DIR) + "/lazaret-run " + LAZARET_SOURCE_DIR + "/scenarios/" +
                              name + ".yaml --out " + directory.string() + " >/dev/null 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  auto opened = RunReader::open(directory);
  ASSERT_TRUE(std::holds_alternative<RunReader>(opened));
  const Manifest& manifest = std::get<RunReader>(opened).manifest;
  std::map<std::string, std::string> found;
  for (const char* file : {"journal.pcapng", "commands.jsonl", "events.jsonl", "verdicts.bin"})
    found[file] = manifest.files.at(file).sha256;
  std::ostringstream text;
  for (const auto& [file, sha256] : found) text << file << ' ' << sha256 << '\n';
  EXPECT_EQ(read_pin(fs::path(LAZARET_SOURCE_DIR) / "tests/golden" / (name + ".pin")), found)
      << "the outcome of " << name << " is now\n"
      << text.str();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Golden, testing::Values("smoke"),
                         [](const auto& i) { return std::string(i.param); });

}  // namespace
}  // namespace lazaret
