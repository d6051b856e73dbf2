#!/usr/bin/perl
# Two thousand idle associations, what one costs, and two hundred more that all ask at once.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use POSIX ();
use Silang::Test;
use Silang::Test::Apdu;

use constant { IDLE => 2000, ACTIVE => 200, WARM => 100, COST => 8192 };

# Descriptors enough for this side.
is((run('prlimit', '--pid', $$, '--nofile=' . (IDLE + ACTIVE + WARM + 200) . ':'))[0], 0, 'descriptors enough');

my $quick   = target(count => 2, script => "hits 30\n");
my $silent  = target(script => "search silent\n");
my $gateway = gateway(
  partners => partner('one', port => $quick->port(0)) . partner('two', port => $quick->port(1)) . partner('silent', port => $silent->port),
  search   => { deadline => '100s' },
  z3950    => '127.0.0.1:0',
);

sub dial {
  my $socket = IO::Socket::IP->new(PeerAddr => $gateway->z3950) // die "connect: $@\n";
  syswrite $socket, init_request();
  return $socket;
}

# They connect and ask first, then all are read.
sub associations {
  my ($count) = @_;
  my @sockets = map { dial() } 1 .. $count;
  my $accepted = grep { my $answer = read_apdu($_); $answer =~ /\A\xB5/ && $answer =~ /\x8C\x01[^\0]/ } @sockets;
  is($accepted, $count, "$count associations");
  return @sockets;
}

sub resident {
  my ($pages) = slurp('/proc/' . $gateway->pid . '/statm') =~ /\A\d+ (\d+)/;
  return $pages * POSIX::sysconf(POSIX::_SC_PAGESIZE());
}

# Bytes of the heap count, not pages that were there before: the first hundred warm it.
my @warm   = associations(WARM);
my $before = resident();
my @idle   = associations(IDLE);
my $cost   = (resident() - $before) / IDLE;
diag(sprintf 'an idle association costs %d bytes', $cost);
my $sanitized = slurp(top_builddir() . '/src/silangd') =~ /__asan_init/;
cmp_ok($cost, '<', $sanitized ? 10 * COST : COST, 'which is as little as it should');
like($gateway->get('/metrics')->{body}, qr/^silang_z3950_connections @{[ WARM + IDLE ]}$/m, 'all are held');

# Two hundred searches wait at once, for a partner that says nothing until it ends.
my @active = associations(ACTIVE);
syswrite $active[$_], search_request(word => 'word' . $_ % 50, records => 2) for 0 .. $#active;
my $waiting = 0;
$waiting = ($gateway->get('/metrics')->{body} =~ /^silang_requests_waiting (\d+)/m)[0] until $waiting == ACTIVE;
pass(ACTIVE . ' searches are waited for');
is(scalar(grep { $_->{searches} } @{ $quick->stats }), 2, 'while the others have answered');
$silent->kill;
my $good = 0;
for my $i (0 .. $#active) {
  my $answer = read_apdu($active[$i]);
  my $word   = 'word' . $i % 50;
  $good++ if $answer =~ /\A\xB7/ && $answer =~ /\x96\x01[^\0]/ && $answer =~ /\x98\x01\x02/ && $answer =~ /$word .*$word /s;
}
is($good, ACTIVE, 'each has its own two records');

# Idle ones are there still.
syswrite $idle[$_], search_request(word => 'late') for 0, IDLE - 1;
like(read_apdu($idle[$_]), qr/\A\xB7.*\x96\x01[^\0]/s, 'an idle association searches') for 0, IDLE - 1;
close $_ for @warm, @idle, @active;
finish();
