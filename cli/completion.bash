# bash completion for lazaret; `source <(./lazaret completion)`, or copy it to /usr/share/bash-completion/completions/lazaret.
_lazaret() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} options=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "run report compare explain replay parity bench sweep scenario ctl lab test completion help --help --version" -- "$word"))
    return
  fi
  case $previous in
    --out | --policy | --dns-log | --catalogue | --feed) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --format) COMPREPLY=($(compgen -W "bind unbound dnsmasq dnstap dnstap-yaml table" -- "$word")); return ;;
    --on) COMPREPLY=($(compgen -W "local" -- "$word")); return ;;
    --pages) COMPREPLY=($(compgen -W "huge small" -- "$word")); return ;;
    --fidelity) COMPREPLY=($(compgen -W "wire stack" -- "$word")); return ;;
    --traffic) COMPREPLY=($(compgen -W "bulk mix mix64" -- "$word")); return ;;
    --accounts | --quarantined | --repeat | --chunk-ms | --shards | --simulated-s | --seed | --set | --subscribers | --processes | --jobs | --workers | -R) return ;;
    --utc-offset | --year | --ipv6-prefix | --resolver) return ;;
  esac
  case ${COMP_WORDS[1]} in
    run) options="--out --seed --set --processes --json --help" ;;
    report) options="--out --json --help" ;;
    compare | explain) options="--json --help" ;;
    replay) options="--subscribers --dns-log --format --utc-offset --year --ipv6-prefix --resolver --policy --feed --expect-clean --json --help" ;;
    ctl)
      if ((COMP_CWORD == 2)); then
        COMPREPLY=($(compgen -W "status account release quarantine classify bind unbind reset-fuse stop-enforcement resume-enforcement report reload snapshot --socket --mail-server --json --help" -- "$word"))
        return
      fi
      case $previous in
        --socket) COMPREPLY=($(compgen -f -- "$word")); return ;;
      esac
      options="--socket --mail-server --json --help" ;;
    sweep) options="--out --jobs --on --resume --keep --json --help" ;;
    parity) options="--workers --json --help" ;;
    bench)
      if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W "core sim datapath --help" -- "$word")); return; fi
      case ${COMP_WORDS[2]} in
        sim) options="--accounts --fidelity --shards --simulated-s --repeat --set --quick --json --help" ;;
        datapath) options="--accounts --quarantined --workers --traffic --repeat --chunk-ms --capture --subscribers --quick --json --help" ;;
        *) options="--accounts --quarantined --traffic --repeat --chunk-ms --pages --all --quick --json --help" ;;
      esac ;;
    scenario)
      if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W "list show new check parameters detectors --help" -- "$word")); return; fi
      case ${COMP_WORDS[2]} in
        list) options="--catalogue --json --help" ;;
        show) options="--catalogue --set --help" ;;
        check) options="--set --help" ;;
        *) options="--help" ;;
      esac ;;
    lab)
      if ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W "run up down --help" -- "$word")); return; fi
      options="--out --json --help" ;;
    test) options="--long -R --help" ;;
    help) COMPREPLY=($(compgen -W "run report compare explain replay parity bench scenario" -- "$word")); return ;;
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -F _lazaret lazaret ./lazaret
