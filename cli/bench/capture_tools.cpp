#include "cli/bench/capture_tools.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <span>
#include <utility>

#include "cli/bench/measure.hpp"
#include "core/engine.hpp"
#include "core/packet/decode.hpp"
#include "scenarios/capture.hpp"
#include "scenarios/prefix_set.hpp"

namespace lazaret::bench {
namespace {

namespace fs = std::filesystem;

/// The packets of subscribers, in memory, as a port would give them.
struct Loaded {
  struct Packet {
    Timestamp at;
    std::size_t from = 0;
    std::uint32_t wire_length = 0;
    std::uint16_t held = 0;
    Direction direction = Direction::upstream;
  };
  std::uint64_t records = 0;
  std::vector<Packet> packets;
  std::vector<std::uint8_t> octets;
  std::vector<Prefix> holdings;  ///< one an account
};

std::variant<Loaded, Problem> load(const fs::path& file, const std::vector<Prefix>& subscribers) {
  auto opened = Capture::open(file);
  if (auto* problem = std::get_if<Problem>(&opened)) return *problem;
  Capture& capture = std::get<Capture>(opened);
  const PrefixSet within(subscribers);
  Loaded loaded;
  std::set<Prefix> holdings;
  CaptureRecord record;
  Timestamp last;
  while (capture.next(record)) {
    ++loaded.records;
    if (record.skip != nullptr) continue;
    const Facts facts = decode(record.frame);
    if (facts.parse != Parse::ip) continue;
    const bool up = within.find(facts.source) != nullptr;
    if (!up && within.find(facts.destination) == nullptr) continue;
    const IpAddress own = up ? facts.source : facts.destination;
    const std::uint8_t length = own.is_v4() ? 128 : 64;
    holdings.insert({truncate(own, length), length});
    last.ns = std::max(last.ns, record.stamp_ns);
    loaded.packets.push_back({last, loaded.octets.size(), record.wire_length,
                              static_cast<std::uint16_t>(record.frame.size()),
                              up ? Direction::upstream : Direction::downstream});
    loaded.octets.insert(loaded.octets.end(), record.frame.begin(), record.frame.end());
  }
  if (!capture.damage().empty()) return Problem{file.string() + ": " + capture.damage()};
  if (loaded.packets.empty())
    return Problem{file.string() + ": none of its packets is of --subscribers; name the prefix that its homes lie in"};
  loaded.holdings.assign(holdings.begin(), holdings.end());
  return loaded;
}

double thread_ns() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

/// A new engine each time, so that each turn is the same.
double engine_turn(const Loaded& loaded) {
  Limits limits;
  limits.accounts = static_cast<std::uint32_t>(loaded.holdings.size());
  limits.bindings = limits.accounts;
  Engine engine(Policy{}, limits, Seed{1});
  const Timestamp begin = loaded.packets.front().at;
  std::uint32_t account = 0;
  for (const Prefix& holding : loaded.holdings) {
    Command bind;
    bind.at = begin;
    bind.account = {++account};
    bind.prefix = holding;
    static_cast<void>(engine.process({begin, {}, {&bind, 1}}));
  }
  std::array<PacketView, kBurst> burst;
  const double began = thread_ns();
  for (std::size_t first = 0; first < loaded.packets.size(); first += kBurst) {
    const std::size_t count = std::min(kBurst, loaded.packets.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const Loaded::Packet& p = loaded.packets[first + i];
      burst[i] = {p.at, {loaded.octets.data() + p.from, p.held}, p.wire_length, p.direction};
    }
    static_cast<void>(engine.process({burst[count - 1].at, std::span(burst).first(count), {}}));
  }
  return (thread_ns() - began) / static_cast<double>(loaded.packets.size());
}

std::optional<fs::path> in_path(const std::string& program) {
  const char* const path = std::getenv("PATH");
  for (std::string_view rest = path != nullptr ? path : ""; !rest.empty();) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const fs::path file = fs::path(rest.substr(0, colon)) / program;
    if (access(file.c_str(), X_OK) == 0) return file;
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return std::nullopt;
}

struct Tool {
  std::string name;
  std::vector<std::string> words;  ///< after the program's own name
};

/// Seconds of processor time of a whole run; a Problem where it ends otherwise than well.
std::variant<double, Problem> run(const fs::path& program, const Tool& tool) {
  std::vector<std::string> words = tool.words;
  words.insert(words.begin(), tool.name);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) return Problem{"no process can be made"};
  if (child == 0) {
    const int null = open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) dup2(null, stream);
    execv(program.c_str(), arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    return Problem{"it does not take this capture"};
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

std::variant<std::optional<CaptureFigures>, Problem> measure_capture(
    const fs::path& file, const std::vector<Prefix>& subscribers, unsigned repeat,
    const std::function<void(const std::string&)>& step, const std::function<bool()>& go_on) {
  step("reading");
  const auto read = load(file, subscribers);
  if (const auto* problem = std::get_if<Problem>(&read)) return *problem;
  const Loaded& loaded = std::get<Loaded>(read);
  // Whatever they write goes here, and away.
  std::string scratch = fs::temp_directory_path() / "lazaret-bench-XXXXXX";
  if (mkdtemp(scratch.data()) == nullptr) return Problem{scratch + ": no directory can be made there"};
  const std::string name = file.string();
  const Tool reading{"tcpdump", {"-n", "-r", name, "ip proto 254"}};
  const Tool others[] = {{"suricata", {"-r", name, "-S", "/dev/null", "-l", scratch, "--runmode", "single"}},
                         {"ndpiReader", {"-i", name, "-q"}},
                         {"argus", {"-r", name, "-w", scratch + "/argus"}}};
  CaptureFigures figures;
  figures.packets = loaded.records, figures.judged = loaded.packets.size(), figures.accounts = loaded.holdings.size();
  std::vector<double> engine, floor;
  std::array<std::vector<double>, std::size(others)> costs;
  std::array<std::string, std::size(others)> why_not;
  const auto reader = in_path(reading.name);
  const auto packets = static_cast<double>(loaded.records);
  bool stopped = false;
  for (unsigned turn = 0; turn < repeat && !stopped; ++turn) {
    step(fmt::format("turn {} of {}: the engine", turn + 1, repeat));
    engine.push_back(engine_turn(loaded));
    if (reader) {
      const auto cost = run(*reader, reading);
      if (const auto* seconds = std::get_if<double>(&cost)) floor.push_back(*seconds * 1e9 / packets);
    }
    for (std::size_t i = 0; i < std::size(others) && !stopped; ++i) {
      stopped = !go_on();
      const auto program = in_path(others[i].name);
      if (!program) why_not[i] = "not installed";
      if (!program || stopped || !why_not[i].empty()) continue;
      step(fmt::format("turn {} of {}: {}", turn + 1, repeat, others[i].name));
      const auto cost = run(*program, others[i]);
      if (const auto* problem = std::get_if<Problem>(&cost))
        why_not[i] = problem->message;
      else
        costs[i].push_back(std::get<double>(cost) * 1e9 / packets);
    }
  }
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  if (stopped) return std::optional<CaptureFigures>{};
  figures.engine_ns = median_of(engine);
  if (!floor.empty()) figures.reading_ns = median_of(floor);
  for (std::size_t i = 0; i < std::size(others); ++i) {
    ToolRow row{others[i].name, std::nullopt, why_not[i]};
    if (row.why_not.empty() && figures.reading_ns) row.cpu_ns_per_packet = median_of(costs[i]) - *figures.reading_ns;
    if (row.why_not.empty() && !figures.reading_ns) row.why_not = "without tcpdump nobody knows what reading costs";
    figures.others.push_back(std::move(row));
  }
  return std::optional(figures);
}

}  // namespace lazaret::bench
