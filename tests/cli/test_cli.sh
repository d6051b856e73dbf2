#!/bin/sh
# silang against a gateway with canned answers: output, complaints and exit status. Prints TAP.
# shellcheck disable=SC2317 # what seems unreachable is called through ok or the trap
set -u
command -v python3 >/dev/null || {
  echo "1..0 # SKIP python3 is not installed"
  exit 0
}
: "${top_srcdir:=.}" "${top_builddir:=.}"
here=$top_srcdir/tests/cli
silang=$top_builddir/src/silang
work=$(mktemp -d)
gateway=
count=0
failed=0
status=0

finish() {
  [ -z "$gateway" ] || kill "$gateway" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

start_gateway() {
  mkfifo "$work/port"
  python3 "$here/canned_gateway.py" "$work/log" >"$work/port" 2>"$work/gateway.err" &
  gateway=$!
  read -r port <"$work/port" || port=
  [ -n "$port" ] || {
    sed 's/^/# /' "$work/gateway.err"
    echo "Bail out! the canned gateway does not start"
    exit 1
  }
}

# run ARGUMENT...: standard output and error into files, the exit status into $status.
run() {
  : >"$work/log"
  "$silang" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
}

# search NAME ARGUMENT...: the same for a search with the canned answer of that name.
search() {
  name=$1
  shift
  run search -u "http://127.0.0.1:$port/$name/sru/union" "$@"
}

# ok NAME TEST...: one line of TAP.
ok() {
  what=$1
  shift
  count=$((count + 1))
  if "$@"; then
    echo "ok $count - $what"
  else
    failed=1
    echo "not ok $count - $what"
    echo "# $* (status $status)"
    sed 's/^/# out: /' "$work/out"
    sed 's/^/# err: /' "$work/err"
    sed 's/^/# log: /' "$work/log"
  fi
}

is() { [ "$status" -eq "$1" ]; }
out() { grep -qF -e "$1" "$work/out"; }
err() { grep -qF -e "$1" "$work/err"; }
asked() { grep -qF -e "$1" "$work/log"; }
silent() { [ ! -s "$work/out" ]; }
quiet() { [ ! -s "$work/err" ]; }
fails() { is "$1" && silent && err "$2"; }
same() { printf '%s\n' "$1" | cmp -s - "$work/out"; }
xml() {
  python3 -c 'import sys, xml.etree.ElementTree as t
root = t.parse(sys.argv[1]).getroot()
sys.exit(not (root.tag == sys.argv[2] and len(root) == int(sys.argv[3])))' "$work/out" "$@"
}
marc() {
  python3 -c 'import sys
records = open(sys.argv[1], "rb").read().split(b"\x1d")
sys.exit(not (len(records) == int(sys.argv[2]) + 1 and records[-1] == b""
    and all(len(r) + 1 == int(r[:5]) for r in records[:-1])))' "$work/out" "$@"
}
csv() {
  python3 -c 'import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
sys.exit(not (len(rows) == int(sys.argv[2]) and rows[int(sys.argv[3])][sys.argv[4]] == sys.argv[5]))' \
    "$work/out" "$@"
}

start_gateway

# Found.
search ok 'dc.title = "a b" & ö'
ok "found is 0" is 0
ok "nothing is said beside data" quiet
ok "a table has a line for each title" same "No  Title / author                                        Year  Libraries
 1  Bumi manusia : sebuah novel / Toer, Pramoedya Ananta  1980  ugm (2), uinsuka
 2  地球 世界                                             1999  ugm (2), uinsuka
 3  Say \"cheese\", please 31m / Doe, Jane                  2001  ugm (2), uinsuka

3 titles; 2 of 2 libraries answered"
ok "the query is percent-encoded" asked \
  "GET /ok/sru/union?version=2.0&query=dc.title%20%3D%20%22a%20b%22%20%26%20%C3%B6&startRecord=1&maximumRecords=10&recordSchema=marcxml (application/sru+xml"
search ok x -p ugm,uinsuka -s 2 -n 1
ok "partners, start and count are passed on" asked \
  "startRecord=2&maximumRecords=1&recordSchema=marcxml&x-partners=ugm%2Cuinsuka"
ok "a list from the middle says so" out "titles 2 to 2 of 3; 2 of 2 libraries answered"
search ok x -s 4
ok "behind the end is 1" is 1
ok "and says so" same "nothing from position 4 on, of 3 titles; 2 of 2 libraries answered"
search ok x -n 0
ok "a count alone finds" is 0
ok "a count alone says how many" same "3 titles; 2 of 2 libraries answered"
SILANG_URL=http://127.0.0.1:$port/ok/sru/union
export SILANG_URL
run search x
ok "the address may come from the environment" is 0
unset SILANG_URL
run search -u "http://127.0.0.1:$port/ok/sru/union" -- -x
ok "a query may begin with a dash after --" asked "query=-x&"

# The other forms.
search ok x -f csv
ok "csv has a line for each title" csv 3 0 title "Bumi manusia : sebuah novel"
ok "csv quotes what needs it" csv 3 2 author "Doe, Jane"
ok "csv lists libraries once each" csv 3 1 libraries "ugm uinsuka"
ok "csv has the score" csv 3 1 score 0.5000
ok "csv has the ISBN" csv 3 0 isbn 9789799731234
search ok x -f marcxml
ok "marcxml is a collection" xml "{http://www.loc.gov/MARC21/slim}collection" 3
ok "marcxml is UTF-8" out "地球 世界"
search ok x -f dc
ok "dc is a collection" xml "{info:srw/schema/1/dc-schema}dcCollection" 3
ok "dc is asked for" asked "recordSchema=dc"
search ok x -f marc
ok "marc is ISO 2709" marc 3
ok "marc says nothing else" quiet
search ok x -f json
ok "json is the gateway's answer" python3 -m json.tool "$work/out" "$work/tool"
ok "json is asked for" asked "httpAccept=application%2Fjson (application/json)"
ok "json says that there is more" err "-s 2 goes on"
ok "json found is 0" is 0
search empty x -f json
ok "json with nothing is 1" is 1
search garbage x -f json
ok "json that is none is 3" fails 3 "is not an SRU answer in JSON"

# More pages than one.
search pages x -n 7
ok "pages are put together" out " 7  Bumi manusia"
ok "all of them are counted" out "7 titles; 2 of 2 libraries answered"
ok "later pages come from the set" asked "query=cql.resultSetId%3D%22set-7%22&startRecord=4&maximumRecords=4"
search pages x -n 5 -f marcxml
ok "no more than wanted" xml "{http://www.loc.gov/MARC21/slim}collection" 5
search lost x -n 7 -f marcxml
ok "a set that is gone is asked for anew" xml "{http://www.loc.gov/MARC21/slim}collection" 7
ok "and nobody need know" quiet
search cut x -n 7 -f marcxml
ok "a page that fails is 3" is 3
ok "what came before is whole" xml "{http://www.loc.gov/MARC21/slim}collection" 3
search cut x -n 7
ok "and the table is there" out "3 of 7 titles; 2 of 2 libraries answered"

# Who answered and who did not.
search partial x
ok "found with an outage is 0" is 0
ok "the summary counts who was asked" out "3 titles; 2 of 4 libraries answered"
ok "a late library is named" out "  stipap   late: waited for search"
ok "a failed one with its reason" out "  x        failed: diagnostic bib1:114 (Unsupported Use attribute 1003)"
ok "a lapsed one that answered" out "  uinsuka  answered; agreement ended 2023-08-07"
ok "a lapsed one that was not asked" out "  quality  not asked: agreement ended 2023-08-07"
ok "a disabled one" out "  off      not asked: switched off"
ok "the diagnostic is on standard error" err \
  "silang: diagnostic 59: Result set created with valid partial results available: answered 2 of 4"
search empty x
ok "nothing found is 1" is 1
ok "nothing found says who was asked" same "no titles; 1 of 1 library answered
  quality  not asked: agreement ended 2023-08-07"
search empty x -f marcxml
ok "nothing found is an empty collection" xml "{http://www.loc.gov/MARC21/slim}collection" 0
search outage x
ok "nothing found with an outage is 3" is 3
search unasked x
ok "nothing found and one could not be asked is 3" is 3
search broken x
ok "a broken record is shown as such" out " 2  [cannot be shown: 63: System error in retrieving records]"
ok "and is found" is 0
search broken x -f marcxml
ok "a broken record is left out of a collection" xml "{http://www.loc.gov/MARC21/slim}collection" 2
ok "and the complaint names it" err "record 2 is left out: 63: System error"
search broken x -f marc
ok "and out of a file of records" marc 2
search broken x -f csv
ok "csv has it in a column" csv 3 1 problem "63: System error in retrieving records"

# Refusals.
search syntax 'a ('
ok "a wrong query is 2, with the diagnostic" fails 2 "silang: diagnostic 10: Query syntax error: position 5"
search down x
ok "no library up is 3" fails 3 "diagnostic 2: System temporarily unavailable: ugm refused"
search loop x
ok "a gateway out of order is 3" fails 3 "diagnostic 2"
search old x
ok "a server of SRU 1.2 is asked in 1.2" asked "version=1.2&operation=searchRetrieve&query=x"
ok "and found" is 0

# What is no answer.
search garbage x
ok "a web page is 3" fails 3 "is not an SRU answer"
search entities x
ok "a document type is 3" fails 3 "is not an SRU answer"
search 500 x
ok "HTTP 500 is 3" fails 3 "answered HTTP 500"
search 503 x
ok "HTTP 503 is 3" fails 3 "shutting down"
search huge x
ok "more than 64 MiB is 3" fails 3 "is larger than 64 MiB"
search slow x -t 1
ok "no answer in time is 3" fails 3 "within 1 s"
run search x -u http://127.0.0.1:1/sru
ok "a closed port is 3" fails 3 "http://127.0.0.1:1/sru cannot be reached"
long=$(python3 -c 'print("x" * 5000)')
search ok "$long"
ok "a long query is POSTed" asked "POST /ok/sru/union?version=2.0&query=xxxxx"
run search x -u "http://127.0.0.1:$port/ok/sru/union?a=b#c"
ok "parameters of the address are kept" asked "/ok/sru/union?a=b&version=2.0&query=x"

# Two records.
editions=$here/match/editions.xml
copies=$work/copies.xml
sed 's/2nd ed\./Third edition/; s/2001/2009/g' "$editions" >"$copies"
run explain-match "$copies"
ok "one publication is 0" is 0
ok "and nothing is said beside it" quiet
ok "explain-match shows both records" out "edition    3rd ed.                     Third edition"
ok "each level has its verdict" out "normal: the same (sum 9.50, threshold 5.00)"
ok "strict as well" out "strict: the same (sum 9.50, threshold 7.00)"
ok "and its evidence" out "  edition    +1.00  the same"
run explain-match "$editions"
ok "two editions are 1" is 1
ok "the guard is named" out "normal: not the same: another edition (sum 3.00, threshold 5.00)"
ok "of one work" out "work: the same (sum 6.00, threshold 4.50)"
run explain-match "$editions" -f json
ok "in JSON, too" is 1
match() {
  python3 -c 'import json, sys
answer = json.load(open(sys.argv[1], encoding="utf-8"))
levels = {level["level"]: level for level in answer["levels"]}
normal = levels["normal"]
sys.exit(not (list(levels) == ["strict", "normal", "work"] and answer["same"] is normal["same"] is False
    and levels["work"]["same"] and normal["because"] == "edition" and normal["threshold"] == 5
    and abs(sum(row["value"] for row in normal["evidence"]) - normal["sum"]) < 1e-6
    and {"name": "year", "how": "different", "value": -4.0} in normal["evidence"]
    and [record["edition"] for record in answer["records"]] == ["3rd ed.", "2nd ed."]))' "$work/out"
}
ok "with the same content" match
"$silang" explain-match - <"$copies" >"$work/out" 2>"$work/err"
status=$?
ok "standard input is read" is 0
search ok x -n 2 -f marc
cp "$work/out" "$work/two.mrc"
run explain-match "$work/two.mrc"
ok "ISO 2709 is read" is 1
printf '\n' >>"$work/two.mrc"
cat "$work/two.mrc" "$work/two.mrc" >"$work/four.mrc"
run explain-match "$work/four.mrc"
ok "more than two records are 2" fails 2 "four.mrc has 4 records; two are wanted"
search ok x -n 2 -f marcxml
cp "$work/out" "$work/two.xml"
run explain-match "$work/two.xml"
ok "what a search wrote is read" is 1
sed '/<record>/,/<\/record>/d' "$editions" >"$work/none.xml"
run explain-match "$work/none.xml"
ok "no record is 2" fails 2 "there is no MARC record in the XML"
(sed -n '1,/<\/record>/p' "$editions"; echo '</collection>') >"$work/one.xml"
run explain-match "$work/one.xml"
ok "one record is 2" fails 2 "one.xml has 1 record; two are wanted"
(echo '<!DOCTYPE collection []>'; sed 1d "$editions") >"$work/doctype.xml"
run explain-match "$work/doctype.xml"
ok "a document type is refused" fails 2 "document type"
printf '<collection><record>' >"$work/broken.xml"
run explain-match "$work/broken.xml"
ok "broken XML is 2" fails 2 "not well-formed"
printf '00026nonsense\035' | cat "$work/two.mrc" - >"$work/bad.mrc"
run explain-match "$work/bad.mrc"
ok "rubbish counts as a record" fails 2 "3 records"
printf 'rubbish\035rubbish\035' >"$work/bad.mrc"
run explain-match "$work/bad.mrc"
ok "a record that cannot be read is 2" fails 2 "bad.mrc: record 1: "
: >"$work/empty"
run explain-match "$work/empty"
ok "an empty file is 2" fails 2 "it is empty"
run explain-match "$work/nosuch"
ok "no file is 2" fails 2 "No such file"
run explain-match "$work"
ok "a directory is 2" fails 2 "directory"
run explain-match
ok "a file is wanted" fails 2 "usage: silang explain-match"
run explain-match "$editions" -f csv
ok "an unknown format of it is 2" fails 2 "there is no format csv"
run explain-match -h
ok "it explains itself" out "Exit status"

# Usage.
run
ok "no subcommand is 2" fails 2 "usage: silang"
run frobnicate
ok "an unknown subcommand is 2" fails 2 "there is no subcommand frobnicate"
run -h
ok "help is data" out "usage: silang"
run -V
ok "so is the version" out "silang "
for subcommand in lookup probe; do
  run "$subcommand" x
  ok "$subcommand is not built yet" fails 2 "$subcommand is not built yet"
done
run search
ok "a search wants a query" fails 2 "a query is missing"
run search -h
ok "a search explains itself" out "Exit status"
run search a b
ok "two queries are 2" fails 2 "put it in quotes"
run search x -n 5abc
ok "a bad count is 2" fails 2 "-n 5abc"
run search x -s 0
ok "a start of 0 is 2" fails 2 "-s 0"
run search x -f bibtex
ok "an unknown format is 2" fails 2 "there is no format bibtex"
run search x -u ftp://127.0.0.1/
ok "an address that is none is 2" fails 2 "is not an address"
run search "$(printf 'a\377')"
ok "a query that is not UTF-8 is 2" fails 2 "not UTF-8"
run search x -z
ok "an unknown option is 2" fails 2 "there is no option -z"

# Partners.
run partners -u "http://127.0.0.1:$port/ok/sru/union"
ok "partners is 0" is 0
ok "it asks for the status of that gateway" asked "GET /ok/status?"
ok "a line for each partner" same "Id       Name                        Agreement           State            ms  Since
ugm      Universitas Gadjah Mada     active 2027-07-13   ok               87  2024-07-01T00:00:00Z
quality  Universitas Quality, Medan  expired 2023-08-07  failed: refused"
run partners -f csv -u "http://127.0.0.1:$port/sru"
ok "partners in csv" csv 2 1 name "Universitas Quality, Medan"
ok "with latencies in milliseconds" csv 2 0 p95_ms 4.6
ok "at the address itself" asked "GET /status?"
run partners -f json -u "http://127.0.0.1:$port/sru/union"
ok "partners in json" python3 -m json.tool "$work/out" "$work/tool"
run partners -u http://127.0.0.1:1/sru
ok "no gateway is 3" fails 3 "cannot be reached"
run partners -f marc
ok "an unknown format of partners is 2" fails 2 "there is no format marc"

# Configurations.
run check "$top_srcdir/etc/silang.xml.sample"
ok "a good configuration is 0" is 0
ok "and says so" out "in order"
printf '<silang xmlns="urn:silang:config:1">\n <partner id="1x"/>\n</silang>\n' >"$work/bad.xml"
run check "$work/bad.xml"
ok "a bad configuration is 2, with its line" fails 2 "bad.xml:2: "
run check "$work/none.xml"
ok "a file that is not there is 2" fails 2 "none.xml"
run check
ok "check wants a file" fails 2 "usage: silang check FILE"

# Output that cannot be written.
if [ -w /dev/full ]; then
  "$silang" search -u "http://127.0.0.1:$port/ok/sru/union" x >/dev/full 2>"$work/err"
  status=$?
  : >"$work/out"
  ok "a full disk is 2" fails 2 "cannot be written"
fi

echo "1..$count"
exit "$failed"
