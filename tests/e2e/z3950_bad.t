#!/usr/bin/perl
# What no client should send to the Z39.50 server, and what it answers.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use Silang::Test;

my $target  = target(count => 2, script => "hits 30\ntarget 2\nsearch silent\n");
my @ports   = $target->ports;
my $gateway = gateway(
  partners => partner('one', port => $ports[0]) . partner('two', port => $ports[1]),
  search   => { deadline => '300ms' },
  more     => '<limits connections="40" header-time="400ms" body-time="400ms" z3950-idle="900ms"/>',
  z3950    => '127.0.0.1:0',
);

sub dial { return IO::Socket::IP->new(PeerAddr => $gateway->z3950) // die "connect: $@\n" }

# All that comes until the gateway closes.
sub rest {
  my ($socket) = @_;
  my $all = '';
  1 while sysread $socket, $all, 1 << 16, length $all;
  return $all;
}

sub sent {
  my ($bytes) = @_;
  my $socket = dial();
  syswrite $socket, $bytes;
  return rest($socket);
}

# A Close APDU ([48]) with this reason ([211]) is at the end.
sub closes {
  my ($bytes, $reason, $name) = @_;
  return like($bytes, qr/\xBF\x30.*\x9F\x81\x53\x01\Q@{[ chr $reason ]}\E/s, $name) || diag(unpack 'H*', $bytes);
}

my $init = pack 'H*', 'b4188302' . '05e0' . '8404' . '00e01240' . '8503100000' . '8603100000' . '9f6e0178';
my $search = pack 'H*', 'b6808d01008e01018f010090010091' . '0764656661756c74' . 'b280' . '9f690764656661756c740000' . '0000';

closes(sent("GET / HTTP/1.1\r\n\r\n"), 6, 'HTTP: a Close for a protocol error');
closes(sent("\x00" x 100),              6, 'zeros');
closes(sent(substr($init, 0, 10)),      7, 'half an Init and silence: a Close for lack of activity');
closes(sent(''),                        7, 'nothing at all');
closes(sent("\xB4\x84\x7F\xFF\xFF\xFF"), 4, 'a message of two gigabytes');
closes(sent("\xB8\x80\x00\x00"),        6, 'Present before Init');
closes(sent($init . "\xB6\x80" . "\xA1\x80" x 10000), 6, 'depth 10,000');
like(sent($init . $init), qr{a second Init}, 'a second Init');
closes(sent($init . "\xB6\x84\x00\xA0\x00\x00" . 'x' x 100000), 4, 'a query of 10 MB');
closes(sent($init . substr($search, 0, 8)), 7, 'half a Search and silence');
closes(sent($init),                     7, 'an idle association');

sub yaz {
  my (@commands) = @_;
  my ($status, $out) = run({ input => join('', map { "$_\n" } 'open ' . $gateway->z3950, @commands, 'quit') }, 'yaz-client');
  return $out;
}
my $out = yaz('show 1', 'find air', 'show 1+2', 'show 29+10', 'show 0+1');
is_deeply([ $out =~ /^\s*\[(\d+)\] /mg ], [ 30, 13, 13 ], 'Present before Search: 30; beyond the end: 13') or diag($out);
like($out, qr/term=late: search id=two/, 'a partner that is late is named');
$out = yaz(map { "find word$_" } 1 .. 105);
is(scalar(() = $out =~ /^Search was a success/mg), 100, 'a hundred result sets');
is(scalar(() = $out =~ /\[112\]/g),                  5,   'and no more');

# Connections over the limit are closed.
my @held = map { dial() } 1 .. 40;
my $more = dial();
is(rest($more), '', 'one connection too many is closed');
close $_ for @held;

like($gateway->get('/metrics')->{body}, qr/^silang_z3950_refused_total [1-9]/m, 'which the metrics count');
finish();
