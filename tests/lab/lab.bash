# `./lazaret lab run|up|down`: the datapath and the portal between real clients and servers, on this machine, in
# namespaces that end with it. Sourced by ./lazaret.

lab_usage() {
  cat <<'TEXT'
usage: ./lazaret lab run|up|down [--out DIR] [--json]

  run    builds the world, tells the story step by step (a bot is caught, a person meets the page), ends the world
  up     builds the world and leaves it running, to look around in
  down   ends it

  --out DIR   where logs, steps.json and pictures go (default: runs/lab)
  --json      run: steps[] with name, saw, ok

Wants root. With Chromium installed the person uses it, and pictures of what was shown are kept.

examples:
  ./lazaret lab run
  ./lazaret lab up && ./lazaret lab down

exit codes: 0 all steps as they should be; 1 not; 2 bad usage, or not possible here; 3 failed inside
TEXT
}

lab() {
  local what=${1:-} out=runs/lab json=0
  case $what in
    run | up | down) shift ;;
    --help | -h) lab_usage; exit 0 ;;
    *) lab_usage >&2; exit $usage_error ;;
  esac
  while (($#)); do
    case $1 in
      --out) (($# > 1)) || die $usage_error "--out wants a directory"; out=$2; shift ;;
      --json) json=1 ;;
      --help | -h) lab_usage; exit 0 ;;
      *) say "unknown option '$1'"; lab_usage >&2; exit $usage_error ;;
    esac
    shift
  done
  mkdir -p "$out"
  out=$(cd "$out" && pwd)
  if [[ $what != down ]]; then
    [[ ! -e $out/lab.pid || ! -d /proc/$(<"$out/lab.pid") ]] || die $usage_error "it is up; ./lazaret lab down ends it"
    release "datapath portal" "lazaret lazaretd lazaret-portal lazaret-ctl"
    ensure_unpacked real
  fi
  "lab_$what"
}

# lab_failed CODE: what went wrong before there were steps.
lab_failed() {
  (($1 == 77)) && die $usage_error "$(tail -n 1 "$out/world.log")"
  tail -n 20 "$out/world.log" >&2
  die $inside_error "the world was not built; the logs are in $out"
}

lab_run() {
  local code=0 good bad
  bash "$root/tests/lab/make_world.bash" "$out" "$builds/tools" "$builds/release/bin" story >"$out/world.log" || code=$?
  [[ -e $out/steps.json ]] || lab_failed $code
  ((json)) && cat "$out/steps.json"
  good=$(grep -c '"ok": true' "$out/steps.json" || true) bad=$(grep -c '"ok": false' "$out/steps.json" || true)
  say "$good steps as they should be, $bad not (pictures, logs: $out)"
  ((code == 0)) || exit 1
}

lab_up() {
  rm -f "$out"/{ready,lab.pid}
  # A session of its own, so that it outlives this one.
  setsid bash -c 'trap "" HUP; bash "$@" & echo $! >"$0"; wait' "$out/lab.pid" \
    "$root/tests/lab/make_world.bash" "$out" "$builds/tools" "$builds/release/bin" hold </dev/null >"$out/world.log" 2>&1 &
  local code=0
  until [[ -e $out/ready ]]; do
    sleep 0.2
    [[ -e $out/lab.pid && ! -d /proc/$(<"$out/lab.pid") ]] || continue
    wait $! || code=$?
    rm -f "$out/lab.pid"
    lab_failed $code
  done
  local enter="nsenter -t $(pgrep -P "$(<"$out/lab.pid")") -m -p -n"
  say "up. In a home: $enter nsenter --net=/run/netns/home1 bash    (curl http://www.site1.example/20.html)"
  say "the operator:  $enter $out/bin/lazaret-ctl --socket /run/lazaret/operator.sock bind 198.51.100.1 101"
}

lab_down() {
  [[ -e $out/lab.pid ]] || die $usage_error "nothing is up in $out"
  kill -KILL "$(<"$out/lab.pid")" 2>/dev/null || true
  rm -f "$out/lab.pid" "$out/ready"
  say "down"
}
