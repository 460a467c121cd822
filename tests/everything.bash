# `./lazaret test [--long] [-R REGEX]`: everything that CI runs. Sourced by ./lazaret.
#
#   release build      every test
#   asan, tsan builds  the same tests under the address+undefined and the thread sanitizer
#   fuzz build         each fuzz target for 20 s (--long: 600 s), the canary that must be found included
#
# -R limits to the tests whose names match, in the release build only unless --long.
# Ends with one line "N passed, N failed, N skipped" over all builds; a build that fails counts as one failed.

test_usage() {
  cat <<'TEXT'
usage: ./lazaret test [--long] [-R REGEX]

  --long     fuzz for 600 s per target instead of 20 s, and try each law on five times as many streams: a million random
             steps and more, told law by law
  -R REGEX   only tests whose names match (release build only, unless --long)

examples:
  ./lazaret test
  ./lazaret test -R '^laws\.'

exit codes: 0 all passed; 1 a test failed; 2 bad usage; 3 a build failed; 130 interrupted
TEXT
}

# JUnit file -> "passed failed skipped", then one line "name: why" for each skipped test.
# A test that could not even start ("notrun" without a skip) is a failure.
junit_summary() {
  awk '
    function attribute(name,   found) {
      if (match($0, " " name "=\"[^\"]*\"")) { found = substr($0, RSTART, RLENGTH); sub(/^[^"]*"/, "", found); sub(/"$/, "", found) }
      return found
    }
    function plain(text) {
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "\x27", text)
      gsub(/&amp;/, "\\&", text); gsub(/^[ \t]+|[ \t]+$/, "", text)
      return text
    }
    /<testcase / { name = attribute("name"); status = attribute("status"); why = ""; because = ""; after_skip = 0 }
    /<skipped /  { because = attribute("message") }
    # GoogleTest prints "file:line: Skipped" and the reason on the line after it.
    after_skip && why == "" { why = plain($0) }
    /: Skipped$/ { after_skip = 1 }
    /<\/testcase>/ {
      if (status == "run") ++passed
      else if (status == "disabled" || (status == "notrun" && because ~ /^SKIP/)) {
        ++skipped
        lines[skipped] = name ": " (status == "disabled" ? "disabled" : why == "" ? plain(because) : why)
      } else ++failed
    }
    END {
      print passed + 0, failed + 0, skipped + 0
      for (i = 1; i <= skipped; ++i) print lines[i]
    }' "$1"
}

# run_suite PRESET OPTIONS TARGET CTEST-ARGUMENTS...: builds and tests one preset and adds its numbers to the totals.
run_suite() {
  local preset=$1 options=$2 target=$3 dir="$builds/$1" began=$SECONDS passed failed skipped line
  shift 3
  say "== $preset"
  # In a subshell: a build that fails must not end the other builds.
  if ! (ensure_build "$preset" "$options" "$target"); then
    broken+=("$preset")
    return
  fi
  local results="$dir/junit.xml" launch=()
  rm -f "$results"
  # The thread sanitizer's fixed memory layout does not fit kernels with many random address bits.
  if [[ $preset == tsan ]] && setarch "$(uname -m)" -R true 2>/dev/null; then launch=(setarch "$(uname -m)" -R); fi
  ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:${ASAN_OPTIONS:-} \
  UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-} \
  TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:${TSAN_OPTIONS:-} \
    "${launch[@]}" ctest --test-dir "$dir" --parallel "$(nproc)" --output-on-failure --output-junit "$results" "$@" \
    >"$dir/ctest.log" 2>&1 </dev/null || true  # the results file says what failed
  if [[ ! -s $results ]]; then
    tail -n 20 "$dir/ctest.log" >&2
    say "ctest left no results in $dir"
    broken+=("$preset")
    return
  fi
  { read -r passed failed skipped; while IFS= read -r line; do skips+=("$preset $line"); done; } < <(junit_summary "$results")
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
  if ((failed)); then
    # All of the log but the lines of the tests that passed.
    grep -vE '^ *([0-9]+/[0-9]+ Test +#[0-9]+: .* Passed|Start +[0-9]+: )' "$dir/ctest.log" | tail -n 300 >&2
  fi
  # Each law says how many steps it was tried on (tests/laws/steps.hpp).
  if ((long)) && [[ $preset == release ]]; then
    grep -hoE 'law [a-z() ]+: [0-9]+ random steps' "$results" | sed 's/^/   /' >&2 || true
  fi
  say "   $preset: $passed passed, $failed failed, $skipped skipped, in $((SECONDS - began)) s (log: $dir/ctest.log)"
}

everything() {
  local long=0 regex="" seconds=20 total_passed=0 total_failed=0 total_skipped=0 broken=() skips=() preset began=$SECONDS
  while (($#)); do
    case $1 in
      --long) long=1 seconds=600 ;;
      -R) [[ $# -ge 2 ]] || { test_usage >&2; exit $usage_error; }; regex=$2; shift ;;
      --help | -h) test_usage; exit 0 ;;
      *) say "test: unknown argument '$1'"; test_usage >&2; exit $usage_error ;;
    esac
    shift
  done
  if ((long)); then export LAZARET_LAW_SEEDS=${LAZARET_LAW_SEEDS:-5}; fi
  local select=() all="LAZARET_SIM=ON LAZARET_DATAPATH=ON LAZARET_PORTAL=ON LAZARET_TESTS=ON" presets=(release asan tsan fuzz)
  if [[ -n $regex ]]; then
    select=(-R "$regex")
    ((long)) || presets=(release)
  else
    select=(--no-tests=error)
  fi
  ensure_packages base sim datapath portal tests
  # Only root can make the namespaces; others are told so by the tests.
  if ((EUID == 0)); then ensure_unpacked real; fi
  for preset in "${presets[@]}"; do
    case $preset in
      # Only the fuzz targets: the rest of the house is no business of this compiler.
      fuzz) LAZARET_FUZZ_SECONDS=$seconds run_suite fuzz "LAZARET_FUZZ=ON" tests/fuzz/all "${select[@]}" ;;
      *) run_suite "$preset" "$all" all "${select[@]}" ;;
    esac
  done
  if ((${#skips[@]})); then
    say "SKIPPED, and why:"
    printf '  %s\n' "${skips[@]}" >&2
  fi
  if ((${#broken[@]})); then say "NOT BUILT: ${broken[*]}"; fi
  if ((total_passed + total_failed + total_skipped + ${#broken[@]} == 0)); then
    say "no test matches '$regex'"
    exit $usage_error
  fi
  say "all took $((SECONDS - began)) s"
  printf '%d passed, %d failed, %d skipped\n' "$total_passed" $((total_failed + ${#broken[@]})) "$total_skipped"
  ((${#broken[@]} == 0)) || exit $inside_error
  ((total_failed == 0)) || exit 1
  exit 0
}
