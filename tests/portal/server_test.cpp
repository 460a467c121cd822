// Over real sockets on the loopback: who is slow, large, many or forged costs nobody else anything; the line is known by
// the connection's own address; the control side may die and come back.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "datapath/portal/control_protocol.hpp"
#include "datapath/portal/garden_server.hpp"
#include "datapath/portal/monotonic.hpp"
#include "datapath/portal/portal.hpp"
#include "tests/portal/daemon.hpp"
#include "tests/portal/visitor.hpp"

namespace lazaret::portal {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr AccountId kIll{2}, kAlsoIll{3};
const std::string kIllAt = "127.0.0.2", kAlsoIllAt = "127.0.0.3";

/// A connection from an address of the loopback.
class Client {
 public:
  Client(const std::string& from, std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in here{}, there{};
    here.sin_family = there.sin_family = AF_INET;
    inet_pton(AF_INET, from.c_str(), &here.sin_addr);
    there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    there.sin_port = htons(port);
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0 ||
        connect(socket_, reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
      ADD_FAILURE() << "no connection";
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void send(const std::string& octets) { (void)::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL); }
  /// All that comes until the server ends it; "TIMEOUT" if it does not.
  std::string receive(int patience_ms = 3000) {
    std::string all;
    const std::int64_t until = monotonic_ms() + patience_ms;
    for (;;) {
      pollfd ready{socket_, POLLIN, 0};
      if (poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(0, until - monotonic_ms()))) <= 0)
        return "TIMEOUT after " + all;
      char block[4096];
      const ssize_t n = recv(socket_, block, sizeof block, 0);
      if (n <= 0) return all;
      all.append(block, static_cast<std::size_t>(n));
    }
  }

 private:
  int socket_;
};

struct ServerTest : ::testing::Test {
  void begin(const ServerLimits& limits = {}) {
    daemon.infect(kIll, kIllAt);
    daemon.infect(kAlsoIll, kAlsoIllAt);
    daemon.serve();
    control = std::make_unique<ControlClient>(daemon.socket());
    portal = std::make_unique<Portal>(
        test_config(), [this](const Ask& a) { return control->ask(a); }, [this] { return clock.load(); },
        TokenMaker::Key{4});
    server = std::make_unique<GardenServer>([this](const Request& r) { return portal->answer(r); }, limits);
    port = std::get<std::uint16_t>(server->listen({"127.0.0.1", 0, false}));
    thread = std::thread([this] { server->run(); });
  }
  ~ServerTest() override {
    if (server) server->stop();
    if (thread.joinable()) thread.join();
  }
  std::string ask(const std::string& from, const std::string& request) {
    Client client(from, port);
    client.send(request);
    return client.receive();
  }
  std::string load(const std::string& from, const std::string& path = "/", const std::string& host = kHost) {
    return ask(from, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  }
  std::string form(const std::string& page, const std::string& choice) {
    const std::string body = "token=" + between(page, "name=\"token\" value=\"", "\"") + "&choice=" + choice +
                             "&answer=" + right_answer(page);
    return "POST /choose?lang=en HTTP/1.1\r\nHost: " + std::string(kHost) + "\r\nOrigin: http://" + kHost +
           "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }

  Daemon daemon;
  std::atomic<std::int64_t> clock = kBegin_s;
  std::unique_ptr<ControlClient> control;
  std::unique_ptr<Portal> portal;
  std::unique_ptr<GardenServer> server;
  std::uint16_t port = 0;
  std::thread thread;
};

TEST_F(ServerTest, AChoiceTravelsFromTheBrowserToTheCoreAndTheLogOnTheDisk) {
  begin();
  const std::string page = load(kIllAt);
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(page, HasSubstr("Cache-Control: no-store\r\n"));
  const std::string choice = form(page, "later");
  clock += 10;
  EXPECT_THAT(ask(kAlsoIllAt, choice), StartsWith("HTTP/1.1 409 ")) << "the line is the connection's, not the form's";
  EXPECT_THAT(ask("127.0.0.9", choice), StartsWith("HTTP/1.1 403 ")) << "from outside of the garden";
  EXPECT_TRUE(daemon.committed().empty());
  EXPECT_THAT(ask(kIllAt, choice), StartsWith("HTTP/1.1 303 "));
  EXPECT_EQ(daemon.committed().size(), 1U) << "on the disk before the answer";
  EXPECT_THAT(ask(kIllAt, choice), StartsWith("HTTP/1.1 409 "));
  EXPECT_EQ(daemon.status(kIll).state, State::deferred);
  EXPECT_EQ(daemon.status(kAlsoIll).state, State::quarantined);
}

TEST_F(ServerTest, FieldsThatClaimAnotherAddressAreNotRead) {
  begin();
  const std::string answer = ask("127.0.0.9", "GET / HTTP/1.1\r\nHost: " + std::string(kHost) +
                                                  "\r\nX-Forwarded-For: 127.0.0.2\r\nForwarded: for=127.0.0.2\r\n"
                                                  "X-Real-IP: 127.0.0.2\r\nREMOTE_ADDR: 127.0.0.2\r\n\r\n");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("127.0.0.9", "PROXY TCP4 127.0.0.2 127.0.0.1 1 80\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"),
              StartsWith("HTTP/1.1 400 "));
}

TEST_F(ServerTest, OversizedAmbiguousAndForgedRequestsAreRefused) {
  begin();
  const std::string host = "Host: " + std::string(kHost) + "\r\n";
  EXPECT_THAT(ask(kIllAt, "GET / HTTP/1.1\r\n" + host + "A: " + std::string(100000, 'x')), StartsWith("HTTP/1.1 431 "));
  EXPECT_THAT(ask(kIllAt, "GET /" + std::string(100000, 'x')), StartsWith("HTTP/1.1 414 "));
  EXPECT_THAT(ask(kIllAt, "POST /choose HTTP/1.1\r\n" + host + "Content-Length: 1000000\r\n\r\n"),
              StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(ask(kIllAt, "POST /choose HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
              StartsWith("HTTP/1.1 501 "));
  EXPECT_THAT(ask(kIllAt, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ask(kIllAt, "GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(load(kIllAt, "/", "bank.example"), StartsWith("HTTP/1.1 302 "));
  EXPECT_THAT(load(kIllAt, "/%00%0d%0aSet-Cookie:x"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 200 ")) << "it lives on";
}

TEST_F(ServerTest, WhoIsSlowIsEndedAndHoldsNobodyUp) {
  ServerLimits limits;
  limits.request_ms = 300;
  begin(limits);
  Client silent(kIllAt, port), slow(kIllAt, port);
  slow.send("GET / HTTP/1.1\r\nHo");
  EXPECT_THAT(load(kAlsoIllAt), StartsWith("HTTP/1.1 200 "));
  const std::int64_t begun = monotonic_ms();
  for (int n = 0; n < 3; ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    slow.send("s");  // an octet now and then wins no time
  }
  EXPECT_EQ(silent.receive(), "");
  EXPECT_EQ(slow.receive(), "");
  EXPECT_LT(monotonic_ms() - begun, 2000);
}

TEST_F(ServerTest, PlacesAreLimitedPerAddressAndInAll) {
  ServerLimits limits;
  limits.connections = 6;
  limits.per_address = 4;
  begin(limits);
  std::vector<std::unique_ptr<Client>> idle;
  for (int n = 0; n < 4; ++n) idle.push_back(std::make_unique<Client>(kIllAt, port));
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 200 ")) << "a fifth of the same address is served";
  EXPECT_EQ(idle.front()->receive(), "") << "and the first, which only held its place, had to go";
  idle.front() = std::make_unique<Client>(kIllAt, port);
  EXPECT_THAT(load(kAlsoIllAt), StartsWith("HTTP/1.1 200 "));
  for (int n = 0; n < 2; ++n) idle.push_back(std::make_unique<Client>("127.0.0.4", port));
  EXPECT_THAT(load(kAlsoIllAt), StartsWith("HTTP/1.1 200 ")) << "when all places are taken the longest idle goes";
  EXPECT_EQ(idle[1]->receive(), "");
}

TEST_F(ServerTest, AThousandConnectionsAndStillAnswers) {
  begin();
  std::vector<std::unique_ptr<Client>> idle;
  for (int n = 0; n < 400; ++n)
    idle.push_back(std::make_unique<Client>("127.0.1." + std::to_string(1 + n % 100), port));
  const std::int64_t begun = monotonic_ms();
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 200 "));
  EXPECT_LT(monotonic_ms() - begun, 1000);
}

TEST_F(ServerTest, TheControlSideMayDieHangAndComeBack) {
  begin();
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 200 "));
  daemon.hang_up();
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(load(kIllAt, "/generate_204", "www.gstatic.com"), StartsWith("HTTP/1.1 302 "));
  daemon.serve();
  std::this_thread::sleep_for(std::chrono::milliseconds(ControlClient::kRestMs + 50));
  EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 200 "));
  daemon.asleep = true;
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const std::int64_t begun = monotonic_ms();
  for (int n = 0; n < 20; ++n) EXPECT_THAT(load(kIllAt), StartsWith("HTTP/1.1 503 "));
  EXPECT_LT(monotonic_ms() - begun, 1500) << "a daemon that hangs holds one request up, not each";
}

TEST_F(ServerTest, TheControlSocketIsPrivateAndAnswersNonsenseWithTrouble) {
  begin();
  struct stat there {};
  ASSERT_EQ(stat(daemon.socket().c_str(), &there), 0);
  EXPECT_EQ(there.st_mode & 0777, 0660U);
  ControlServer second(daemon.socket(), [](const Ask&) { return Nobody{}; });
  EXPECT_THAT(second.problem(), HasSubstr("another process answers there"));
  const auto other = daemon.socket().parent_path() / "file";
  std::ofstream(other) << "x";
  EXPECT_THAT(ControlServer(other, [](const Ask&) { return Nobody{}; }).problem(), HasSubstr("no socket"));

  const int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  daemon.socket().string().copy(name.sun_path, sizeof name.sun_path - 1);
  ASSERT_EQ(connect(s, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  const std::string asks = "nonsense\n" + to_line(AskLine{IpAddress::v4(0x7f000063)}) + "\n";
  ASSERT_EQ(send(s, asks.data(), asks.size(), 0), static_cast<ssize_t>(asks.size()));
  std::string answers;
  char block[1000];
  for (ssize_t n = 0;
       std::count(answers.begin(), answers.end(), '\n') < 2 && (n = recv(s, block, sizeof block, 0)) > 0;)
    answers.append(block, static_cast<std::size_t>(n));
  EXPECT_EQ(answers, "{\"error\":\"the line is no JSON object\",\"v\":1}\n{\"line\":null,\"v\":1}\n");
  const std::string endless(2 * kLongestAsk, 'x');
  (void)send(s, endless.data(), endless.size(), MSG_NOSIGNAL);
  EXPECT_LE(recv(s, block, sizeof block, 0), 0) << "what never ends its line is hung up on";
  close(s);
}

TEST(GardenServer, SaysWhatIsWrongWithAnAddress) {
  GardenServer server([](const Request&) { return Response{}; }, {});
  EXPECT_THAT(std::get<std::string>(server.listen({"portal.example", 80, false})), HasSubstr("no numeric"));
  EXPECT_THAT(std::get<std::string>(server.listen({"192.0.2.1", 8080, false})), StartsWith("192.0.2.1 port 8080: "));
}

TEST(GardenServer, TheLimitsKeyIsTheAddressOrItsFirst64Bits) {
  EXPECT_EQ(limit_key(IpAddress::v4(0x7f000001)), "127.0.0.1");
  EXPECT_EQ(limit_key({0x2001'0db8'0000'0001, 5}), limit_key({0x2001'0db8'0000'0001, 6}));
  EXPECT_NE(limit_key({0x2001'0db8'0000'0001, 5}), limit_key({0x2001'0db8'0000'0002, 5}));
}

}  // namespace
}  // namespace lazaret::portal
