// ./lazaret, on machines made up by putting other programs first on the path.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/process.hpp"

namespace lazaret {
namespace {

namespace fs = std::filesystem;

const std::string kWrapper = LAZARET_SOURCE_DIR "/lazaret";

/// A directory of made-up programs, and a build directory of its own.
class Machine : public testing::Test {
 protected:
  Machine() {
    std::string name = fs::temp_directory_path() / "lazaret-machine-XXXXXX";
    directory_ = mkdtemp(name.data());
    fs::create_directory(directory_ / "bin");
    fs::permissions(directory_, fs::perms::all);
  }
  ~Machine() override { fs::remove_all(directory_); }

  void program(const std::string& name, const std::string& script) {
    const fs::path path = directory_ / "bin" / name;
    std::ofstream(path) << "#!/bin/bash\n" << script << "\n";
    fs::permissions(path, fs::perms::all);
  }
  /// Every package is there but those of `missing` (a pattern of grep).
  void dpkg_lacks(const std::string& missing) {
    program("dpkg-query", "for p; do case $p in -*) ;; *) echo \"$p\"; esac; done | grep -vxE '" + missing +
                              "' | sed 's/^/installed /'; exit 1");
  }
  [[nodiscard]] Finished call(const std::string& arguments, const std::string& before = "") {
    return run_command("cd / && " + before + " env PATH=" + shell_quoted(directory_ / "bin") +
                       ":\"$PATH\" LAZARET_BUILD=" + shell_quoted(directory_ / "build") + " " + shell_quoted(kWrapper) +
                       " " + arguments);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return read_file(directory_ / name); }
  [[nodiscard]] const fs::path& directory() const { return directory_; }

 private:
  fs::path directory_;
};

/// Runs what follows as somebody without rights; as it is when that is nobody special already.
std::string as_nobody() { return geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups" : ""; }
bool nobody_can_read_the_tree() { return run_command(as_nobody() + " cat " + shell_quoted(kWrapper)).exit_code == 0; }

TEST_F(Machine, help_and_mistakes_need_no_build) {
  dpkg_lacks(".*");
  const Finished help = call("--help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_NE(help.out.find("  run "), std::string::npos) << help.out;
  EXPECT_EQ(call("").exit_code, 2);
  const Finished typo = call("rnu");
  EXPECT_EQ(typo.exit_code, 2);
  EXPECT_NE(typo.err.find("unknown verb 'rnu'"), std::string::npos) << typo.err;
  EXPECT_FALSE(fs::exists(directory() / "build"));
}

TEST_F(Machine, names_what_is_missing_and_why_and_the_line_to_type) {
  if (!nobody_can_read_the_tree()) GTEST_SKIP() << "the source tree is readable by root only";
  dpkg_lacks("libns3-dev|ninja-build|libcpp-httplib-dev");
  program("sudo", "exit 1");
  const Finished run = call("run x.yaml", as_nobody());
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find("libns3-dev               ns-3, the network simulator"), std::string::npos) << run.err;
  EXPECT_NE(
      run.err.find("as root: apt-get update && apt-get install -y --no-install-recommends ninja-build libns3-dev\n"),
      std::string::npos)
      << run.err;
  EXPECT_EQ(run.err.find("libdpdk"), std::string::npos) << "run needs no DPDK";
  EXPECT_EQ(run.err.find("httplib"), std::string::npos) << "nor the portal's HTTP";
}

TEST_F(Machine, installs_as_root_or_by_sudo_then_configures) {
  if (!nobody_can_read_the_tree()) GTEST_SKIP() << "the source tree is readable by root only";
  dpkg_lacks("libdpdk-dev");
  program("sudo", "[[ $1 == -n ]] && shift; exec \"$@\"");
  program("apt-get", "echo \"$@\" >>" + shell_quoted(directory() / "asked"));
  program("cmake", "echo \"$@\" >>" + shell_quoted(directory() / "configured") + "; echo cannot; exit 1");
  const Finished parity = call("parity x", as_nobody());
  EXPECT_NE(file("asked").find("-q install -y --no-install-recommends libdpdk-dev\n"), std::string::npos)
      << file("asked");
  EXPECT_NE(file("configured").find("--preset release"), std::string::npos);
  EXPECT_NE(file("configured").find("-DLAZARET_DATAPATH=ON"), std::string::npos);
  EXPECT_NE(file("configured").find("-DLAZARET_TESTS=OFF"), std::string::npos);
  EXPECT_NE(file("configured").find("-DLAZARET_PORTAL=OFF"), std::string::npos);
  EXPECT_EQ(parity.exit_code, 3) << "configuring failed: that is no mistake of the user's";
  EXPECT_NE(parity.err.find("cannot"), std::string::npos) << parity.err;
}

TEST_F(Machine, fresh_lists_are_the_remedy_for_a_failed_installation) {
  if (!nobody_can_read_the_tree()) GTEST_SKIP() << "the source tree is readable by root only";
  dpkg_lacks("libmd-dev");
  program("sudo", "[[ $1 == -n ]] && shift; exec \"$@\"");
  const std::string asked = shell_quoted(directory() / "asked");
  program("apt-get", "echo \"$@\" >>" + asked + "; grep -q update " + asked +
                         " || { echo 404; exit 100; }; "
                         "[[ $2 == install ]] && { echo still 404; exit 100; }; exit 0");
  const Finished run = call("run x", as_nobody());
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_NE(file("asked").find("-q update"), std::string::npos);
  EXPECT_NE(run.err.find("still 404"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("apt-get failed; as root: apt-get update && "), std::string::npos) << run.err;
}

/// A build that is faked: cmake writes a build.ninja, ninja says what it was asked for, the program says its arguments.
TEST_F(Machine, configures_once_and_keeps_what_was_switched_on) {
  dpkg_lacks("none");
  const std::string configured = shell_quoted(directory() / "configured"), built = shell_quoted(directory() / "built");
  program("cmake", "while [[ $1 != -B ]]; do shift; done; touch \"$2/build.ninja\"; echo \"$@\" >>" + configured);
  program("ninja", "echo \"$@\" >>" + built +
                       "; mkdir -p \"$2/bin\"; printf '#!/bin/sh\\necho \"$@\"\\n' >\"$2/bin/lazaret\"; "
                       "chmod +x \"$2/bin/lazaret\"; echo '[1/1] linked'");
  const Finished first = call("run x.yaml --json");
  EXPECT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(first.out, "run x.yaml --json\n") << "standard output is the verb's alone";
  EXPECT_NE(file("built").find("lazaret lazaret-run lazaret-report\n"), std::string::npos) << file("built");
  const std::string once = file("configured");
  EXPECT_EQ(call("run x.yaml").exit_code, 0);
  EXPECT_EQ(file("configured"), once) << "configured again for nothing";
  EXPECT_EQ(call("parity x").exit_code, 0);
  EXPECT_NE(file("configured"), once);
  const std::string twice = file("configured");
  EXPECT_NE(twice.find("-DLAZARET_DATAPATH=ON"), std::string::npos);
  EXPECT_EQ(call("run x.yaml").exit_code, 0);
  EXPECT_EQ(file("configured"), twice) << "the datapath was switched off again";
}

TEST_F(Machine, a_failed_build_shows_why) {
  dpkg_lacks("none");
  program("cmake", "while [[ $1 != -B ]]; do shift; done; touch \"$2/build.ninja\"");
  program("ninja", "echo '[1/2] a.cpp'; echo 'a.cpp:7: error: no such thing'; exit 1");
  const Finished run = call("scenario list");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find("a.cpp:7: error: no such thing"), std::string::npos) << run.err;
  EXPECT_NE(run.err.find("build/release/build.log"), std::string::npos) << run.err;
}

TEST_F(Machine, test_refuses_what_it_does_not_know) {
  const Finished bad = call("test --loong");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_NE(bad.err.find("unknown argument '--loong'"), std::string::npos) << bad.err;
  EXPECT_EQ(call("test -R").exit_code, 2);
  EXPECT_EQ(call("test --help").exit_code, 0);
}

TEST_F(Machine, completion_is_bash) {
  const Finished completion = call("completion");
  EXPECT_EQ(completion.exit_code, 0);
  std::ofstream(directory() / "c.bash")
      << completion.out << "\nCOMP_WORDS=(lazaret re) COMP_CWORD=1; _lazaret; echo \"${COMPREPLY[*]}\"\n";
  EXPECT_EQ(run_command("bash " + shell_quoted(directory() / "c.bash")).out, "report replay\n");
}

TEST_F(Machine, counts_tests_that_did_not_run_as_failures_and_says_why_others_were_skipped) {
  std::ofstream(directory() / "junit.xml") << R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="Linux-c++" tests="5" failures="1" disabled="1" skipped="2">
  <testcase name="a.passes" classname="a.passes" time="0.1" status="run">
    <system-out>fine</system-out>
  </testcase>
  <testcase name="a.fails" classname="a.fails" time="0.1" status="fail">
    <failure message="Failed"/>
    <system-out>x.cpp:3: Failure</system-out>
  </testcase>
  <testcase name="a.skips" classname="a.skips" time="0.1" status="notrun">
    <skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>
    <system-out>[ RUN      ] a.skips
x.cpp:9: Skipped
no &lt;captures&gt; beside the tree

[  SKIPPED ] a.skips (0 ms)</system-out>
  </testcase>
  <testcase name="a_NOT_BUILT" classname="a_NOT_BUILT" time="0" status="notrun">
    <skipped message="Unable to find executable"/>
    <system-out>gone</system-out>
  </testcase>
  <testcase name="a.off" classname="a.off" time="0" status="disabled">
    <system-out/>
  </testcase>
</testsuite>
)";
  const Finished summary =
      run_command("bash -c 'source " LAZARET_SOURCE_DIR "/tests/everything.bash; junit_summary \"$0\"' " +
                  shell_quoted(directory() / "junit.xml"));
  EXPECT_EQ(summary.out, "1 2 2\na.skips: no <captures> beside the tree\na.off: disabled\n") << summary.err;
}

}  // namespace
}  // namespace lazaret
