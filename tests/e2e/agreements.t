#!/usr/bin/perl
# The sixteen partners' agreements on three days, under exclude and under warn: in /status and in
# answers.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Silang::Test;

my %ends = (
  perpusnas => '2024-06-24', uinsuka => '2027-07-13', uinsgd => '2026-10-18', uinrf => '2024-10-03',
  iainbukittinggi => '2024-10-03', iainbatusangkar => '2024-10-03', iainmalikussaleh => '2026-11-30',
  unimal => '2021-12-01', polmed => '2025-06-07', wilmar => '2022-08-07', quality => '2023-08-07',
  stipap => '2022-08-07', uda => '2023-08-07',
);
my @undated = qw(ugm balitbang umsu);
my @OVER    = qw(perpusnas unimal wilmar quality stipap uda); # by July 2024
my @ISLAMIC = qw(uinrf iainbukittinggi iainbatusangkar);      # until 3 October 2024
my %days    = (
  '2024-07-01' => {
    expired => \@OVER,
    # 94 days before the end: not yet
    active  => [ @ISLAMIC, qw(uinsuka uinsgd iainmalikussaleh polmed) ],
  },
  '2024-07-05' => {
    expired  => \@OVER,
    expiring => \@ISLAMIC,
    active   => [qw(uinsuka uinsgd iainmalikussaleh polmed)],
  },
  '2026-11-22' => {
    expired  => [ @OVER, @ISLAMIC, qw(polmed uinsgd) ],
    expiring => ['iainmalikussaleh'],
    active   => ['uinsuka'],
  },
);

my $zebra = zebra();
for my $day (sort keys %days) {
  my %state = map { my $state = $_; map { $_ => $state } @{ $days{$day}{$state} } } keys %{ $days{$day} };
  $state{$_} = 'undated' for @undated;
  for my $policy (qw(exclude warn)) {
    subtest "$day, $policy" => sub { one_day($day, $policy, \%state) };
  }
}

sub one_day {
  my ($day, $policy, $state) = @_;
  my $gateway = gateway(partners => sample_partners($zebra), search => { 'on-expiry' => $policy }, args => ["--today=$day"]);
  like($gateway->log, qr/today day=\Q$day\E/, 'the day is logged at start');
  my $answer   = $gateway->search('union', query => 'dc.title=hukum', maximumRecords => 100);
  my $partners = $answer->partners;
  my $status   = JSON::PP->new->utf8->decode($gateway->get('/status')->{body});
  my %status   = map { $_->{id} => $_ } @{ $status->{partners} };
  is_deeply({ map { $_ => $status{$_}{agreement}{state} } keys %status }, $state, '/status: the state of each agreement');
  is_deeply({ map { $status{$_}{agreement}{ends} ? ($_ => $status{$_}{agreement}{ends}) : () } keys %status }, \%ends, 'and its end');
  my @expired = grep { $state->{$_} eq 'expired' } sort keys %$state;
  my @asked   = grep { $state->{$_} ne 'expired' } sort keys %$state;
  my %from = map { (split ' ', $_)[0] => 1 } map { @$_ } $answer->holdings;
  is_deeply([ grep { $partners->{$_}{status} ne 'ok' } @asked ], [], 'who is not expired is asked');
  is_deeply([ grep { $partners->{$_}{agreement} } @asked ], [], 'and not marked');
  if ($policy eq 'exclude') {
    is_deeply([ grep { $partners->{$_}{status} ne 'expired' } @expired ], [], 'who is expired is left out');
    is_deeply({ map { $_ => $partners->{$_}{ends} } @expired }, { map { $_ => $ends{$_} } @expired }, 'with the day it ended');
    is_deeply([ grep { $from{$_} } @expired ], [], 'no record is theirs');
    is_deeply([ grep { defined $partners->{$_}{hits} } @expired ], [], 'and no count');
    is_deeply([ map { $status{$_}{state} } @expired ], [ ('expired') x @expired ], '/status says so');
    my $single = $gateway->search($expired[0], query => 'dc.title=hukum');
    is($single->outcome($expired[0]), 'expired', "its own database does not ask it either");
    like(($single->diagnostics)[0], qr/\A2 .*expired/, 'which is diagnostic 2: ' . (($single->diagnostics)[0] // 'none'));
  }
  else {
    is_deeply([ grep { $partners->{$_}{status} ne 'ok' } @expired ], [], 'who is expired is asked');
    is_deeply([ grep { ($partners->{$_}{agreement} // '') ne 'expired' } @expired ], [], 'and marked');
    is_deeply([ grep { !$from{$_} && $partners->{$_}{hits} } @expired ], [], 'their records are there');
    is(scalar $answer->nodes(join '|', map { qq(//s:holding[\@partner="$_"]/\@services) } @expired), 0, 'without services');
  }
  my $marked = $gateway->search('union', query => 'dc.title=hukum', 'x-partial' => 'diagnostic');
  is_deeply([ $marked->diagnostics ], [], 'an expired agreement is no outage');
  $gateway->stop;
  return;
}

subtest 'an agreement to come, one without search, one that is off' => sub {
  my $target  = target(script => "hits 1\n");
  my $gateway = gateway(args => ['--today=2024-07-01'], search => { 'on-expiry' => 'exclude' }, partners => join '',
    partner('tomorrow', port => $target->port, agreement => '<agreement begins="2024-07-02"><service>search</service></agreement>'),
    partner('today',    port => $target->port, agreement => '<agreement begins="2024-07-01" ends="2024-07-01"><service>search</service></agreement>'),
    partner('yesterday', port => $target->port, agreement => '<agreement ends="2024-06-30"><service>search</service></agreement>'),
    partner('loans',    port => $target->port, agreement => '<agreement><service>loan</service></agreement>'),
    partner('off',      port => $target->port, enabled => 'no'));
  my $answer = $gateway->search('union', query => 'dc.title=x');
  is($answer->outcome('tomorrow'), 'expired', 'not begun');
  is($answer->partners->{tomorrow}{begins}, '2024-07-02', 'with its first day');
  is($answer->outcome('today'), 'ok', 'the first and the last day are in force');
  is($answer->outcome('yesterday'), 'expired', 'over');
  is($answer->outcome('loans'), 'skipped service', 'no search among its services');
  is($answer->outcome('off'), 'skipped disabled', 'enabled="no"');
  my $diagnostics = $gateway->search('union', query => 'dc.title=x', 'x-partial' => 'diagnostic');
  is_deeply([ $diagnostics->diagnostics ], [], 'none of which is an outage');
};

finish();
