#!/usr/bin/env bash
# lego.sh: prints the path of lego, which orders certificates by DNS-01, built from its Go module, which takes two minutes once. The
# stand-in of its image has it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=setup/common.sh
. setup/common.sh
# That of the official image in fleet/images.ts.
version=5.6.0
module=github.com/go-acme/lego/v5
built=$cache/bin/lego-$version
work=$cache/lego-$version-build
# Libraries that a provider may have, beside what lego itself uses. Those of clouds are most of the official program, and not every
# registry of Go modules has all of them: this one goes without their providers.
small='github.com/go-acme/lego/v5|github.com/google/go-querystring|github.com/cenkalti/backoff/v5|github.com/hashicorp/go-retryablehttp|github.com/bodgit/tsig|golang.org/x|github.com/miekg/dns'

compile() {
  local left_out
  cp -r "$(go mod download -json "$module@v$version" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')" "$work"
  chmod -R u+w "$work"
  cd "$work"
  left_out=$(
    go list -e -f '{{$from := .ImportPath}}{{range .Imports}}{{$from}} {{.}}{{"\n"}}{{end}}' ./providers/dns/... |
      grep -E ' [^/]+\.[^/]+/' | grep -vE " ($small)(/|\$)" | sed -n 's,^.*/providers/dns/\([^/ ]*\)[/ ].*,\1,p' |
      grep -v '^internal$' | sort -u | paste -sd '|'
  )
  LEFT_OUT=$left_out perl -0pi -e 'my $d = $ENV{LEFT_OUT};
    s/\tcase [^\n]*:\n\t\treturn (?:$d)\.NewDNSProvider\(\)\n//g; s/\t"[^"\n]*\/dns\/(?:$d)"\n//g; s/\t\t"(?:$d)",\n//g' \
    providers/dns/zz_gen_dns_providers.go
  # The library of its coloured log is one of those. The log as text, which is what is asked for, needs none.
  perl -0pi -e 's/\n\t"github.com\/mattn\/go-isatty"//; s/\n\t"gitlab[^"]*slogor"//;
    s/\t\topts := \[\]slogor.*?opts\.\.\.\)\)\n/\t\tlogger = slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: level}))\n/s' \
    cmd/logger.go
  CGO_ENABLED=0 go build -mod=mod -trimpath -ldflags "-s -w -X main.version=$version" -o program .
  mkdir -p "${built%/*}"
  mv program "$built"
}

build_lego() {
  if [ -x "$built" ]; then return; fi
  command -v go >/dev/null || fail "lego can't be built without Go: install Go"
  say "lego: building $version from its Go module, about two minutes, once"
  rm -rf "$work"
  # In the background, as a command before || would go on after its own errors.
  (compile) >"$work.log" 2>&1 &
  wait $! || fail "the build of lego failed; the end of its log, $work.log: $(log_end "$work.log")"
  rm -rf "$work"
}
locked lego build_lego
echo "$built"
