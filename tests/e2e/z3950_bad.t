#!/usr/bin/perl
# What no client should send to the Z39.50 server, and what it answers.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use POSIX ();
use Silang::Test;
use Silang::Test::Apdu;

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

my $init = init_request();

sub resident {
  my ($pages) = slurp('/proc/' . $gateway->pid . '/statm') =~ /\A\d+ (\d+)/;
  return $pages * POSIX::sysconf(POSIX::_SC_PAGESIZE());
}
sent($init . close_request()) for 1 .. 3;
my $before = resident();

closes(sent("GET / HTTP/1.1\r\n\r\n"), 6, 'HTTP: a Close for a protocol error');
closes(sent("\x00" x 100),              6, 'zeros');
closes(sent(substr($init, 0, 10)),      7, 'half an Init and silence: a Close for lack of activity');
closes(sent(''),                        7, 'nothing at all');
closes(sent("\xB4\x84\x7F\xFF\xFF\xFF"), 4, 'a message of two gigabytes');
closes(sent("\xB8\x80\x00\x00"),        6, 'Present before Init');
closes(sent($init . "\xB6\x80" . "\xA1\x80" x 10000), 6, 'depth 10,000');
like(sent($init . $init), qr{a second Init}, 'a second Init');
closes(sent($init . "\xB6\x84\x00\xA0\x00\x00" . 'x' x 100000), 4, 'a query of 10 MB');
closes(sent($init . substr(search_request(), 0, 8)), 7, 'half a Search and silence');
closes(sent($init),                     7, 'an idle association');
closes(sent($init . "\xB6\x80" . "\x9F\x6E\x04abcd" x 100000), 4, 'indefinite length without an end');
closes(sent($init . "\xB6\x80" . "\xA1\x80\x00\x00" x 60000 . "\x00\x00"), 6, 'indefinite length and 60,000 elements');
closes(sent("\xB4\xFF" . 'x' x 100),   6, 'a length that BER does not have');
closes(sent($init . "\xB5\x00"),        6, 'an answer in place of a request');
closes(sent($init . "\x30\x03\x02\x01\x00"), 6, 'BER that is no APDU');

# Requests after a Close are not looked at.
my $rest = sent($init . close_request() . search_request(word => 'air') . present_request());
closes($rest, 8, 'a Close is answered');
unlike($rest, qr/[\xB7\xB9]\x80?/, 'and what follows it is not') if is(apdu_end(\$rest, apdu_end(\$rest, 0)), length $rest, 'an Init response and a Close, no more');

# What is within bounds has a diagnostic (Bib-1's OID and a condition) and the association goes on.
sub condition {
  my ($bytes) = @_;
  return $bytes =~ /\x06\x07\x2A\x86\x48\xCE\x13\x04\x01\x02\x01(.)/s ? ord $1 : undef;
}

sub answers {
  my (@requests) = @_;
  my $socket = dial();
  syswrite $socket, $_ for $init, @requests;
  read_apdu($socket);
  return map { condition(read_apdu($socket)) } @requests;
}
my $set = ber(31, 'nosuch');
is_deeply([ answers(present_request(), search_request(operand => ber('-0', $set)), search_request(word => 'x' x 100000), present_request(set => 'nosuch')) ],
  [ 30, 30, 11, 30 ], 'Present before Search, an unknown set as operand, a query of 100 kB, an unknown set');

# Twenty times ten megabytes at once leave nothing behind.
{
  my @sockets = map { dial() } 1 .. 20;
  for my $socket (@sockets) {
    syswrite $socket, $init . "\xB6\x84\x00\x03\xF0\x00" . 'x' x 200000;
  }
  rest($_) for @sockets;
  cmp_ok(resident() - $before, '<', 48 << 20, 'all this takes no more than 48 MB');
}

sub yaz {
  my (@commands) = @_;
  my ($status, $out) = run({ input => join('', map { "$_\n" } 'open ' . $gateway->z3950, @commands, 'quit') }, 'yaz-client');
  return $out;
}
my $out = yaz('show 1', 'find air', 'show 1+2', 'show 29+10', 'show 0+1', 'find @attrset exp-1 @attr 1=1 x', 'find @attrset 1.2.3.4 @attr 1=1 x');
is_deeply([ $out =~ /^\s*\[(\d+)\] /mg ], [ 30, 13, 13, 121, 121 ], 'Present before Search: 30; beyond the end: 13; an unknown attribute set: 121') or diag($out);
like($out, qr/term=late: search id=two/, 'a partner that is late is named');
# A thousand result sets: a hundred, and then no more.
my $library = target(script => "hits 3\n");
my $roomy   = gateway(partners => partner('one', port => $library->port), z3950 => '127.0.0.1:0');
my (undef, $many) = run({ input => 'open ' . $roomy->z3950 . "\n" . join('', map { "find word$_\n" } 1 .. 1000) . "show 1\nquit\n" }, 'yaz-client');
is(scalar(() = $many =~ /^Search was a success/mg), 100, 'a hundred result sets');
is(scalar(() = $many =~ /\[112\]/g),               900, 'and no more of a thousand');

# Connections over the limit are closed.
my @held = map { dial() } 1 .. 40;
my $more = dial();
is(rest($more), '', 'one connection too many is closed');
close $_ for @held;

like($gateway->get('/metrics')->{body}, qr/^silang_z3950_refused_total [1-9]/m, 'which the metrics count');
finish();
