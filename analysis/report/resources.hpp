// What the report is made of, embedded at build time (cmake/embed.cmake) so that it needs no file at run time.
// Ownership: static storage. Threads: constant.
#pragma once

#include <string_view>

namespace lazaret::resource {

[[nodiscard]] std::string_view page();       ///< report.html.mustache
[[nodiscard]] std::string_view style();      ///< report.css
[[nodiscard]] std::string_view scripts();    ///< our own *.js, joined
[[nodiscard]] std::string_view d3();         ///< d3 version 3, by Michael Bostock, BSD-3-Clause
[[nodiscard]] std::string_view d3_notice();  ///< its copyright file; empty where the build machine had none

}  // namespace lazaret::resource
