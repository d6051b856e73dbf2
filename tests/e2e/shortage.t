#!/usr/bin/perl
# Descriptors or memory used up: the answer says so, never an empty success; what can be answered is,
# and all is as before when there is room again.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use Socket ();
use Silang::Test;

my $target = target(count => 12, script => "hits 3\n" . join '', map { "target $_\nname p$_\n" } 1 .. 12);

# A gateway that may have only `spare` descriptors more than it has at rest.
sub short {
  my ($spare, %option) = @_;
  my $probe = gateway(%option);
  my %used  = map { m{(\d+)\z} => 1 } glob '/proc/' . $probe->pid . '/fd/*';
  my $limit = 0;
  $probe->stop;
  while ($spare) {
    $spare-- if !$used{ $limit++ };
  }
  return gateway(%option, limit => $limit);
}

sub partners {
  my ($set, $more) = @_;
  return join '', map { partner("p$_", port => $set->port($_ - 1), target => $more // '') } 1 .. 12;
}

sub outcomes {
  my ($answer) = @_;
  my %count;
  $count{ $answer->outcome($_) }++ for $answer->partner_ids;
  return \%count;
}

subtest 'descriptors for half of the partners' => sub {
  my $gateway = short(7, partners => partners($target));
  my $answer = $gateway->search('union', query => 'dc.title=moon', maximumRecords => 50);
  my $count  = outcomes($answer);
  is_deeply([ sort keys %$count ], [ 'ok', 'skipped overload' ], 'some are asked, the others are skipped: overload');
  ok($count->{ok} >= 5 && $count->{'skipped overload'} >= 5, "so many: $count->{ok} and $count->{'skipped overload'}");
  is(scalar(map { @$_ } $answer->holdings), 3 * $count->{ok}, 'with the records of those who were');
  my ($id) = grep { $answer->outcome($_) eq 'skipped overload' } $answer->partner_ids;
  like($answer->partners->{$id}{detail}, qr/Too many open files/, 'and the reason: ' . $answer->partners->{$id}{detail});
  like(($gateway->search('union', query => 'dc.title=sun', 'x-partial' => 'diagnostic')->diagnostics)[0], qr/\A59 answered \d+ of 12: .*overload/, 'diagnostic 59 says so, too');
  is($gateway->partners->{$id}{breaker}{state}, 'closed', 'it is not held against the partner');
};

subtest 'none for any partner' => sub {
  my $gateway = short(1, partners => partners($target));
  my $answer = $gateway->search('union', query => 'dc.title=moon');
  like(($answer->diagnostics)[0], qr/\A2 .*p1: skipped overload/, 'diagnostic 2: ' . ($answer->diagnostics)[0]);
  is($answer->hits, 0, 'no hits');
  my $scan = $gateway->ask('union', scanClause => 'dc.title=a');
  like(($scan->diagnostics)[0] // '', qr/\A2 /, 'so for scan');
};

# Clients that take them all: those who wait get their turn.
subtest 'clients hold all descriptors' => sub {
  my $gateway = short(8, partners => partners($target, 'idle="10ms"'), z3950 => '127.0.0.1:0');
  my @idle;
  for (1 .. 20) {
    push @idle, IO::Socket::IP->new(PeerAddr => $gateway->address, Type => Socket::SOCK_STREAM, Blocking => 0);
    push @idle, IO::Socket::IP->new(PeerAddr => $gateway->z3950, Type => Socket::SOCK_STREAM, Blocking => 0);
  }
  $gateway->wait_line(qr/ accept | http-accept /);
  pass('it says that it cannot take more');
  undef @idle;
  for my $n (1, 2) {
    my $answer = $gateway->search('union', query => "dc.title=later$n", 'x-partners' => 'p1,p2');
    is_deeply(outcomes($answer), { ok => 2 }, "when they have gone, search $n is answered");
  }
};

# Certificates are files: without a descriptor they cannot be read, which is no fault of the partner.
subtest 'TLS without a descriptor for its files' => sub {
  my ($ca, $key) = map { workdir() . "/$_" } qw(ca.pem ca.key);
  run(qw(openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout), $key, '-out', $ca);
  my $partners = qq(<partner id="t"><name>t</name><target url="z3950s://127.0.0.1:@{[ $target->port ]}/Default" tls-ca-file="$ca"/></partner>);
  my $gateway = short(2, partners => $partners);
  my $answer = $gateway->search('union', query => 'dc.title=moon');
  is($answer->outcome('t'), 'skipped overload', 'overload');
  like($answer->partners->{t}{detail}, qr/ca\.pem: Too many open files/, 'and which: ' . $answer->partners->{t}{detail});
};

# Memory.
my $fat = target(count => 4, script => "hits 400\nany swell records 20000\n");
my $fat_partners = join '', map { partner("p$_", port => $fat->port($_ - 1), target => 'chunk="50"') } 1 .. 4;

subtest 'one search\'s memory is used up' => sub {
  my $gateway = gateway(partners => $fat_partners, search => { window => 400 }, more => '<limits search-bytes="4MiB"/>');
  my $answer = $gateway->search('union', query => 'dc.title=moon', maximumRecords => 100);
  my @cut = grep { $answer->outcome($_) eq 'failed too-large' } $answer->partner_ids;
  ok(@cut >= 1, 'who sends too much is cut: ' . join ' ', map { "$_: " . $answer->outcome($_) } $answer->partner_ids);
  like($answer->partners->{ $cut[0] }{detail}, qr/memory/, 'and it says why');
  ok($answer->records > 0, 'what was fetched is there');
  is_deeply([ grep { $gateway->partners->{$_}{breaker}{failures} } @cut ], [], 'it is not held against them');
};

# A search that waits for a silent partner has its records in memory: nothing else can go.
subtest 'all memory is used up' => sub {
  my $mute    = target(script => "search silent\n");
  my $gateway = gateway(partners => $fat_partners . partner('mute', port => $mute->port) . partner('other', port => $target->port),
    search => { window => 400 }, more => '<limits cache-bytes="2MiB" search-bytes="1GiB"/>');
  my $socket = $gateway->socket;
  syswrite $socket, "GET /sru/union?query=dc.title%3Dmoon&maximumRecords=5 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  my ($refused, $n) = (undef, 0);
  until ($refused) {
    ($refused) = $gateway->search('other', query => 'dc.title=other' . ++$n, maximumRecords => 1)->diagnostics;
  }
  like($refused, qr/\A2 too many searches/, "a new search is refused at once: $refused");
  close $socket;
  my $answer;
  do {
    $answer = $gateway->search('other', query => 'dc.title=after' . ++$n, maximumRecords => 1);
  } while ($answer->diagnostics);
  is($answer->hits, 3, 'and when its client has gone, there is room again');
};

finish();
