#!/usr/bin/perl
# Bad input over real HTTP: each has its own diagnostic or HTTP status, and a good question is
# answered after each.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $target  = target(script => "hits 3\n");
our $gateway = gateway(partners => partner('one', port => $target->port));

sub still_serves {
  my ($after) = @_;
  my $answer = $gateway->search('union', query => 'dc.title=good', maximumRecords => 1);
  return is($answer->hits, 3, "$after: a good question is answered afterwards");
}

# expect(NAME, PATTERN, PAIRS...): the answer is HTTP 200 and its only diagnostic fits.
sub expect {
  my ($name, $pattern, @pairs) = @_;
  return verdict($name, $pattern, $gateway->ask('union', @pairs));
}

sub verdict {
  my ($name, $pattern, $answer) = @_;
  my @diagnostics = $answer->error ? $answer->error : $answer->diagnostics;
  my $good = $answer->status == 200 && @diagnostics == 1 && $diagnostics[0] =~ $pattern;
  ok($good, "$name: $diagnostics[0]") or diag("HTTP ", $answer->status, ", @diagnostics; expected $pattern");
  is($answer->hits, 0, "$name: numberOfRecords is 0") if !$answer->error;
  return still_serves($name);
}

my @search = (version => '1.2', operation => 'searchRetrieve');
my @good   = (query => 'dc.title=good');

subtest 'queries' => sub {
  expect('malformed', qr/\A10 position 14:/, @search, query => 'dc.title=a or');
  expect('no term', qr/\A10\b/, @search, query => 'dc.title=');
  expect('an open quote', qr/\A(?:10|14)\b/, @search, query => 'dc.title="a');
  expect('a parenthesis too many', qr/\A(?:10|13)\b/, @search, query => 'dc.title=a)');
  expect('a newline does not end it', qr/\A(?:10|16)\b/, @search, query => "dc.title=a\nand nosuch.index=b and");
  expect('nothing', qr/\A(?:7|10|27)\b/, @search, query => '');
  expect('unknown index', qr/\A16 .*nosuch/, @search, query => 'dc.nosuch=a');
  expect('unknown context set', qr/\A1[56] .*nosuch/, @search, query => 'nosuch.title=a');
  expect('unknown relation', qr/\A19 .*near/, @search, query => 'dc.title near a');
  expect('unknown relation modifier', qr/\A20 .*nosuch/, @search, query => 'dc.title =/nosuch a');
  expect('unknown boolean modifier', qr/\A(?:20|46)\b/, @search, query => 'a and/nosuch b');
  expect('500 parentheses', qr/\A(?:10|13|12)\b/, @search, query => '(' x 500 . 'a' . ')' x 500);
  expect('a tree of 5000 clauses', qr/\A(?:10|12|38)\b/, @search, query => join ' or ', ('a') x 5000);
};

subtest 'bytes' => sub {
  for my $case ([ 'an overlong slash', '%C0%AF' ], [ 'a lone byte', 'a%FFb' ], [ 'half a character', 'a%C3' ],
    [ 'a surrogate', '%ED%A0%80' ], [ 'a bad escape', 'a%zz' ], [ 'NUL', 'a%00b' ]) {
    my ($name, $bytes) = @$case;
    verdict("$name in the query", qr/\A10\b/,
      Silang::Test::Answer->new($gateway->get("/sru?version=1.2&operation=searchRetrieve&query=$bytes")));
    verdict("$name elsewhere", qr/\A6 .*recordSchema/,
      Silang::Test::Answer->new($gateway->get("/sru?version=1.2&operation=searchRetrieve&query=a&recordSchema=$bytes")));
  }
};

subtest 'parameters' => sub {
  expect('5abc', qr/\A6 .*maximumRecords/, @search, @good, maximumRecords => '5abc');
  expect('-1', qr/\A6 .*maximumRecords/, @search, @good, maximumRecords => '-1');
  expect('no number', qr/\A6 .*maximumRecords/, @search, @good, maximumRecords => '');
  expect('2^64', qr/\A6 .*maximumRecords/, @search, @good, maximumRecords => '18446744073709551616');
  expect('startRecord=0', qr/\A6 .*startRecord/, @search, @good, startRecord => 0);
  expect('startRecord past the end', qr/\A61\b/, @search, @good, startRecord => 5);
  expect('version 3.0', qr/\A5 .*2\.0/, operation => 'searchRetrieve', version => '3.0', @good);
  expect('version x', qr/\A5 .*2\.0/, operation => 'searchRetrieve', version => 'x', @good);
  expect('operation', qr/\A4 .*update/, operation => 'update', version => '1.2', @good);
  expect('no query', qr/\A7 .*query/, @search);
  expect('no operation in 1.1', qr/\A7 .*operation/, version => '1.1', @good);
  expect('unknown parameter', qr/\A8 .*nosuch/, @search, @good, nosuch => 1);
  expect('a 2.0 parameter in 1.2', qr/\A8 .*queryType/, @search, @good, queryType => 'cql');
  expect('twice', qr/\A6 .*query/, @search, @good, query => 'other');
  expect('schema', qr/\A66 .*nosuch/, @search, @good, recordSchema => 'nosuch');
  expect('packing', qr/\A71\b/, @search, @good, recordPacking => 'loose');
  expect('XPath', qr/\A72\b/, version => '1.1', operation => 'searchRetrieve', @good, recordXPath => '/*');
  expect('queryType', qr/\A(?:6|11) .*nosuch|\A6 queryType/, @good, queryType => 'nosuch');
  expect('httpAccept', qr/\A6 .*httpAccept/, @good, httpAccept => 'image/png');
  expect('x-deadline', qr/\A6 .*x-deadline/, @search, @good, 'x-deadline' => 'soon');
  expect('x-partial', qr/\A6 .*x-partial/, @search, @good, 'x-partial' => 'loud');
  expect('x-explain', qr/\A6 .*x-explain/, @search, @good, 'x-explain' => '2');
  my $answer = $gateway->ask('union', @search, @good, 'x-somebody-elses' => 'x' x 100);
  is_deeply([ $answer->diagnostics ], [], "somebody else's x- parameter is passed over");
};

subtest 'sizes' => sub {
  my $long = 'a' x (1 << 20);
  my $get  = $gateway->raw("GET /sru?query=$long HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  like($get, qr{\AHTTP/1\.\d 4\d\d }, 'a query of 1 MB in the request line is 4xx') or diag(substr $get, 0, 200);
  still_serves('1 MB by GET');
  my $file = spew(workdir() . '/form', "version=1.2&operation=searchRetrieve&query=$long");
  my $post = $gateway->get('/sru', '--data-binary', "\@$file");
  is($post->{status}, 413, 'in a body it is 413');
  still_serves('1 MB by POST');
  spew($file, 'version=1.2&operation=searchRetrieve&query=' . 'a' x 900_000);
  verdict('900 kB by POST', qr/\A(?:10|12|23)\b/, Silang::Test::Answer->new($gateway->get('/sru', '--data-binary', "\@$file")));
  my $head = $gateway->raw("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " . 'x' x 200_000 . "\r\n\r\n");
  like($head, qr{\AHTTP/1\.\d 4\d\d }, 'a head of 200 kB is 4xx') or diag(substr $head, 0, 200);
  still_serves('a long head');
  my $lines = $gateway->raw("GET / HTTP/1.1\r\nHost: localhost\r\n" . "X-Line: x\r\n" x 20_000 . "\r\n");
  like($lines, qr{\AHTTP/1\.\d 4\d\d }, 'a head of 20000 lines is 4xx') or diag(substr $lines, 0, 200);
  still_serves('many lines');
};

subtest 'HTTP' => sub {
  like($gateway->raw('GET /' . 'x' x 300_000), qr{\AHTTP/1\.\d 4\d\d }, 'a request line without end is 4xx, and the end');
  still_serves('a line without end');
  like($gateway->raw("\x00\x01\x02garbage\xff\xfe\r\n\r\n"), qr{\A(?:HTTP/1\.\d 4\d\d |\z)}, 'garbage');
  still_serves('garbage');
  like($gateway->raw("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" . "\x00" x 200 . "\r\n\r\n"), qr{\A(?:HTTP/1\.\d 4\d\d |\z)}, 'a TLS greeting');
  still_serves('TLS');
  like($gateway->raw("FETCH / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), qr{\AHTTP/1\.\d (?:405|501) }, 'an unknown method');
  like($gateway->raw("DELETE /sru HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), qr{\AHTTP/1\.\d 405 .*^Allow: }ms, 'a method not for this address');
  like($gateway->raw("GET /nosuch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), qr{\AHTTP/1\.\d 404 }, 'an unknown address');
  like($gateway->raw("POST /sru HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\nConnection: close\r\n\r\n"), qr{\AHTTP/1\.\d 4\d\d }, 'a length below zero');
  like($gateway->raw("POST /sru HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999\r\nConnection: close\r\n\r\n"),
    qr{\AHTTP/1\.\d 4\d\d }, 'an endless length');
  is($gateway->get('/sru', '--data-binary', 'x', '-H', 'Content-Type: image/png')->{status}, 415, 'a body of another type');
  still_serves('all of these');
};

subtest 'slow clients' => sub {
  local $gateway = gateway(partners => partner('one', port => $target->port),
    more => '<limits header-time="300ms" body-time="300ms"/>');
  my @sockets;
  for my $start ('GET /sru?query=a HTTP/1.1', "GET /sru?query=a HTTP/1.1\r\nHost: localhost\r\n",
    "POST /sru HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nquery=a", '') {
    my $socket = $gateway->socket;
    syswrite $socket, $start;
    push @sockets, [ $start, $socket ];
  }
  still_serves('while they wait');
  for my $case (@sockets) {
    my ($start, $socket) = @$case;
    my $all = '';
    1 while sysread $socket, $all, 4096, length $all;
    my ($what) = ($start =~ /(.{0,60})\z/s);
    $what =~ s/\r\n/ /g;
    like($all, qr{\A(?:HTTP/1\.\d 408 |\z)}, "'$what' and no more: the connection ends");
  }
  my $drip = $gateway->socket;
  my $sent = 0;
  local $SIG{PIPE} = 'IGNORE';
  for my $byte (split //, 'GET /sru?query=' . 'a' x 600) {
    last if !defined syswrite $drip, $byte;
    $sent++;
    vec(my $bits = '', fileno $drip, 1) = 1;
    last if select($bits, undef, undef, 0.02) > 0;
  }
  cmp_ok($sent, '<', 600, 'a drip does not outlive its time');
  still_serves('slow clients');
};

subtest 'clients that leave' => sub {
  for (1 .. 20) {
    my $socket = $gateway->socket;
    syswrite $socket, "GET /sru?query=leaving$_ HTTP/1.1\r\nHost: localhost\r\n\r\n";
    close $socket;
  }
  still_serves('twenty that left');
};

finish();
