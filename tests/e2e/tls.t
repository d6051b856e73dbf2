#!/usr/bin/perl
# Partners behind TLS: who shows a certificate that holds is searched; every other is a failure that
# says what is wrong. Certificates are made here, the doors are Python's TLS.
use strict;
use warnings;
use utf8;
use Silang::Test;
use Silang::Test::Certificates;

my $dir = workdir();

my $target = target(script => "name lib\nhits 2\n");

sub door {
  my $door = program(name => 'tls_door', command => [ 'python3', top_srcdir() . '/tests/e2e/tls_door.py', $_[0], $target->port, $_[1] // () ]);
  my ($port) = ($door->wait_line(qr/listening/) // die $door->log) =~ /(\d+)/;
  return $port;
}

sub behind {
  my ($id, $port, $attributes) = @_;
  return qq(<partner id="$id"><name>$id</name><target url="z3950s://localhost:$port/Default" $attributes/></partner>\n);
}

authority('ca');
authority('stranger');
my $ca      = qq(tls-ca-file="$dir/ca.pem");
my $good    = door(certificate('good', by => 'ca'));
my $strict  = door("$dir/good.pem", "$dir/ca.pem");
my $client  = certificate('client', by => 'ca');
my $outsider = certificate('outsider', by => 'stranger');

# One that greets in plain text, and one that takes connections and never says a word.
my $talker = target(script => "connect http\n");
my $mute   = target(script => "connection 1-99 connect silent\n");

my $gateway = gateway(search => { deadline => '8s' }, partners => join '',
  behind('good',     $good, $ca),
  behind('name',     door(certificate('name', by => 'ca', names => 'DNS:elsewhere.example')), $ca),
  behind('expired',  door(certificate('expired', by => 'ca', days => 0)), $ca),
  behind('self',     door(certificate('self')), $ca),
  behind('unknown',  $good, qq(tls-ca-file="$dir/stranger.pem")),
  behind('system',   $good, ''),
  behind('plain',    $target->port, $ca),
  behind('talker',   $talker->port, $ca),
  behind('stalls',   $mute->port, $ca),
  behind('known',    $strict, qq($ca tls-certificate="$client")),
  behind('apart',    $strict, qq($ca tls-certificate="$client" tls-key="$dir/client.key")),
  behind('nobody',   $strict, $ca),
  behind('outsider', $strict, qq($ca tls-certificate="$outsider")));

my %expected = (
  name    => qr/host ?name mismatch/i,
  expired => qr/certificate has expired/i,
  self    => qr/self.signed certificate/i,
  unknown => qr/unable to get local issuer|self.signed/i,
  system  => qr/unable to get local issuer|self.signed/i,
  nobody  => qr/asks for a client certificate, none is configured/,
  plain   => qr/closed during the TLS handshake/,
  talker  => qr/does not speak TLS/,
);
my $answer = $gateway->search('union', query => 'dc.title=moon');
for my $id (qw(good known apart)) {
  is($answer->outcome($id), 'ok', "$id is searched");
}
for my $id (sort keys %expected) {
  is($answer->outcome($id), 'failed tls', "$id is a failure of TLS");
  like($answer->partners->{$id}{detail}, $expected{$id}, "$id: what is wrong is said: " . $answer->partners->{$id}{detail});
}
# TLS 1.3: the server says that it does not like our certificate only after we think that all is well,
# and its words may be lost with the connection.
like($answer->outcome('outsider'), qr/\Afailed (?:tls|reset|closed)\z/, 'outsider is not let in: ' . $answer->outcome('outsider'));
is($answer->outcome('stalls'), 'late tls', 'stalls: a handshake that does not end');
is($answer->partners->{$_}{fetched}, 2, "records of $_") for qw(good known apart);

finish();
