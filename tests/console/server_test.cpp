// Over real sockets, with TLS: who is slow, large or no TLS at all costs nobody else anything.
#include <gmock/gmock.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "datapath/portal/garden_server.hpp"
#include "tests/console/desk.hpp"

namespace lazaret::console {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A certificate for console.example that signs itself, and its key.
void write_keys(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  EVP_PKEY* pair = EVP_EC_gen("P-256");
  X509* made = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -60);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_set_pubkey(made, pair);
  const unsigned char name[] = "console.example";
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, name, -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509_sign(made, pair, EVP_sha256());
  BIO* out = BIO_new_file(certificate.c_str(), "w");
  PEM_write_bio_X509(out, made);
  BIO_free(out);
  out = BIO_new_file(key.c_str(), "w");
  PEM_write_bio_PrivateKey(out, pair, nullptr, nullptr, 0, nullptr, nullptr);
  BIO_free(out);
  X509_free(made);
  EVP_PKEY_free(pair);
}

struct console_server : ::testing::Test {
  void begin(std::int64_t request_ms = 8000) {
    write_keys(desk.scratch.path / "c.pem", desk.scratch.path / "k.pem");
    ASSERT_EQ(keys.load(desk.scratch.path / "c.pem", desk.scratch.path / "k.pem"), "");
    portal::ServerLimits limits;
    limits.request_ms = request_ms;
    server = std::make_unique<portal::GardenServer>([this](const Request& r) { return desk.console->answer(r); },
                                                    limits, console_reads(), &keys);
    port = std::get<std::uint16_t>(server->listen({"127.0.0.1", 0, false}));
    thread = std::thread([this] { server->run(); });
  }
  ~console_server() override {
    if (server) server->stop();
    if (thread.joinable()) thread.join();
  }
  std::unique_ptr<httplib::SSLClient> client() const {
    auto made = std::make_unique<httplib::SSLClient>("127.0.0.1", port);
    made->enable_server_certificate_verification(false);
    made->set_default_headers({{"Host", "console.example"}});
    made->set_read_timeout(5);
    return made;
  }

  Desk desk{false};
  portal::TlsKeys keys;
  std::unique_ptr<portal::GardenServer> server;
  std::uint16_t port = 0;
  std::thread thread;
};

TEST_F(console_server, speaks_tls_from_the_door_to_the_trail) {
  begin();
  const auto page = client()->Get("/login");
  ASSERT_TRUE(page) << httplib::to_string(page.error());
  EXPECT_EQ(page->status, 200);
  const auto in = client()->Post("/login", {{"Host", "console.example"}, {"Origin", "https://console.example"}},
                                 httplib::Params{{"token", desk.helpdesk}});
  ASSERT_TRUE(in);
  EXPECT_EQ(in->status, 303);
  const std::string cookie = in->get_header_value("Set-Cookie");
  const auto inside =
      client()->Get("/accounts/7", {{"Host", "console.example"}, {"Cookie", cookie.substr(0, cookie.find(';'))}});
  ASSERT_TRUE(inside);
  EXPECT_THAT(inside->body, HasSubstr("Account 7"));
  const auto done = client()->Post("/api/v1/accounts/7/release",
                                   {{"Host", "console.example"}, {"Authorization", "Bearer " + desk.helpdesk}},
                                   R"({"reason":"cleaned"})", "application/json");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->status, 200) << done->body;
  const auto style = client()->Get("/console.css");
  ASSERT_TRUE(style);
  EXPECT_THAT(style->body, StartsWith(":root"));
}

TEST_F(console_server, refuses_what_is_too_large) {
  begin();
  const auto body = client()->Post("/api/v1/fuse/reset", {{"Host", "console.example"}}, std::string(100'000, 'x'),
                                   "application/json");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->status, 413);
  const auto head = client()->Get("/login", {{"Host", "console.example"}, {"X", std::string(20'000, 'x')}});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 431);
  const auto still = client()->Get("/login");
  ASSERT_TRUE(still);
  EXPECT_EQ(still->status, 200);
}

TEST_F(console_server, lets_nobody_wait_for_who_is_slow_or_speaks_no_tls) {
  begin(400);
  const auto silent = [&] {
    const int s = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port);
    EXPECT_EQ(::connect(s, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    return s;
  };
  const int idle = silent(), plain = silent();
  const std::string request = "GET / HTTP/1.1\r\nHost: console.example\r\n\r\n";
  EXPECT_EQ(::send(plain, request.data(), request.size(), 0), static_cast<ssize_t>(request.size()));
  const auto page = client()->Get("/login");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  for (const int s : {idle, plain}) {
    const timeval patience{5, 0};
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char block[4096];
    ssize_t n = 0;
    while ((n = ::recv(s, block, sizeof block, 0)) > 0) EXPECT_NE(std::string(block, 4), "HTTP");
    EXPECT_TRUE(n == 0 || errno == ECONNRESET) << "ended, not waited for: " << errno;
    ::close(s);
  }
}

TEST_F(console_server, says_what_is_wrong_with_keys) {
  std::ofstream(desk.scratch.path / "bad.pem") << "nothing\n";
  EXPECT_THAT(keys.load(desk.scratch.path / "bad.pem", desk.scratch.path / "bad.pem"), HasSubstr("bad.pem: "));
  EXPECT_THAT(keys.load(desk.scratch.path / "none.pem", desk.scratch.path / "none.pem"), HasSubstr("none.pem: "));
}

}  // namespace
}  // namespace lazaret::console
