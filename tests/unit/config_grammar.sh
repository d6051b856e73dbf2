#!/bin/sh
# The RELAX NG schema as another program than libxml2 reads it: jing accepts the good samples and
# what ships, and refuses each bad one. Included parts are checked by the way.
# (include-whole includes a whole <silang>, which is for silangd alone.)

: "${top_srcdir:=.}"
schema=$top_srcdir/etc/silang.rng
samples=$top_srcdir/tests/unit/data/config
if ! command -v jing >/dev/null 2>&1; then
	echo "1..0 # SKIP jing is not installed"
	exit 0
fi
echo "1..3"

set --
for file in "$samples"/good/*.xml; do
	case $file in
	*include-whole*) ;;
	*) set -- "$@" "$file" ;;
	esac
done
if out=$(jing "$schema" "$@" 2>/dev/null); then
	echo "ok 1 - the good samples are valid"
else
	echo "not ok 1 - the good samples are valid"
	echo "$out" | sed 's/^/# /'
fi

if out=$(jing "$schema" "$top_srcdir/etc/silang.xml.sample" "$top_srcdir/etc/partners.xml" 2>/dev/null); then
	echo "ok 2 - what ships is valid"
else
	echo "not ok 2 - what ships is valid"
	echo "$out" | sed 's/^/# /'
fi

# One run for all of them: each file has to be named in a complaint. jing ends at the first file
# that is not well-formed or has a broken inclusion, so those are left out.
bad=$(grep -L -e 'not well-formed XML' -e '<xi:include' "$samples"/bad/*.xml)
# shellcheck disable=SC2086 # a list of files of ours
out=$(jing "$schema" $bad 2>/dev/null)
missing=
for file in $bad; do
	case $out in
	*"${file##*/}:"*) ;;
	*) missing="$missing ${file##*/}" ;;
	esac
done
if test -z "$missing"; then
	echo "ok 3 - the bad samples are not valid"
else
	echo "not ok 3 - the bad samples are not valid"
	echo "# accepted:$missing"
fi
