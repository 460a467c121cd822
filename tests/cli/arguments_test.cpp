// The one door to the command line: what is read, and the exit codes that scripts rely on.
#include "cli/arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace lazaret {
namespace {

using testing::internal::CaptureStderr;
using testing::internal::CaptureStdout;
using testing::internal::GetCapturedStderr;
using testing::internal::GetCapturedStdout;

struct Said {
  int code;
  std::string out, err;
};

Said run(Arguments& arguments, std::vector<std::string> typed, const std::function<int()>& work) {
  std::string program = "program";
  std::vector<char*> values = {program.data()};
  for (std::string& word : typed) values.push_back(word.data());
  values.push_back(nullptr);
  CaptureStdout();
  CaptureStderr();
  const int code = arguments.run(static_cast<int>(values.size()) - 1, values.data(), work);
  std::string out = GetCapturedStdout();
  return {code, std::move(out), GetCapturedStderr()};
}

int no_work() {
  ADD_FAILURE() << "work was done";
  return 77;
}

TEST(arguments, each_kind_of_value) {
  Arguments arguments("lazaret try", "tries", "Example: none");
  std::string text;
  std::filesystem::path path;
  int whole = 0;
  unsigned natural = 0;
  double real = 0;
  std::optional<std::uint64_t> seed, no_seed;
  std::vector<std::string> texts;
  std::vector<unsigned> numbers;
  bool on = false, off = false;
  arguments.option("text", &text, "").required();
  arguments.option("--path", &path, "");
  arguments.option("--whole", &whole, "");
  arguments.option("--natural", &natural, "");
  arguments.option("--real", &real, "");
  arguments.option("--seed", &seed, "");
  arguments.option("--no-seed", &no_seed, "");
  arguments.option("--texts", &texts, "").repeatable(true);
  arguments.option("--numbers", &numbers, "").separated_by_commas();
  arguments.flag("--on", &on, "");
  arguments.flag("--off", &off, "");
  const Said said = run(arguments,
                        {"--texts", "x", "word", "--texts", "y,z", "--path", "a/b", "--whole", "-3", "--natural", "4",
                         "--real", "0.5", "--seed", "18446744073709551615", "--numbers", "1,2", "--on"},
                        [] { return kAnswerIsNo; });
  EXPECT_EQ(said.code, kAnswerIsNo) << said.err;
  EXPECT_EQ(said.out + said.err, "");
  EXPECT_EQ(text, "word");
  EXPECT_EQ(path, "a/b");
  EXPECT_EQ(whole, -3);
  EXPECT_EQ(natural, 4u);
  EXPECT_EQ(real, 0.5);
  EXPECT_EQ(seed, UINT64_MAX);
  EXPECT_EQ(no_seed, std::nullopt);
  EXPECT_THAT(texts, testing::ElementsAre("x", "y,z"));
  EXPECT_THAT(numbers, testing::ElementsAre(1, 2));
  EXPECT_TRUE(on);
  EXPECT_FALSE(off);
}

TEST(arguments, help_goes_to_standard_output_and_usage_errors_to_standard_error) {
  for (const std::vector<std::string>& typed : std::vector<std::vector<std::string>>{{"--help"},
                                                                                     {},
                                                                                     {"a"},
                                                                                     {"a", "--few", "5"},
                                                                                     {"a", "--few", "x"},
                                                                                     {"a", "--one", "tree"},
                                                                                     {"a", "--follows", "x"},
                                                                                     {"a", "--one", "fish", "--not"}}) {
    Arguments arguments("lazaret try", "tries", "Example: none");
    std::string file, one, follows, other;
    int few = 0;
    arguments.option("file", &file, "").required();
    arguments.option("--few", &few, "").within(1, 4);
    const Argument named = arguments.option("--one", &one, "").one_of({"fish", "flesh"});
    arguments.option("--follows", &follows, "").needs(named);
    arguments.option("--not", &other, "").excludes(named);
    const bool good = typed.size() == 1 && typed[0] == "a", help = typed.size() == 1 && !good;
    const Said said = run(arguments, typed, good ? [] { return kDone; } : no_work);
    const std::string shown = testing::PrintToString(typed);
    EXPECT_EQ(said.code, good || help ? kDone : kBadInput) << shown;
    EXPECT_EQ(said.out.find("Example: none") != std::string::npos, help) << shown;
    EXPECT_EQ(said.err.empty(), good || help) << shown;
  }
}

TEST(arguments, what_only_work_can_miss) {
  Arguments arguments("lazaret try", "tries", "");
  const Said said = run(arguments, {}, [&] { return arguments.missing("this, or that"); });
  EXPECT_EQ(said.code, kBadInput);
  EXPECT_EQ(said.err, "this, or that is required\nRun with --help for more information.\n");
}

TEST(arguments, an_exception_is_a_failure_inside) {
  Arguments arguments("lazaret try", "tries", "");
  const Said said = run(arguments, {}, []() -> int { throw std::runtime_error("no more paper"); });
  EXPECT_EQ(said.code, kFailedInside);
  EXPECT_EQ(said.out, "");
  EXPECT_EQ(said.err, "lazaret try: failed inside: no more paper\n");
}

TEST(arguments, one_word_of_several) {
  struct Row {
    std::vector<std::string> typed;
    int code;
    bool first, second;
  };
  for (const Row& row :
       {Row{{"first"}, kDone, true, false}, Row{{"second", "--set", "a", "--set", "b"}, kDone, false, true},
        Row{{}, kBadInput, false, false}, Row{{"third"}, kBadInput, false, false},
        Row{{"first", "--set", "a"}, kBadInput, true, false}}) {
    Arguments arguments("lazaret try", "tries", "");
    std::vector<std::string> sets;
    const Arguments first = arguments.word("first", "");
    Arguments second = arguments.word("second", "");
    const Argument set = second.option("--set", &sets, "").repeatable(false);
    const Said said = run(arguments, row.typed, [&] {
      EXPECT_EQ(first.given(), row.first);
      EXPECT_EQ(second.given(), row.second);
      EXPECT_EQ(set.given(), row.second);
      EXPECT_EQ(sets.size(), row.second ? 2u : 0u);
      return kDone;
    });
    EXPECT_EQ(said.code, row.code) << said.err;
  }
}

TEST(arguments, no_number_below_zero_becomes_a_large_one) {
  for (const char* option : {"--seed", "--natural", "--numbers"}) {
    Arguments arguments("lazaret try", "tries", "Example: none");
    std::optional<std::uint64_t> seed;
    unsigned natural = 0;
    std::vector<unsigned> numbers;
    arguments.option("--seed", &seed, "");
    arguments.option("--natural", &natural, "");
    arguments.option("--numbers", &numbers, "").separated_by_commas();
    const Said said = run(arguments, {option, "-1"}, no_work);
    EXPECT_EQ(said.code, kBadInput) << option;
    EXPECT_THAT(said.err, testing::HasSubstr("below 0")) << option;
  }
}

}  // namespace
}  // namespace lazaret
