// The million steps of `./lazaret test --long` are counted against the factor that it really sets.
#include "tests/laws/steps.hpp"

#include <gtest/gtest-spi.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace lazaret::laws {
namespace {

TEST(Steps, TheFactorIsThatOfTheLongRun) {
  std::ifstream in(std::string(LAZARET_SOURCE_DIR) + "/tests/everything.bash");
  std::ostringstream script;
  script << in.rdbuf();
  EXPECT_NE(script.str().find("LAZARET_LAW_SEEDS:-" + std::to_string(kLongFactor) + "}"), std::string::npos);
}

TEST(Steps, TooFewAreNoticed) {
  setenv("LAZARET_LAW_SEEDS", "1", 0);  // a sanitizer's few seeds promise nothing
  EXPECT_NONFATAL_FAILURE({ Steps steps("that nobody tried"); }, "that nobody tried");
}

}  // namespace
}  // namespace lazaret::laws
