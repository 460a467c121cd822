#include "datapath/eal.hpp"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <sched.h>
#include <unistd.h>

#include <cassert>
#include <fstream>
#include <string>
#include <vector>

#include "datapath/handover.hpp"
#include "datapath/mbuf.hpp"

namespace lazaret {
namespace {

constexpr unsigned kMemoryMib = 256;

/// The CPUs that this process may use, as EAL writes them: "0,1,5".
std::string usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) return "0";
  std::string text;
  for (unsigned cpu = 0; cpu < RTE_MAX_LCORE; ++cpu) {  // EAL knows no CPU beyond that
    if (CPU_ISSET(cpu, &set)) text.append(text.empty() ? "" : ",").append(std::to_string(cpu));
  }
  return text;
}

/// Packet buffers lie in huge pages where somebody has reserved enough of them: small ones make every packet dearer.
bool huge_pages_reserved() {
  std::ifstream file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  unsigned free = 0;
  return file >> free && free >= kMemoryMib / 2;
}

std::optional<Problem> start() {
  // lcore 0 is the control core. --no-huge refuses --in-memory and needs a prefix of its own.
  const std::string lcores = "(0-" + std::to_string(kWorkersMax) + ")@(" + usable_cpus() + ")";
  std::vector<std::string> words = {"lazaret",
                                    huge_pages_reserved() ? "--in-memory" : "--no-huge",
                                    "-m",
                                    std::to_string(kMemoryMib),
                                    "--no-pci",
                                    "--no-telemetry",
                                    "--no-shconf",
                                    "--log-level",
                                    "lib.*:warning",
                                    "--main-lcore",
                                    "0",
                                    "--lcores",
                                    lcores,
                                    "--file-prefix",
                                    "lazaret_" + std::to_string(getpid())};
  // EAL reorders its arguments and may keep pointers into them.
  static std::vector<std::string> kept;
  kept = std::move(words);
  std::vector<char*> arguments;
  for (std::string& word : kept) arguments.push_back(word.data());
  if (rte_eal_init(static_cast<int>(arguments.size()), arguments.data()) < 0) {
    return Problem{std::string("DPDK's environment cannot be started: ") + rte_strerror(rte_errno) + "; it needs " +
                   std::to_string(kMemoryMib) + " MiB of memory (lcores " + lcores + ")"};
  }
  // With --no-shconf nothing is kept in it, and EAL itself never removes it.
  rmdir(rte_eal_get_runtime_dir());
  return register_mbuf_marks();
}

int run_work(void* argument) {
  take_over(argument);
  (*static_cast<std::function<void()>*>(argument))();
  hand_over(argument);
  return 0;
}

}  // namespace

std::optional<Problem> register_mbuf_marks() {
  static const rte_mbuf_dynfield kWireLength = {"lazaret_wire_length", sizeof(std::uint32_t), alignof(std::uint32_t),
                                                0};
  static const rte_mbuf_dynflag kHasWireLength = {"lazaret_has_wire_length", 0};
  mbuf_marks.wire_length = rte_mbuf_dynfield_register(&kWireLength);
  const int bit = rte_mbuf_dynflag_register(&kHasWireLength);
  if (mbuf_marks.wire_length < 0 || bit < 0 ||
      rte_mbuf_dyn_rx_timestamp_register(&mbuf_marks.stamp, &mbuf_marks.has_stamp) != 0) {
    return Problem{std::string("DPDK's packet buffers have no room for a time stamp: ") + rte_strerror(rte_errno)};
  }
  mbuf_marks.has_wire_length = std::uint64_t{1} << bit;
  return std::nullopt;
}

std::optional<Problem> start_eal() {
  static const std::optional<Problem> outcome = start();
  return outcome;
}

AtWork::AtWork(unsigned worker, std::function<void()>& work) : lcore_(worker + 1), work_(work) {
  assert(worker < kWorkersMax);
  hand_over(&work);
  [[maybe_unused]] const int refused = rte_eal_remote_launch(run_work, &work, lcore_);
  assert(refused == 0);
}

AtWork::~AtWork() {
  rte_eal_wait_lcore(lcore_);
  take_over(&work_);
}

}  // namespace lazaret
