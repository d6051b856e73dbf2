#!/usr/bin/perl
# TLS from clients, to SRU and to Z39.50: with programs of others, through renewals of the certificate,
# and with who speaks plainly.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use Silang::Test;
use Silang::Test::Certificates;

my $target = target(script => "name lib\nhits 2\n");
my $dir    = workdir();
authority('ca');
authority('later');
my $first  = certificate('first',  by => 'ca');
my $second = certificate('second', by => 'later');

my $pem     = spew("$dir/shown.pem", slurp($first));
my %options = (
  partners => partner('lib', port => $target->port),
  more     => '<limits header-time="2s"/>',
  z3950    => '127.0.0.1:0',
  tls      => 'tls-certificate="shown.pem" tls-key="shown.pem"',
);
my $gateway = gateway(%options);
like($gateway->log, qr{ certificate file=\S*shown\.pem ends=\d{4}-}, 'the log tells until when the certificate is valid');
like($gateway->log, qr{ ready sru=127\.0\.0\.1:\d+ z3950=127\.0\.0\.1:\d+$}m, 'the ready line is as ever');
my ($port)  = $gateway->address =~ /:(\d+)\z/;
my ($zport) = $gateway->z3950   =~ /:(\d+)\z/;

sub sru {
  my ($authority, @more) = @_;
  return curl("https://localhost:$port/sru/union?query=dc.title%3Dmoon", '--cacert', "$dir/$authority.pem", @more);
}

sub yaz {
  my ($address) = @_;
  my (undef, $out) = run({ input => "open $address/union\nfind moon\nshow 1+2\nquit\n" }, 'yaz-client');
  return $out;
}

sub shown {
  my (undef, $out) = run({ input => '' }, 'openssl', 's_client', '-connect', "localhost:$_[0]", @_[ 1 .. $#_ ]);
  return $out =~ /subject=.*CN\s*=\s*(\w+)/ ? $1 : undef;
}

my $answer = sru('ca');
is($answer->{status}, 200, 'curl with the authority') or diag($answer->{error});
like($answer->{body}, qr/numberOfRecords>2</, 'gets its records');
isnt(sru('later')->{exit}, 0, 'and with another authority does not trust us');
is(sru('ca', '--tlsv1.2', '--tls-max', '1.2')->{status}, 200, 'TLS 1.2 will do');
# What clients are told of the way here has the way they came.
my $explain = Silang::Test::Answer->new(curl("https://localhost:$port/sru/lib", '--cacert', "$dir/ca.pem"));
my ($server) = $explain->nodes('//zr:serverInfo');
is(join(' ', $server->getAttribute('transport'), $explain->texts('//zr:serverInfo/zr:host'), $explain->texts('//zr:serverInfo/zr:port')), "https localhost $port", 'explain says https');
my $facets = Silang::Test::Answer->new(curl("https://localhost:$port/sru/lib?query=dc.title%3Dmoon&facetLimit=1:date", '--cacert', "$dir/ca.pem"));
my ($url) = $facets->texts('//*[local-name()="requestUrl"]');
like($url, qr{\Ahttps://localhost:$port/sru/lib\?}, 'a facet, too');
is(Silang::Test::Answer->new(curl($url, '--cacert', "$dir/ca.pem"))->hits, $facets->hits, 'and can be followed');
is_deeply([ Silang::Test::Answer->new(curl("https://localhost:$port/sru/lib", '--cacert', "$dir/ca.pem", '-H', 'Host: lib.example.org'))
    ->texts('//zr:serverInfo/zr:port') ], [443], 'by the name alone, the port of https');
my $out = yaz("ssl:localhost:$zport");
like($out, qr/^Number of hits: 2,/m, 'yaz-client finds');
is(scalar(() = $out =~ /Record type: USmarc/mg), 2, 'and shows');
is(shown($port),  'first', 'SRU shows the certificate');
is(shown($zport), 'first', 'and so does Z39.50');

# A gateway before the gateway, with verification.
my $outer = gateway(z3950 => '127.0.0.1:0', partners =>
  qq(<partner id="inner"><name>inner</name><target url="z3950s://localhost:$zport/union" tls-ca-file="$dir/ca.pem"/></partner>));
is($outer->search('union', query => 'dc.title=moon')->hits, 2, 'a gateway is searched over TLS');

# Who speaks plainly is closed, who says nothing has a time, and nobody else notices.
my $silent = IO::Socket::IP->new(PeerAddr => $gateway->z3950) // die $@;
my $plain  = IO::Socket::IP->new(PeerAddr => $gateway->z3950) // die $@;
syswrite $plain, "\xB4\x20\x83\x02\x05\xE0";
my $seen = '';
1 while sysread $plain, $seen, 4096, length $seen;
unlike($seen, qr/\xB5/, 'plain Z39.50 gets no Init response');
like($gateway->wait_line(qr/association-ended .*reason=/), qr/reason=\S/, 'and the log says why');
isnt(curl("http://localhost:$port/health")->{status}, 200, 'plain HTTP gets no answer');
is(sru('ca')->{status}, 200, 'others go on');
1 while sysread $silent, $seen, 4096;
pass('silence at the handshake ends');

# A renewed certificate, and an association that goes on with the old one.
my $client = IO::Socket::IP->new(PeerAddr => $gateway->z3950) // die $@;
spew($pem, slurp($second));
like($gateway->reload(%options), qr/ reloaded /, 'HUP with a renewed certificate');
is(shown($port),  'second', 'SRU shows the new one');
is(shown($zport), 'second', 'and so does Z39.50');
is(sru('later')->{status}, 200, 'which its authority vouches for');
close $client;

# Files that are of no use.
for my $case (
  [ 'nonsense',             "nothing\n",                                       qr/is not in the form PEM/ ],
  [ 'another one\'s key',   slurp($first) =~ s/-----BEGIN PRIVATE.*//sr . slurp("$dir/second.key"), qr/key values mismatch/ ],
  [ 'half a certificate',   substr(slurp($first), 0, 400),                     qr/shown\.pem: / ],
) {
  my ($what, $text, $message) = @$case;
  spew($pem, $text);
  my $mark = $gateway->mark;
  like($gateway->reload(%options), qr/ reload-refused /, "$what is refused");
  like($gateway->wait_line($message, $mark), qr/silang\d+\.xml:2: listen\/\@tls-certificate: /, 'with its place and reason');
  is(shown($port), 'second', 'and the certificate shown is the old one');
  my ($status, undef, $errors) = run(top_builddir() . '/src/silangd', '-t', $gateway->{file});
  is($status, 1, 'silangd -t refuses it, too');
  like($errors, $message, 'and says why');
}

# And plainly again.
like($gateway->reload(%options, tls => ''), qr/ reloaded /, 'a configuration without TLS');
is(curl("http://localhost:$port/health")->{status}, 200, 'is plain HTTP for new clients');
like(yaz($gateway->z3950), qr/^Number of hits: 2,/m, 'and plain Z39.50');
finish();
