// The core's purity, as the linker sees it.
#include "tests/tidy/symbols.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "tests/cli/process.hpp"

namespace lazaret::tidy {
namespace {

std::vector<std::string> not_allowed(const std::string& archive) {
  const Finished nm = run_command("nm --demangle --format=posix " + shell_quoted(archive));
  EXPECT_EQ(nm.exit_code, 0) << nm.err;
  const auto allowed = parse_allow_list(read_file(LAZARET_SOURCE_DIR "/tests/tidy/core_symbols.txt"));
  EXPECT_FALSE(allowed.empty());
  const auto wanted = undefined_symbols(nm.out);
  std::vector<std::string> rest;
  std::set_difference(wanted.begin(), wanted.end(), allowed.begin(), allowed.end(), std::back_inserter(rest));
  return rest;
}

TEST(symbols, core_asks_only_for_what_is_allowed) {
#ifdef LAZARET_UNLIKE_RELEASE
  GTEST_SKIP() << "the list is for the release build; " LAZARET_UNLIKE_RELEASE " adds symbols of its own";
#endif
  std::string text;
  for (const std::string& name : not_allowed(LAZARET_CORE_ARCHIVE)) text += name + "\n";
  EXPECT_EQ(text, "") << "the core is pure: it has no clock, thread, file or random source. A symbol that is harmless "
                         "belongs into tests/tidy/core_symbols.txt";
}

TEST(symbols, an_added_one_is_found) {
  const auto found = not_allowed(LAZARET_IMPURE_ARCHIVE);
  EXPECT_TRUE(std::find(found.begin(), found.end(), "time") != found.end()) << "a library that calls time() passed";
}

TEST(symbols, defined_elsewhere_in_the_archive_are_no_demand) {
  EXPECT_EQ(undefined_symbols("a.a[x.o]:\nf(int, char const*) T 0 9\nmemcpy U         \ng() U         \n"
                              "a.a[y.o]:\ng() T b a\nh D 0 \nh U         \npthread_create w         \n"),
            (std::set<std::string>{"memcpy", "pthread_create"}));
}

}  // namespace
}  // namespace lazaret::tidy
