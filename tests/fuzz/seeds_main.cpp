// Writes the seeds where libFuzzer reads them: seeds_main DIRECTORY makes DIRECTORY/decode, DIRECTORY/engine and
// DIRECTORY/dns_log.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/fuzz/seeds.hpp"
#include "tests/scenarios/dns_logs.hpp"

namespace {

/// The format's number, then a log of it.
std::vector<lazaret::fuzz::NamedSeed> dns_log_seeds() {
  using namespace lazaret;
  std::vector<fuzz::NamedSeed> seeds;
  for (const auto& [format, name] : kDnsLogFormats) {
    std::vector<DnsLogEntry> entries = random_dns_entries(1, 2, false);
    for (const std::string& text : {dns_log_sample(format), write_dns_log(format, entries)}) {
      frames::Octets octets = {static_cast<std::uint8_t>(format)};
      octets.insert(octets.end(), text.begin(), text.end());
      seeds.emplace_back(std::string(name) + std::to_string(seeds.size()), std::move(octets));
    }
  }
  return seeds;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace lazaret;
  if (argc != 2) {
    std::cerr << "usage: fuzz_seeds DIRECTORY\n";
    return 2;
  }
  const auto write = [](const std::filesystem::path& folder, const std::vector<fuzz::NamedSeed>& seeds) {
    std::filesystem::create_directories(folder);
    for (const auto& [name, octets] : seeds) {
      std::ofstream file(folder / name, std::ios::binary);
      for (const std::uint8_t octet : octets) file.put(static_cast<char>(octet));
      if (!file.flush()) {
        std::cerr << "cannot write " << (folder / name) << '\n';
        return false;
      }
    }
    return true;
  };
  const std::filesystem::path root = argv[1];
  return write(root / "decode", fuzz::decode_seeds()) && write(root / "engine", fuzz::engine_seeds()) &&
                 write(root / "dns_log", dns_log_seeds())
             ? 0
             : 3;
}
