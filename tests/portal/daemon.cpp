#include "tests/portal/daemon.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <stdexcept>

#include "scenarios/run_directory.hpp"

namespace lazaret::portal {

Daemon::Daemon(const Policy& policy)
    : world_(policy),
      steering_(Limits{}, Seed{1}, 1),
      desk_({[this](IpAddress a) { return steering_.holder(a); }, [this](AccountId a) { return world_.status(a); },
             [this](AccountId a, Choice c) { return commit(a, c); }},
            policy) {
  std::string name = std::filesystem::temp_directory_path() / "lazaret-portal-XXXXXX";
  directory_ = mkdtemp(name.data());
  socket_ = directory_ / "control";
  world_.now = Timestamp{} + seconds(kBegin_s);
}

Daemon::~Daemon() {
  hang_up();
  std::filesystem::remove_all(directory_);
}

void Daemon::bind(AccountId account, const std::string& address) {
  const std::scoped_lock guard(lock_);
  world_.bind(account, address);
  Command c{.at = world_.now, .kind = CommandKind::bind, .account = account, .prefix = {}, .line = {}};
  c.prefix = {frames::address(address), 128};
  steering_.apply(c);
}

void Daemon::infect(AccountId account, const std::string& address) {
  bind(account, address);
  const std::scoped_lock guard(lock_);
  story::Line line(world_, account, address);
  line.hear();
  if (story::scan_until_quarantined(world_, line, account, account.value * 1000) == 0)
    throw std::runtime_error("the scanner was not caught");
  world_.wait(2);
  note();
}

void Daemon::note() {
  const std::span<const Event> all(world_.events);
  desk_.note(all.subspan(noted_));
  noted_ = all.size();
}

void Daemon::wait(double s) {
  const std::scoped_lock guard(lock_);
  world_.wait(s);
  note();
}

void Daemon::command(CommandKind kind, AccountId account) {
  const std::scoped_lock guard(lock_);
  world_.command(kind, account);
  world_.wait(2);
  note();
}

AccountStatus Daemon::status(AccountId account) {
  const std::scoped_lock guard(lock_);
  return world_.status(account);
}

std::int64_t Daemon::now_s() {
  const std::scoped_lock guard(lock_);
  return world_.now.ns / kNsPerSecond;
}

Answer Daemon::answer(const Ask& ask) {
  const std::scoped_lock guard(lock_);
  return desk_.answer(ask);
}

std::size_t Daemon::remembered() {
  const std::scoped_lock guard(lock_);
  return desk_.remembered();
}

bool Daemon::commit(AccountId account, Choice choice) {
  if (disk_full) return false;
  const Command c{
      .at = world_.now, .kind = CommandKind::choose, .choice = choice, .account = account, .prefix = {}, .line = {}};
  const std::string line = to_json(c) + "\n";
  const int log = open((directory_ / "commands.jsonl").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool kept =
      log >= 0 && write(log, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fdatasync(log) == 0;
  if (log >= 0) close(log);
  if (!kept) return false;
  world_.command(CommandKind::choose, account, choice);
  note();
  return true;
}

std::vector<std::string> Daemon::committed() const {
  std::vector<std::string> lines;
  std::ifstream in(directory_ / "commands.jsonl");
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void Daemon::serve() {
  serving_ = true;
  auto server = std::make_unique<ControlServer>(socket_, [this](const Ask& ask) { return answer(ask); });
  if (!server->problem().empty()) throw std::runtime_error(server->problem());
  thread_ = std::thread([this, server = std::move(server)] {
    while (serving_)
      if (asleep)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
      else
        server->serve(10);
  });
}

void Daemon::hang_up() {
  serving_ = false;
  if (thread_.joinable()) thread_.join();
}

}  // namespace lazaret::portal
