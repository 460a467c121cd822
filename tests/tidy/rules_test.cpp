// Each rule is fed what it must find and what it must leave alone: a rule that cannot fail is no rule.
#include "tests/tidy/rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lazaret::tidy {
namespace {

using Rule = std::vector<Finding> (*)(const SourceFile&);

struct Row {
  Rule rule;
  const char *path, *text;
  bool found;
};

// The snippets that would break a rule here, in this very file, are put together from halves.
const std::string kTrailing = std::string("int a; ") + "\n";
const std::string kPath = std::string("// see /wo") + "rk/x\n";
const std::string kUnfinished = std::string("// TO") + "DO later\n";

const Row kRows[] = {
    {check_arrows, "core/a.cpp", "#include \"core/b.hpp\"\n", false},
    {check_arrows, "core/a.cpp", "#include \"scenarios/b.hpp\"\n", true},
    {check_arrows, "core/a.cpp", "#include <sim/b.hpp>\n", true},
    {check_arrows, "scenarios/a.cpp", "#include \"core/b.hpp\"\n", false},
    {check_arrows, "scenarios/a.cpp", "#include \"analysis/b.hpp\"\n", true},
    {check_arrows, "sim/a.cpp", "#include \"datapath/b.hpp\"\n", true},
    {check_arrows, "datapath/a.cpp", "#include \"sim/b.hpp\"\n", true},
    {check_arrows, "analysis/a.cpp", "#include \"sim/b.hpp\"\n", true},
    {check_arrows, "cli/a.cpp", "#include \"analysis/b.hpp\"\n", false},
    {check_arrows, "core/a.cpp", "#include \"cli/b.hpp\"\n", true},
    {check_arrows, "cli/a.cpp", "#include \"tests/b.hpp\"\n", true},
    {check_arrows, "cli/a.cpp", "#include \"sim/a.hpp\"\n#include \"datapath/b.hpp\"\n", true},
    {check_arrows, "tests/a.cpp", "#include \"sim/a.hpp\"\n#include \"core/b.hpp\"\n", false},
    {check_arrows, "core/a.cpp", "#include \"b.hpp\"\n", true},
    {check_arrows, "core/a.cpp", "// #include \"sim/b.hpp\"\n", false},
    {check_arrows, "sim/a.cpp", "#include <ns3/node.h>\n", false},
    {check_arrows, "sim/a.cpp", "#include \"ns3/node.h\"\n", false},
    {check_arrows, "analysis/a.cpp", "#include <ns3/node.h>\n", true},
    {check_arrows, "cli/a.cpp", "#include \"ns3/node.h\"\n", true},
    {check_arrows, "datapath/a.cpp", "#include <rte_ring.h>\n", false},
    {check_arrows, "scenarios/a.cpp", "#include <rte_ring.h>\n", true},
    {check_arrows, "cli/CMakeLists.txt", "target_link_libraries(x PRIVATE ns3::libcore)\n", true},
    {check_arrows, "sim/CMakeLists.txt", "target_link_libraries(x PRIVATE ns3::libcore)\n", false},
    {check_arrows, "sim/CMakeLists.txt", "pkg_check_modules(DPDK IMPORTED_TARGET libdpdk)\n", true},
    {check_arrows, "CMakeLists.txt", "option(X \"needs libdpdk-dev\")  # libdpdk\n", false},

    {check_purity, "core/a.cpp", "#include <cstdint>\nint now(int at) { return at; }\n", false},
    {check_purity, "core/a.cpp", "#include <thread>\n", true},
    {check_purity, "core/a.cpp", "#include <chrono>\n", true},
    {check_purity, "core/a.hpp", "#include <random>\n", true},
    {check_purity, "core/a.hpp", "#include <mutex>\n", true},
    {check_purity, "core/a.hpp", "#include <iostream>\n", true},
    {check_purity, "sim/a.hpp", "#include <random>\n", false},
    {check_purity, "core/a.cpp", "  printf(\"x\");\n", true},
    {check_purity, "core/a.cpp", "  std::snprintf(b, 4, f);\n", true},
    {check_purity, "core/a.cpp", "  // printf(\"x\");\n  f(\"printf(\");\n", false},
    {check_purity, "core/a.cpp", "  /* printf(\n  getenv(x) */ f();\n", false},
    {check_purity, "core/a.cpp", "  std::cout << 1;\n", true},
    {check_purity, "core/a.cpp", "  const char* home = getenv(\"HOME\");\n", true},
    {check_purity, "core/a.cpp", "  auto t = time(nullptr);\n", true},
    {check_purity, "core/a.cpp", "  auto t = std::time(nullptr);\n", true},
    {check_purity, "core/a.cpp", "  auto t = ::time(nullptr);\n", true},
    {check_purity, "core/a.cpp", "  auto t = packet.time();\n  auto u = begin_time(3);\n", false},
    {check_purity, "core/a.cpp", "  auto t = clock();\n", true},
    {check_purity, "core/a.cpp", "  clock_gettime(CLOCK_REALTIME, &t);\n", true},
    {check_purity, "core/a.cpp", "  auto t = __builtin_ia32_rdtsc(); auto u = __rdtsc();\n", true},
    {check_purity, "core/a.cpp", "  int r = rand();\n", true},
    {check_purity, "core/a.cpp", "  std::atomic<int> a;\n", true},
    {check_purity, "core/a.cpp", "  thread_local int a;\n", true},
    {check_purity, "core/a.cpp", "  virtual int a();\n", true},

    {check_header, "core/a.hpp", "// What it is.\n// Ownership: values. Threads: any.\n#pragma once\n", false},
    {check_header, "core/a.hpp", "#pragma once\n// What it is.\n// Ownership: values. Threads: any.\n", true},
    {check_header, "core/a.hpp", "// What it is. Ownership: values. Threads: any.\n", true},
    {check_header, "core/a.hpp", "// What it is. Threads: any.\n#pragma once\n", true},
    {check_header, "core/a.hpp", "// What it is. Ownership: values.\n#pragma once\n", true},
    {check_header, "tests/a.hpp", "// What it is.\n#pragma once\n", false},
    {check_header, "tests/a.hpp", "#pragma once\n", true},
    {check_header, "core/a.cpp", "int a;\n", false},

    {check_text, "core/a.cpp", "int a;\n", false},
    {check_text, "core/a.cpp", "int a;", true},
    {check_text, "core/a.cpp", "int a;\r\n", true},
    {check_text, "core/a.cpp", "\tint a;\n", true},
    {check_text, "docs/a.md", kTrailing.c_str(), true},
    {check_text, "docs/a.md", kPath.c_str(), true},
    {check_text, "core/a.cpp", kUnfinished.c_str(), true},

    {check_room_name, "core/detect/a.cpp", "", false},
    {check_room_name, "core/utils/a.cpp", "", true},
    {check_room_name, "common/a.cpp", "", true},
    {check_room_name, "sim/misc/a.cpp", "", true},
};

TEST(rules, find_what_they_must_and_nothing_else) {
  for (const Row& row : kRows) {
    const auto found = row.rule(make_source(row.path, row.text));
    EXPECT_EQ(!found.empty(), row.found) << row.path << "\n" << row.text << to_text(found);
  }
}

TEST(rules, report_file_and_line) {
  const auto found = check_purity(make_source("core/a.cpp", "int a;\n#include <thread>\n"));
  EXPECT_EQ(to_text(found), "core/a.cpp:2: banned in core/: <thread>\n");
}

SourceFile of_lines(const std::string& path, std::size_t lines) {
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) text += "int a;\n";
  return make_source(path, text);
}

TEST(sizes, have_limits) {
  EXPECT_TRUE(check_sizes({of_lines("core/a.hpp", 150), of_lines("core/a.cpp", 400)}, {}).empty());
  EXPECT_EQ(check_sizes({of_lines("core/a.hpp", 151), of_lines("core/a.cpp", 401)}, {}).size(), 2u);
  EXPECT_TRUE(check_sizes({of_lines("docs/a.md", 4000)}, {}).empty());
}

TEST(sizes, exceptions_only_shrink) {
  const auto exceptions = parse_exceptions(make_source("tests/tidy/size_exceptions.txt", "# why\ncore/a.cpp 450\n"));
  EXPECT_TRUE(check_sizes({of_lines("core/a.cpp", 450)}, exceptions).empty());
  EXPECT_EQ(check_sizes({of_lines("core/a.cpp", 451)}, exceptions).size(), 1u) << "grew";
  EXPECT_EQ(check_sizes({of_lines("core/a.cpp", 440)}, exceptions).size(), 1u) << "shrank: the list must follow";
  EXPECT_EQ(check_sizes({of_lines("core/a.cpp", 400)}, exceptions).size(), 1u) << "needs no exception any more";
  EXPECT_EQ(check_sizes({}, exceptions).size(), 1u) << "is gone";
}

}  // namespace
}  // namespace lazaret::tidy
