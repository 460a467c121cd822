// What the console's pages are made of, embedded at build time (cmake/embed.cmake): the process reads no file of its own.
// Ownership: static storage. Threads: constant.
#pragma once

#include <string_view>

namespace lazaret::console::resource {

[[nodiscard]] std::string_view page();     ///< page.html.mustache
[[nodiscard]] std::string_view style();    ///< console.css
[[nodiscard]] std::string_view openapi();  ///< openapi.json

}  // namespace lazaret::console::resource
