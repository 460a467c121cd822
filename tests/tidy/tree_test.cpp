// The rules against the tree itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/cli/process.hpp"
#include "tests/tidy/rules.hpp"

namespace lazaret::tidy {
namespace {

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> kTree = read_tree(LAZARET_SOURCE_DIR);
  return kTree;
}

std::string findings_of(std::vector<Finding> (*rule)(const SourceFile&)) {
  std::vector<Finding> all;
  for (const SourceFile& file : tree()) {
    const std::vector<Finding> found = rule(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  return to_text(all);
}

TEST(tree, is_read_whole) {
  for (const char* path : {"lazaret", "CMakeLists.txt", "core/engine.hpp", "tests/tidy/tree_test.cpp", "README.md"}) {
    EXPECT_TRUE(std::any_of(tree().begin(), tree().end(), [&](const SourceFile& file) { return file.path == path; }))
        << path;
  }
}

TEST(tree, arrows) { EXPECT_EQ(findings_of(check_arrows), ""); }
TEST(tree, purity_of_the_core) { EXPECT_EQ(findings_of(check_purity), ""); }
TEST(tree, headers) { EXPECT_EQ(findings_of(check_header), ""); }
TEST(tree, text) { EXPECT_EQ(findings_of(check_text), ""); }
TEST(tree, room_names) { EXPECT_EQ(findings_of(check_room_name), ""); }

TEST(tree, sizes) {
  const auto list = std::find_if(tree().begin(), tree().end(),
                                 [](const SourceFile& file) { return file.path == "tests/tidy/size_exceptions.txt"; });
  ASSERT_NE(list, tree().end());
  EXPECT_EQ(to_text(check_sizes(tree(), parse_exceptions(*list))), "");
}

/// Versions of clang-format disagree about details; the tree is laid out by Debian 12's.
bool have_clang_format() { return run_command("clang-format --version | grep -q 'version 14\\.'").exit_code == 0; }

TEST(tree, layout) {
  if (!have_clang_format()) GTEST_SKIP() << "clang-format 14 is not installed";
  std::string command = "cd " + shell_quoted(LAZARET_SOURCE_DIR) + " && clang-format --dry-run -Werror";
  for (const SourceFile& file : tree()) {
    if (file.is_cpp() && !file.path.ends_with(".inc")) command += " " + shell_quoted(file.path);
  }
  const Finished check = run_command(command);
  EXPECT_EQ(check.exit_code, 0) << check.err.substr(0, 4000);
}

TEST(layout, is_checked) {
  if (!have_clang_format()) GTEST_SKIP() << "clang-format 14 is not installed";
  const std::string check =
      " | clang-format --dry-run -Werror --assume-filename=" + shell_quoted(LAZARET_SOURCE_DIR "/core/x.cpp");
  EXPECT_EQ(run_command("echo 'int f() { return 1; }'" + check).exit_code, 0);
  EXPECT_NE(run_command("echo 'int f( ){return 1 ;}'" + check).exit_code, 0);
}

}  // namespace
}  // namespace lazaret::tidy
