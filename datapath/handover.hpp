// Tells the thread sanitizer of hand-overs that happen inside DPDK's own libraries, which are not instrumented: a
// packet that goes through a port's ring, a buffer that goes back to its pool. Both are real acquire/release pairs
// there; in any other build these functions are nothing. Rings that this room itself reads and writes need no such
// word: their code is inline and compiled here (RTE_USE_C11_MEM_MODEL). Ownership: none. Threads: any.
#pragma once

#if defined(__SANITIZE_THREAD__)
#define LAZARET_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LAZARET_TSAN 1
#endif
#endif

#ifdef LAZARET_TSAN
extern "C" void __tsan_acquire(void* address);
extern "C" void __tsan_release(void* address);
#endif

namespace lazaret {

/// What this thread did before is handed over under `token`.
inline void hand_over([[maybe_unused]] void* token) {
#ifdef LAZARET_TSAN
  __tsan_release(token);
#endif
}

/// What other threads handed over under `token` is taken.
inline void take_over([[maybe_unused]] void* token) {
#ifdef LAZARET_TSAN
  __tsan_acquire(token);
#endif
}

}  // namespace lazaret
