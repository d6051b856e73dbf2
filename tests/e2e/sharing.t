#!/usr/bin/perl
# Two hundred clients that ask the same at the same moment: one search at each partner.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $count  = 200;
my $target = target(count => 3, script => "hits 5\nsearch delay 500ms\n");
my $gateway = gateway(partners => join '', map { partner("p$_", port => $target->port($_ - 1)) } 1 .. 3);

sub searches { return [ map { $_->{searches} } @{ $target->stats } ] }

# Sends every request before any answer is read; the answers' bodies.
sub all_at_once {
  my (@paths) = @_;
  my @sockets = map { $gateway->socket } @paths;
  syswrite $sockets[$_], "GET $paths[$_] HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" for 0 .. $#paths;
  my @bodies;
  for my $socket (@sockets) {
    my $all = '';
    1 while sysread $socket, $all, 1 << 16, length $all;
    push @bodies, $all =~ s/\A.*?\r\n\r\n//sr;
  }
  $gateway->drain;
  return @bodies;
}

subtest 'the same question' => sub {
  my @bodies = all_at_once(('/sru?query=dc.title%3Dwater') x $count);
  is(scalar(grep { /<zs:numberOfRecords>15</ } @bodies), $count, 'everyone has the answer');
  my %order = map { join(' ', /holding partner="(\w+)" id="(\w+)"/g) => 1 } @bodies;
  is(scalar keys %order, 1, 'the same');
  is_deeply(searches(), [ 1, 1, 1 ], 'and each partner was asked once');
};

subtest 'the same question in other words' => sub {
  my @forms = ('query=dc.title%3Dfire', 'version=1.1&operation=searchRetrieve&query=dc.title+%3D+fire',
    'query=dc.title%3Dfire&x-dedup=off', 'query=dc.title%3Dfire&recordSchema=dc&maximumRecords=3');
  my @bodies = all_at_once(map { "/sru?$forms[$_ % @forms]" } 0 .. 39);
  is(scalar(grep { /numberOfRecords>15</ } @bodies), 40, 'everyone has an answer');
  is_deeply(searches(), [ 2, 2, 2 ], 'and each partner was asked once more');
};

subtest 'some leave' => sub {
  my @leaving = map { $gateway->socket } 1 .. 20;
  my @staying = map { $gateway->socket } 1 .. 20;
  for my $socket (map { ($leaving[$_], $staying[$_]) } 0 .. 19) {
    syswrite $socket, "GET /sru?query=dc.title%3Dearth HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  }
  close $_ for @leaving;
  my $served = 0;
  for my $socket (@staying) {
    my $all = '';
    1 while sysread $socket, $all, 1 << 16, length $all;
    $served++ if $all =~ /<zs:numberOfRecords>15</;
  }
  is($served, 20, 'who stays is served');
  is_deeply(searches(), [ 3, 3, 3 ], 'by one search at each partner');
};

subtest 'other questions are others' => sub {
  my @bodies = all_at_once(map { "/sru?query=dc.title%3Dair$_" } 1 .. 5);
  is(scalar(grep { /numberOfRecords>15</ } @bodies), 5, 'everyone has an answer');
  is_deeply(searches(), [ 8, 8, 8 ], 'each asked for itself');
};

finish();
