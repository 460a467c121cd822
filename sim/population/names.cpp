#include "sim/population/names.hpp"

#include <algorithm>

namespace lazaret {

std::string random_label(Stream& draw, std::int64_t least, std::int64_t most) {
  std::string label(static_cast<std::size_t>(draw.integer(least, most)), 'a');
  for (char& letter : label) letter = static_cast<char>('a' + draw.integer(0, 25));
  return label;
}

GeneratedName generated_name(std::uint64_t seed, std::size_t family, std::int64_t day, std::int64_t index) {
  Stream draw(seed, Purpose::generated_names,
              std::uint64_t{family} << 32 | static_cast<std::uint64_t>(day) << 16 | static_cast<std::uint64_t>(index));
  GeneratedName made;
  made.draw = draw.uniform(0, 1);
  made.name = random_label(draw, 8, 16) + ".example";
  return made;
}

std::string mistyped(Stream& draw, std::string_view name) {
  std::string wrong(name);
  const auto label = static_cast<std::int64_t>(std::min(name.find('.'), name.size()));
  wrong.insert(static_cast<std::size_t>(draw.integer(0, label)), random_label(draw, 1, 1));
  return wrong;
}

}  // namespace lazaret
