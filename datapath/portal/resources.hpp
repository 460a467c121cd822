// What the portal's pages are made of, embedded at build time (cmake/embed.cmake): the process reads no file of its own.
// Ownership: static storage. Threads: constant.
#pragma once

#include <string_view>

namespace lazaret::portal::resource {

[[nodiscard]] std::string_view page();     ///< page.html.mustache
[[nodiscard]] std::string_view style();    ///< portal.css
[[nodiscard]] std::string_view english();  ///< texts/en.yaml
[[nodiscard]] std::string_view german();   ///< texts/de.yaml
[[nodiscard]] std::string_view french();   ///< texts/fr.yaml

}  // namespace lazaret::portal::resource
