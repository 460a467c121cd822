// libFuzzer target: any octets as a program of commands and packets, through engines cut and sharded in several ways
// and through the naive reference; every law must hold. With LAZARET_CANARY the reference takes any acknowledgment for
// an answer, which the fuzzer must find.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/laws.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lazaret;
#ifdef LAZARET_CANARY
  constexpr laws::Slip kSlip = laws::Slip::any_acknowledgment;
#else
  constexpr laws::Slip kSlip = laws::Slip::none;
#endif
  const std::string broken = fuzz::broken_law(fuzz::read_program({data, size}), nullptr, kSlip);
  if (!broken.empty()) {
    std::fprintf(stderr, "broken law: %s\n", broken.c_str());
    std::abort();
  }
  return 0;
}
