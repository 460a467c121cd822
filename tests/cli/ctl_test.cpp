// `lazaret ctl` where no daemon answers; with one, tests/daemon/in_line.py runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "tests/cli/process.hpp"
#include "tests/scenarios/files.hpp"

namespace lazaret {
namespace {

using testing::HasSubstr;

const std::string kCtl = LAZARET_BIN_DIR "/lazaret-ctl";

/// Takes one connection, reads a line, answers and hangs up.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path().c_str(), sizeof address.sun_path - 1);
    socket_ = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    serving_ = std::thread([this, answer = std::move(answer)] {
      const int peer = accept(socket_, nullptr, nullptr);
      char c = 0;
      while (read(peer, &c, 1) == 1 && c != '\n') asked_ += c;
      EXPECT_EQ(write(peer, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
      close(peer);
    });
  }
  ~OneAnswer() {
    if (serving_.joinable()) serving_.join();
    close(socket_);
  }
  [[nodiscard]] std::string path() const { return scratch_.path / "s"; }
  std::string asked() {
    serving_.join();
    return asked_;
  }

 private:
  ScratchDirectory scratch_;
  int socket_ = -1;
  std::string asked_;
  std::thread serving_;
};

TEST(ctl_verb, asks_in_the_daemons_words_and_prints_its_answer) {
  OneAnswer daemon("{\"received\":12,\"problem\":null,\"state\":\"clear\",\"v\":1}\n");
  const Finished run = run_command(kCtl + " --socket " + daemon.path() + " release 17 false_alarm");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "received  12\nproblem   -\nstate     clear\n");
  EXPECT_EQ(daemon.asked(), R"({"v":1,"words":["release","17","false_alarm"]})");
}

TEST(ctl_verb, a_refusal_is_bad_input) {
  OneAnswer daemon("{\"error\":\"'x' is no account number\",\"v\":1}\n");
  const Finished run = run_command(kCtl + " --socket " + daemon.path() + " account x");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("'x' is no account number"));
}

TEST(ctl_verb, what_is_no_daemon_is_said) {
  const Finished nobody = run_command(kCtl + " --socket /nowhere/operator.sock status");
  EXPECT_EQ(nobody.exit_code, 2);
  EXPECT_THAT(nobody.err, HasSubstr("is lazaretd at work"));
  {
    OneAnswer cut("{\"received\":");
    const Finished run = run_command(kCtl + " --socket " + cut.path() + " status");
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_THAT(run.err, HasSubstr("hung up"));
  }
  OneAnswer stranger("HTTP/1.1 400 Bad Request\n");
  const Finished run = run_command(kCtl + " --socket " + stranger.path() + " status");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_THAT(run.err, HasSubstr("is no lazaretd"));
}

}  // namespace
}  // namespace lazaret
