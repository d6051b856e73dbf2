#!/bin/sh
# None of our functions has the name of one that a library we link with exports: the linker would
# silently take ours in its place.

[ "$SILANG_E2E" != no ] || {
  echo "1..0 # SKIP SILANG_E2E=no"
  exit 0
}
: "${top_builddir:=.}"
LC_ALL=C
export LC_ALL
ours=$(mktemp)
theirs=$(mktemp)
trap 'rm -f "$ours" "$theirs"' EXIT

nm -A --defined-only --extern-only "$top_builddir"/src/*/*.a 2>/dev/null |
  awk 'NF > 1 && $(NF - 1) ~ /^[TDBRVW]$/ && $NF !~ /^__|^_Z/ { print $NF }' | sort -u >"$ours"
count=$(wc -l <"$ours")

# What the daemon and the command line are linked with, as the loader finds it.
libraries=$(for program in silangd silang; do
  ldd "$top_builddir/src/$program"
done | awk '/=> \// && $1 ~ /^lib(yaz|xml2|event|jansson|curl|ssl|crypto|icu)/ { print $3 }' | sort -u)

echo "1..$((2 + $(echo "$libraries" | wc -l)))"
n=0
verdict() {
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

[ "$count" -gt 300 ]
verdict $? "our libraries define functions: $count"
for name in yaz xml2 event jansson curl ssl crypto icuuc; do
  case $libraries in *"/lib$name"*) ;; *) false ;; esac || echo "# lib$name is missing"
done | grep . && missing=1 || missing=0
verdict "$missing" "the libraries are those we know"
for library in $libraries; do
  nm -D --defined-only "$library" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u >"$theirs"
  common=$(comm -12 "$ours" "$theirs")
  [ -z "$common" ]
  verdict $? "$(basename "$library") has no name in common with us"
  [ -z "$common" ] || echo "$common" | sed 's/^/# /'
done
