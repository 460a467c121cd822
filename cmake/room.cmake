# What every room shares: warnings as errors, include paths from the repository root, sanitizers.

add_library(lazaret_flags INTERFACE)
target_include_directories(lazaret_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(lazaret_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wnull-dereference -Werror
  # GCC 12 takes std::string concatenation at -O3 for overlapping copies (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  # `|` between conditions is meant where it stands: one branch for all of them (core/packet/glance.hpp).
  $<$<CXX_COMPILER_ID:Clang>:-Wno-bitwise-instead-of-logical>)
if(LAZARET_SANITIZE)
  target_compile_options(lazaret_flags INTERFACE
    -fsanitize=${LAZARET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer
    # GCC's flow analysis sees the sanitizer's own branches.
    -Wno-null-dereference -Wno-maybe-uninitialized -Wno-uninitialized)
  target_link_options(lazaret_flags INTERFACE -fsanitize=${LAZARET_SANITIZE})
endif()

# The sanitizers' presets compile several files of a target as one, which halves their build. lazaret_alone(FILES...):
# these stay alone, for they use a name of another file of their target for something else.
function(lazaret_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# lazaret_busy(TARGETS...): what spends a sanitizer build's time running rather than being compiled.
function(lazaret_busy)
  if(LAZARET_SANITIZE)
    foreach(target ${ARGN})
      target_compile_options(${target} PRIVATE -O1)
    endforeach()
  endif()
endfunction()

# lazaret_room(NAME SOURCES... [LINKS PUBLIC targets] [PRIVATE_LINKS targets]): the static library of one room.
function(lazaret_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(lazaret_${name} STATIC ${ROOM_SOURCES})
  target_link_libraries(lazaret_${name} PUBLIC lazaret_flags ${ROOM_LINKS} PRIVATE ${ROOM_PRIVATE_LINKS})
endfunction()
