#!/usr/bin/perl
# Partners that are killed and started anew, a real Zebra behind all sixteen of them: the very next
# question has all their records, and under load each comes back by itself.
use strict;
use warnings;
use utf8;
use POSIX ();
use Silang::Test;

my $zebra  = zebra();
my $steady = target(script => "name steady\nhits 3\n");
my @words  = qw(hukum islam sejarah bahasa indonesia pengantar ekonomi sastra);

sub all_partners { return sample_partners($zebra) . partner('steady', port => $steady->port) }

# What stands where, and who answered how.
sub summary {
  my ($answer) = @_;
  my $partners = $answer->partners;
  return {
    hits     => $answer->hits,
    holdings => [ map { join ' ', @$_ } $answer->holdings ],
    partners => [ map { "$_ " . $answer->outcome($_) . ' ' . ($partners->{$_}{hits} // '-') } $answer->partner_ids ],
    problems => [ $answer->diagnostics ],
  };
}

sub ask {
  my ($gateway, $word) = @_;
  return summary($gateway->search('union', query => "dc.title=$word", maximumRecords => 50));
}

# What it has to be: asked of a gateway that never lost a connection.
my %expected;
{
  my $gateway = gateway(partners => all_partners());
  $expected{$_} = ask($gateway, $_) for @words;
  $gateway->stop;
}
is(scalar(grep { /\A\w+ ok / } map { @{ $expected{$_}{partners} } } @words), 8 * @{ $expected{hukum}{partners} }, 'all partners answer each of the questions');

# Pools with several connections each, all dead.
sub warm {
  my ($gateway) = @_;
  my @children = map { in_child(sub { $gateway->search('union', query => "dc.title=warm$$") }) } 1 .. 4;
  waitpid $_, 0 for @children;
  return;
}

sub in_child {
  my ($code) = @_;
  my $pid = fork // die "fork: $!\n";
  return $pid if $pid;
  my $good = eval { $code->(); 1 };
  print {*STDERR} $@ if !$good;
  POSIX::_exit($good ? 0 : 1);
}

subtest 'all partners restarted at once, and the gateway knows' => sub {
  my $gateway = gateway(partners => all_partners());
  for my $word (@words) {
    warm($gateway);
    $zebra->crash;
    $zebra->begin;
    is_deeply(ask($gateway, $word), $expected{$word}, "$word: the very next search has all records");
  }
};

# One request on a connection that stays; the answer's body.
sub request {
  my ($socket, $path) = @_;
  syswrite $socket, "GET $path HTTP/1.1\r\nHost: localhost\r\n\r\n";
  return;
}

sub response {
  my ($socket) = @_;
  my $text = '';
  while ($text !~ /\r\n\r\n/ || length $' < ($text =~ /^content-length: (\d+)/im)[0]) {
    sysread $socket, $text, 1 << 16, length $text or die "no whole answer\n";
  }
  return $text =~ s/\A.*?\r\n\r\n//sr;
}

# The gateway sleeps meanwhile, and the question is there before the news: it learns that its
# connections are dead when it uses them.
subtest 'the same, when it is found out by using them' => sub {
  my $gateway = gateway(partners => all_partners());
  my $socket  = $gateway->socket;
  for my $word (@words) {
    warm($gateway);
    request($socket, '/health');
    response($socket);
    $gateway->signal('STOP');
    request($socket, "/sru/union?query=dc.title%3D$word&maximumRecords=50");
    $zebra->crash;
    $zebra->begin;
    $gateway->signal('CONT');
    my $answer = Silang::Test::Answer->new({ body => response($socket), status => 200, error => '' });
    is_deeply(summary($answer), $expected{$word}, "$word: all records");
  }
};

# Searches all the time: what was never away never fails, what comes back is asked again.
subtest 'restarted under load' => sub {
  my $gateway = gateway(search => { deadline => '10s', cache => '1ms', retry => '1ms' },
    partners => partner('zebra', port => $zebra->port, database => 'ugm', target => 'back-off="200ms" back-off-most="1s"')
      . partner('steady', port => $steady->port));
  my $dir  = workdir();
  my $load = sub {
    my ($number) = @_;
    open my $out, '>', "$dir/load$number" or die "load: $!\n";
    $out->autoflush(1);
    for (my $n = 1 ; !-e "$dir/enough" ; $n++) {
      my $answer = $gateway->search('union', query => "dc.title=hukum or dc.title=load$number$n");
      print {$out} join('|', $answer->status, $answer->outcome('steady'), $answer->outcome('zebra'), $answer->partners->{zebra}{hits} // ''), "\n";
    }
  };
  my @children = map { my $n = $_; in_child(sub { $load->($n) }) } 1 .. 4;
  my $lines = sub { return map { split /\n/, slurp("$dir/load$_") } grep { -e "$dir/load$_" } 1 .. 4 };
  my $until = sub {
    my ($what) = @_;
    for (1 .. 2400) {
      return if grep { $what->($_) } ($lines->());
      select undef, undef, undef, 0.05;
    }
    die "the load does not get there\n" . join "\n", $lines->();
  };
  my ($oks, $skipped) = (0, 0);
  my $count = sub { my ($pattern) = @_; return scalar grep { /$pattern/ } $lines->() };
  for my $round (1 .. 3) {
    my ($ok, $skip) = ($count->(qr/\|ok\|\d/), $count->(qr/\|skipped breaker\|/));
    $until->(sub { $count->(qr/\|ok\|\d/) > $ok + 8 });
    $zebra->crash;
    $until->(sub { $count->(qr/\|skipped breaker\|/) > $skip });
    $zebra->begin;
    $ok = $count->(qr/\|ok\|\d/);
    $until->(sub { $count->(qr/\|ok\|\d/) > $ok + 8 });
    pass("round $round: it went, was left alone, and came back");
  }
  spew("$dir/enough", '');
  is(join(' ', map { waitpid $_, 0; $? } @children), '0 0 0 0', 'the load ends');
  my @all = $lines->();
  is_deeply([ grep { !/\A200\|ok\|/ } @all ], [], 'who was never away always answered: ' . @all . ' times');
  my %hits = map { $_ => 1 } map { /\|ok\|(\d+)\z/ ? $1 : () } @all;
  is(scalar keys %hits, 1, 'and whenever it answered, it had all its records');
  my %other = map { $_ => 1 } grep { !/\Aok\b/ } map { (split /\|/)[2] } @all;
  is_deeply([ grep { !/\A(?:failed (?:refused|reset|closed)|skipped breaker)\z/ } keys %other ], [], 'while it was away: ' . join ', ', sort keys %other);
};

finish();
