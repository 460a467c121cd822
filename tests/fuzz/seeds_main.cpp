// Writes the seeds where libFuzzer reads them: seeds_main DIRECTORY makes DIRECTORY/decode and DIRECTORY/engine.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/fuzz/seeds.hpp"

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
  return write(root / "decode", fuzz::decode_seeds()) && write(root / "engine", fuzz::engine_seeds()) ? 0 : 3;
}
