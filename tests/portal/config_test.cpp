// The configuration file: read whole, or refused with file, line and remedy.
#include "datapath/portal/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "tests/cli/process.hpp"

namespace lazaret::portal {
namespace {

namespace fs = std::filesystem;

const std::string kGood =
    "host: Portal.isp.example\nisp: Example\nphone: 0800 1\ncontrol: /run/lazaret/portal.sock\n"
    "listen: [192.0.2.1:80, '[2001:db8::1]:8080']\n";

struct ConfigTest : ::testing::Test {
  ConfigTest() {
    std::string name = fs::temp_directory_path() / "lazaret-config-XXXXXX";
    directory = mkdtemp(name.data());
  }
  ~ConfigTest() override { fs::remove_all(directory); }
  fs::path write(const std::string& text) {
    std::ofstream(directory / "portal.yaml") << text;
    return directory / "portal.yaml";
  }
  std::string problem(const std::string& text) {
    const auto loaded = load_config(write(text));
    const auto* what = std::get_if<std::string>(&loaded);
    return what == nullptr ? std::string() : *what;
  }
  fs::path directory;
};

TEST_F(ConfigTest, AGoodFileIsReadWhole) {
  const auto loaded =
      load_config(write(kGood + "listen_transparent: ['0.0.0.0:80']\nuser: nobody\nlanguage: fr\nhours: 8-20\n"
                                "mail: a@b.example\nlinks: [{title: T, url: 'https://x.example/y'}]\n"));
  ASSERT_TRUE(std::holds_alternative<Config>(loaded)) << std::get<std::string>(loaded);
  const Config& c = std::get<Config>(loaded);
  EXPECT_EQ(c.host, "portal.isp.example");
  EXPECT_EQ(c.url, "http://portal.isp.example/");
  ASSERT_EQ(c.listen.size(), 3U);
  EXPECT_EQ(c.listen[0].address, "192.0.2.1");
  EXPECT_EQ(c.listen[1].address, "2001:db8::1");
  EXPECT_EQ(c.listen[1].port, 8080);
  EXPECT_FALSE(c.listen[1].transparent);
  EXPECT_TRUE(c.listen[2].transparent);
  EXPECT_EQ(c.user, "nobody");
  EXPECT_EQ(c.language, "fr");
  ASSERT_EQ(c.links.size(), 1U);
  EXPECT_EQ(host_of(c.links[0].url), "x.example");
}

TEST_F(ConfigTest, WhatIsWrongIsSaidWithLineAndRemedy) {
  struct Row {
    std::string text, at, what;
  };
  for (const Row& row : std::initializer_list<Row>{
           {kGood + "hsot: x\n", ":6: ", "unknown key 'hsot'; there are host,"},
           {kGood + "language: it\n", ":6: ", "en, de or fr"},
           {kGood + "url: portal\n", ":6: ", "http://"},
           {kGood + "url: http://other.example/\n", ":1: ", "another host"},
           {kGood + "links: [{title: T}]\n", ":6: ", "'title' and a 'url'"},
           {kGood + "links: [{title: T, url: 'javascript:alert(1)'}]\n", ":6: ", "no URL of http or https"},
           {kGood + "links: [{title: T, url: 'http://x.example/\"><b>'}]\n", ":6: ", "no URL"},
           {kGood + "listen_transparent: [0.0.0.0]\n", ":6: ", "wants a port"},
           {kGood + "listen_transparent: ['0.0.0.0:99999']\n", ":6: ", "wants a port"},
           {kGood + "isp: [a]\n", ":6: ", "'isp' wants a text"},
           {kGood + "host: 'a b'\n", ":6: ", "no host name"},
           {"host: x.example\n", ":1: ", "'isp' is missing; docs/portal.md"},
           {"- a\n", ":1: ", "keys and values are wanted"},
           {"host: [\n", ":2: ", ""}}) {
    const std::string said = problem(row.text);
    EXPECT_NE(said.find("portal.yaml" + row.at), std::string::npos) << row.text << said;
    EXPECT_NE(said.find(row.what), std::string::npos) << row.text << said;
  }
  EXPECT_NE(std::get<std::string>(load_config(directory / "none.yaml")).find("none.yaml: cannot be read"),
            std::string::npos);
}

TEST_F(ConfigTest, TheProgramSaysSoToo) {
  const std::string program = shell_quoted(LAZARET_BIN_DIR "/lazaret-portal") + " ";
  EXPECT_EQ(run_command(program + shell_quoted(write(kGood)) + " --check").exit_code, 0);
  const Finished bad = run_command(program + shell_quoted(write(kGood + "x: y\n")) + " --check");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_NE(bad.err.find("portal.yaml:6: unknown key 'x'"), std::string::npos) << bad.err;
  EXPECT_EQ(run_command(program).exit_code, 2);
  EXPECT_EQ(run_command(program + "--help").exit_code, 0);
  if (geteuid() != 0) return;
  const Finished root = run_command(
      program + shell_quoted(write("host: x.example\nisp: x\nphone: '1'\ncontrol: /x\nlisten: ['127.0.0.1:0']\n")));
  EXPECT_EQ(root.exit_code, 2);
  EXPECT_NE(root.err.find("as root the portal wants a 'user' to become"), std::string::npos) << root.err;
}

TEST_F(ConfigTest, OnceItListensTheProgramHasNoRights) {
  if (geteuid() != 0) GTEST_SKIP() << "only root has rights to give up";
  fs::permissions(directory, fs::perms::all);
  const fs::path config = write(
      "host: x.example\nisp: x\nphone: '1'\ncontrol: /nowhere\nlisten: ['127.0.0.1:0']\n"
      "listen_transparent: ['127.0.0.1:0']\nuser: nobody\n");
  // Listening comes before giving up rights, which takes a moment more: the log alone does not say that it is done.
  const Finished run =
      run_command(shell_quoted(LAZARET_BIN_DIR "/lazaret-portal") + " " + shell_quoted(config) +
                  " & for i in $(seq 100); do grep -q 'NoNewPrivs:.1' /proc/$!/status && break; sleep 0.02; done; "
                  "cat /proc/$!/status; kill -TERM $!; wait $!; echo exit $?");
  for (const char* line :
       {"Uid:\t65534\t65534\t65534\t65534\n", "Gid:\t65534\t65534\t65534\t65534\n", "CapPrm:\t0000000000000000\n",
        "CapEff:\t0000000000000000\n", "CapInh:\t0000000000000000\n", "NoNewPrivs:\t1\n", "Threads:\t1\n", "exit 0\n"})
    EXPECT_NE(run.out.find(line), std::string::npos) << line << run.out << run.err;
}

}  // namespace
}  // namespace lazaret::portal
