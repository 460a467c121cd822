// A real lazaretd, on ports that carry nothing, behind the console: every path and method of the API's own document is
// walked, and an account goes into quarantine and out of it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "datapath/console/resources.hpp"
#include "datapath/portal/control_client.hpp"
#include "tests/cli/process.hpp"
#include "tests/console/desk.hpp"
#include "tests/core/frames.hpp"

namespace lazaret::console {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct console_daemon : ::testing::Test {
  void SetUp() override { start("net_null0,no-rx=1"); }
  void TearDown() override { stop(); }

  void start(const std::string& access) {
    std::ofstream(place.path / "d.yaml") << "access: '" << access << "'\ncore: 'net_null1,no-rx=1'\nobserve: true\n"
                                         << "state: state\nportal: p.sock\noperator: o.sock\n"
                                         << "operator_group: " << getgrgid(getgid())->gr_name << "\n";
    const std::string program = LAZARET_BIN_DIR "/lazaretd", config = place.path / "d.yaml", log = place.path / "log";
    std::filesystem::remove(log);
    process = fork();
    if (process == 0) {
      const int to = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      dup2(to, 1), dup2(to, 2);
      execl(program.c_str(), program.c_str(), config.c_str(), nullptr);
      _exit(127);
    }
    client = std::make_unique<portal::ControlClient>(place.path / "o.sock");
    desk.restart([this](const std::string& line) { return client->once(line, 10'000); });
    for (int n = 0; n < 300 && read_file(log).find("at work") == std::string::npos; ++n) {
      ASSERT_EQ(waitpid(process, nullptr, WNOHANG), 0) << read_file(log);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ASSERT_THAT(read_file(log), HasSubstr("at work"));
  }
  void stop() {
    if (process <= 0) return;
    kill(process, SIGTERM);
    int how = 0;
    EXPECT_EQ(waitpid(process, &how, 0), process);
    EXPECT_EQ(how, 0) << read_file(place.path / "log");
    process = -1;
  }
  json account(const char* number) {
    return json::parse(desk.api("GET", std::string("/api/v1/accounts/") + number, desk.viewer).body);
  }

  ScratchDirectory place;
  pid_t process = -1;
  std::unique_ptr<portal::ControlClient> client;
  Desk desk;
};

template <typename Number>
void put(std::string& to, Number number) {
  to.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// A capture in which a line tries telnet on `hosts` hosts that never answer.
std::string scan(const std::string& from, std::uint32_t hosts) {
  std::string octets;
  for (const std::uint32_t word : {0xa1b2c3d4U, 0x0004'0002U, 0U, 0U, 65535U, 1U}) put(octets, word);
  for (std::uint32_t n = 0; n < hosts; ++n) {
    frames::Ip ip;
    ip.source = frames::address(from), ip.destination = IpAddress::v4(0x2000'0000U + n * 65'537U);
    frames::Tcp syn;
    syn.source_port = static_cast<std::uint16_t>(40'000 + n), syn.destination_port = 23, syn.flags = 2;
    const auto frame = frames::ethernet(frames::ip(ip, frames::tcp(syn)));
    const auto size = static_cast<std::uint32_t>(frame.size());
    for (const std::uint32_t word : {1000 + n / 50, n % 50 * 20'000, size, size}) put(octets, word);
    octets.append(frame.begin(), frame.end());
  }
  return octets;
}

/// The document's own schema for an answer: the members that it requires are there.
void expect_members(const json& document, const json& operation, const std::string& body) {
  const json& content = operation["responses"]["200"]["content"]["application/json"]["schema"];
  if (!content.contains("$ref")) return;
  const std::string reference = content["$ref"];
  const json schema = document["components"]["schemas"][reference.substr(reference.rfind('/') + 1)];
  const json answer = json::parse(body);
  for (const json& part : schema.contains("allOf") ? schema["allOf"] : json::array({schema})) {
    const std::string deeper = part.value("$ref", "");
    const json own = deeper.empty() ? part : document["components"]["schemas"][deeper.substr(deeper.rfind('/') + 1)];
    for (const json& member : own["required"]) EXPECT_TRUE(answer.contains(member)) << reference << " " << member;
  }
}

TEST_F(console_daemon, the_api_is_as_its_document_says) {
  const json document = json::parse(resource::openapi());
  std::size_t walked = 0;
  for (const auto& [pattern, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      std::string path = "/api/v1" + pattern, wrong = path, verb = method;
      std::transform(verb.begin(), verb.end(), verb.begin(), [](unsigned char c) { return std::toupper(c); });
      const bool of_account = pattern.find("{account}") != std::string::npos;
      if (of_account) {
        path.replace(path.find("{account}"), 9, "7");
        wrong.replace(wrong.find("{account}"), 9, "none");
      }
      std::string body, bad;
      if (operation.contains("requestBody")) {
        body = operation["requestBody"]["content"]["application/json"]["example"].dump();
        bad = R"({"why":7})";
      }
      SCOPED_TRACE(verb + " " + path);
      const auto declared = [&](const Response& response) {
        EXPECT_TRUE(operation["responses"].contains(std::to_string(response.status))) << response.status;
        if (response.status != 200) {
          EXPECT_EQ(response.type, "application/problem+json");
          EXPECT_EQ(json::parse(response.body)["status"], response.status);
        }
        return response.status;
      };
      ++walked;
      if (operation.contains("security")) {
        EXPECT_EQ(declared(desk.api(verb, path, "", body)), 200);
        continue;
      }
      EXPECT_EQ(declared(desk.api(verb, path, "", body)), 401);
      const Role least = find_role(operation["x-role"].get<std::string>()).value();
      EXPECT_EQ(declared(desk.api(verb, path, desk.token(static_cast<Role>(static_cast<int>(least) - 1)), body)), 403);
      if (of_account) {
        EXPECT_EQ(declared(desk.api(verb, wrong, desk.operator_, body)), 400);
      }
      if (!bad.empty()) {
        EXPECT_EQ(declared(desk.api(verb, path, desk.operator_, bad)), 400);
        EXPECT_EQ(declared(desk.api(verb, path, desk.operator_, "{")), 400);
      }
      if (operation["responses"].contains("400") && !of_account && bad.empty()) {
        EXPECT_EQ(declared(desk.api(verb, path + "?after=none", desk.viewer)), 400);
      }
      const Response good = desk.api(verb, path, desk.token(least), body);
      EXPECT_EQ(declared(good), 200) << good.body;
      expect_members(document, operation, good.body);
      for (const char* other : {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
        EXPECT_LT(desk.api(other, path, desk.operator_, "\x01").status, 500) << other;
    }
  EXPECT_EQ(walked, 11U);
}

TEST_F(console_daemon, an_account_goes_in_and_out_of_quarantine_by_these_hands) {
  EXPECT_EQ(account("17")["state"], "clear");
  EXPECT_EQ(desk.api("POST", "/api/v1/accounts/17/quarantine", desk.operator_, R"({"why":"exercise"})").status, 200);
  EXPECT_EQ(account("17")["state"], "quarantined");
  const json listed = json::parse(desk.api("GET", "/api/v1/accounts", desk.viewer).body);
  ASSERT_EQ(listed["accounts"].size(), 1U);
  EXPECT_EQ(listed["accounts"][0]["account"], 17);
  EXPECT_GT(listed["accounts"][0]["since_s"], 1'700'000'000);
  EXPECT_THAT(account("17")["events"][0]["text"].get<std::string>(), HasSubstr("Quarantined."));
  EXPECT_THAT(desk.api("GET", "/metrics", desk.metrics).body, HasSubstr("lazaret_accounts{state=\"quarantined\"} 1\n"));
  EXPECT_EQ(desk.api("POST", "/api/v1/accounts/17/release", desk.helpdesk, R"({"reason":"cleaned"})").status, 200);
  EXPECT_EQ(account("17")["state"], "clear");
  EXPECT_EQ(account("17")["history"], 1);
  EXPECT_TRUE(json::parse(desk.api("GET", "/api/v1/accounts", desk.viewer).body)["accounts"].empty());
}

TEST_F(console_daemon, what_was_seen_of_a_line_stands_in_its_timeline) {
  ASSERT_TRUE(client->once(R"({"v":1,"words":["bind","198.51.100.7","17"]})", 10'000).has_value());
  stop();
  std::ofstream(place.path / "scan.pcap", std::ios::binary) << scan("198.51.100.7", 400);
  const std::string path = place.path / "scan.pcap", sent = place.path / "sent.pcap";
  start("net_pcap0,rx_pcap=" + path + ",tx_pcap=" + sent);
  json seen = json::object();
  for (int n = 0; n < 100 && seen.value("state", "clear") != "notified"; ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    seen = account("17");
  }
  EXPECT_EQ(seen["state"], "notified");
  const auto reason = std::find_if(seen["events"].begin(), seen["events"].end(),
                                   [](const json& e) { return e.value("channel", "") == "scan_telnet"; });
  ASSERT_NE(reason, seen["events"].end());
  EXPECT_THAT((*reason)["text"].get<std::string>(), HasSubstr("Telnet"));
  const std::string page = desk.get("/accounts/17", desk.sign_in(desk.viewer)).body;
  EXPECT_THAT(page, HasSubstr("scan_telnet"));
  EXPECT_THAT(page, HasSubstr("Notified"));
  EXPECT_THAT(desk.api("GET", "/metrics", desk.metrics).body,
              HasSubstr("lazaret_reasons_total{channel=\"scan_telnet\"} 1\n"));
}

TEST_F(console_daemon, the_sockets_are_for_those_that_the_configuration_names) {
  struct stat there {};
  ASSERT_EQ(stat((place.path / "o.sock").c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0660U);
  EXPECT_EQ(there.st_gid, getgid());
}

TEST_F(console_daemon, more_than_a_hundred_come_in_turns) {
  for (int n = 1; n <= 120; ++n)
    ASSERT_EQ(
        desk.api("POST", "/api/v1/accounts/" + std::to_string(n) + "/quarantine", desk.operator_, R"({"why":"w"})")
            .status,
        200);
  const json first = json::parse(desk.api("GET", "/api/v1/accounts", desk.viewer).body);
  EXPECT_EQ(first["accounts"].size(), 100U);
  EXPECT_EQ(first["next"], 100);
  const json rest = json::parse(desk.api("GET", "/api/v1/accounts?after=100", desk.viewer).body);
  EXPECT_EQ(rest["accounts"].size(), 20U);
  EXPECT_EQ(rest["next"], nullptr);
}

}  // namespace
}  // namespace lazaret::console
