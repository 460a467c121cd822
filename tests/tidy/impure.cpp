// A library that reads the clock, so that the symbol test can be seen to fail.
#include <ctime>

long impure_now() { return std::time(nullptr); }
