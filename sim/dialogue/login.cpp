// Guessing passwords: FTP (RFC 959), telnet and SSH, both sides. Whoever guesses is always wrong. Of SSH there are the
// banners and, in OpenSSH's order and about its sizes, octets that mean nothing.
#include <algorithm>
#include <array>

#include "sim/dialogue/job.hpp"
#include "sim/dialogue/servers.hpp"
#include "sim/dialogue/text_lines.hpp"

namespace lazaret {
namespace {

constexpr Duration kLoginPatience = seconds(60);
constexpr int kGuesses = 3;  // in a session
constexpr std::string_view kAskName = "login: ", kAskPassword = "Password: ";
constexpr std::string_view kServerBanner = "SSH-2.0-OpenSSH_9.2p1\r\n", kClientBanner = "SSH-2.0-libssh2_1.10.0\r\n";

/// What the client says at once, and what the server answers.
struct Turn {
  std::uint32_t client, server;
};
// Algorithms; key exchange; the service; who is allowed what; three passwords.
constexpr std::array<Turn, 7> kTurns{{{1100, 1080}, {48, 564}, {60, 44}, {64, 52}, {148, 52}, {148, 52}, {148, 52}}};

void say_opaque(Link& link, std::uint32_t octets) { link.send({}, octets, '\xa5'); }

struct GuessJob : Job {
  GuessJob(JobContext context, LoginGuess guess) : Job(std::move(context)), what(guess) {}
  virtual void hear(std::string_view) = 0;

  void start() override {
    deadline(kLoginPatience);
    const bool going = connect(what.to, what.port,
                               {[this] { connected = true; },
                                [this](std::string_view octets) {
                                  if (!finished()) hear(octets);
                                },
                                [this](LinkEnd) { finish(connected ? Result::failed : Result::refused); }});
    if (!going) finish(Result::failed);
  }
  void give_up() {
    link_->close();
    finish(Result::failed);
  }
  LoginGuess what;
  bool connected = false;
};

struct FtpGuess : GuessJob {
  using GuessJob::GuessJob;
  void hear(std::string_view octets) override {
    lines.append(octets);
    while (const auto line = lines.next()) {
      const std::string_view code = line->substr(0, 3);
      if (code == "220" || (code == "530" && ++refused < kGuesses))
        link_->send("USER admin\r\n");
      else if (code == "331")
        link_->send("PASS " + std::to_string(context_.device.draw.integer(100'000, 999'999)) + "\r\n");
      else if (code == "530")
        link_->send("QUIT\r\n");
      else
        return give_up();
    }
  }
  TextLines lines;
  int refused = 0;
};

struct TelnetGuess : GuessJob {
  using GuessJob::GuessJob;
  void hear(std::string_view octets) override {
    text += octets;
    if (text.ends_with(kAskName)) {
      text.clear();
      link_->send("root\r\n");
    } else if (text.ends_with(kAskPassword)) {
      text.clear();
      link_->send(std::to_string(context_.device.draw.integer(100'000, 999'999)) + "\r\n");
    }
  }
  std::string text;
};

struct SshGuess : GuessJob {
  using GuessJob::GuessJob;
  void hear(std::string_view octets) override {
    for (received += octets.size(); received >= due;) {
      if (turn == kTurns.size()) return give_up();
      if (turn == 0) link_->send(kClientBanner);
      say_opaque(*link_, kTurns[turn].client);
      due += kTurns[turn++].server;
    }
  }
  std::uint64_t received = 0, due = kServerBanner.size();
  std::size_t turn = 0;
};

void serve_ftp(Link& link) {
  Link* const raw = &link;
  auto lines = std::make_shared<TextLines>();
  link.on({{},
           [raw, lines](std::string_view octets) {
             lines->append(octets);
             while (const auto line = lines->next()) {
               const std::string_view word = line->substr(0, 4);
               raw->send(word == "USER"   ? "331 Please specify the password.\r\n"
                         : word == "PASS" ? "530 Login incorrect.\r\n"
                                          : "221 Goodbye.\r\n");
               if (word == "QUIT") raw->close();
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
  link.send("220 Welcome\r\n");
}

struct TelnetSession {
  TextLines lines;
  bool named = false;
  int refused = 0;
};

void serve_telnet(Link& link) {
  Link* const raw = &link;
  auto session = std::make_shared<TelnetSession>();
  link.on({{},
           [raw, session](std::string_view octets) {
             session->lines.append(octets);
             while (session->lines.next()) {
               if (!std::exchange(session->named, !session->named)) {
                 raw->send(kAskPassword);
               } else if (++session->refused < kGuesses) {
                 raw->send("\r\nLogin incorrect\r\n" + std::string(kAskName));
               } else {
                 raw->send("\r\nLogin incorrect\r\n");
                 raw->close();
               }
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
  link.send("\r\n" + std::string(kAskName));
}

struct SshSession {
  std::uint64_t received = 0, due = kClientBanner.size() + kTurns[0].client;
  std::size_t turn = 0;
};

void serve_ssh(Link& link) {
  Link* const raw = &link;
  auto session = std::make_shared<SshSession>();
  link.on({{},
           [raw, session](std::string_view octets) {
             session->received += octets.size();
             while (session->turn < kTurns.size() && session->received >= session->due) {
               say_opaque(*raw, kTurns[session->turn].server);
               if (++session->turn < kTurns.size()) session->due += kTurns[session->turn].client;
             }
           },
           [raw](LinkEnd) { raw->drop(); }});
  link.send(kServerBanner);
}

struct LoginServer : Server {
  explicit LoginServer(Machine& host)
      : ftp(host.listen(kFtpPort, serve_ftp)),
        ssh(host.listen(kSshPort, serve_ssh)),
        telnet(host.listen(kTelnetPort, serve_telnet)) {}
  std::unique_ptr<Listener> ftp, ssh, telnet;
};

}  // namespace

std::shared_ptr<Job> make_job(JobContext context, const LoginGuess& what) {
  if (what.port == kFtpPort) return std::make_shared<FtpGuess>(std::move(context), what);
  if (what.port == kTelnetPort) return std::make_shared<TelnetGuess>(std::move(context), what);
  return std::make_shared<SshGuess>(std::move(context), what);
}

std::unique_ptr<Server> make_login_server(Machine& host) { return std::make_unique<LoginServer>(host); }

}  // namespace lazaret
