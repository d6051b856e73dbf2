#!/usr/bin/perl
# Partners that misbehave, on real sockets: the answer comes at the deadline at the latest, with what
# the healthy ones hold, and each of the others with its true status and reason.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use IO::Socket::IP ();
use Socket ();
use Silang::Test;

# A port on which nobody listens: it stays bound, so that nobody else gets it.
my $closed = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Type => Socket::SOCK_STREAM);

my %script = (
  healthy  => '',
  never    => 'any silent',
  refuses  => 'connect refuse',
  resets   => 'search reset',
  garbage  => 'search garbage',
  rejects  => 'init reject',
  diagnoses => 'search diagnostic 114 1003',
  drips    => 'search drip 1 every 100ms',
  mute     => 'connect silent',
  hangsup  => 'search close',
  halfway  => 'search records 2, hits 8|present silent',
  breaks   => 'search records 2, hits 8|present close',
  liar     => 'init huge',
  http     => 'init http',
  slowinit => 'init silent',
  wrongref => 'search reference wrong',
  greeting => 'connect garbage',
  badpass  => 'init diagnostic 1011 Bad credentials',
  deaf     => 'connection 1-999 connect silent',
  segments => 'search records 0|present flood 2000 segment',
  deep     => 'search deep 200000',
  texts    => 'search diagnostic 2 why, swell addinfo 1000000',
);
my %expected = (
  healthy   => qr/\Aok\z/,
  never     => qr/\Alate init\z/,
  refuses   => qr/\Afailed refused\z/,
  resets    => qr/\Afailed reset\z/,
  garbage   => qr/\Afailed protocol\z/,
  rejects   => qr/\Afailed init-rejected\z/,
  diagnoses => qr/\Afailed diagnostic bib1:114\z/,
  drips     => qr/\Alate search\z/,
  mute      => qr/\Alate connect\z/,
  hangsup   => qr/\Afailed closed\z/,
  halfway   => qr/\Alate present\z/,
  breaks    => qr/\Afailed (?:closed|diagnostic)\z/,
  liar      => qr/\Afailed (?:too-large|protocol)\z/,
  http      => qr/\Afailed protocol\z/,
  slowinit  => qr/\Alate init\z/,
  wrongref  => qr/\Afailed protocol\z/,
  greeting  => qr/\Afailed protocol\z/,
  badpass   => qr/\Afailed authentication\b/,
  deaf      => qr/\Alate init\z/,
  segments  => qr/\Afailed protocol\z/,
  deep      => qr/\Afailed protocol\z/,
  texts     => qr/\Afailed diagnostic bib1:2\z/,
);
my @eight  = qw(healthy never refuses resets garbage rejects diagnoses drips);
my @others = (grep { my $id = $_; !grep { $_ eq $id } @eight } sort keys %script);
my @names  = (@eight, @others);

my $target = target(count => scalar @names,
  script => join '', map { my $n = $_ + 1; (my $rules = $script{ $names[$_] }) =~ s/\|/\n/g; "target $n\nname $names[$_]\nhits 4\n$rules\n" } 0 .. $#names);
my $partners = join '', map { partner($names[$_], port => $target->port($_), target => 'connections="2" idle="1s"') } 0 .. $#names;
$partners .= partner('nobody', port => $closed->sockport);
$partners .= qq(<group id="eight" name="The eight" members="@eight"/>);
our $gateway = gateway(partners => $partners, search => { deadline => '2s' }, z3950 => '127.0.0.1:0');

sub check_outcomes {
  my ($answer, @ids) = @_;
  is_deeply([ $answer->partner_ids ], \@ids, 'every partner is listed');
  like($answer->outcome($_), $expected{$_}, "$_: " . $answer->outcome($_)) for @ids;
  return;
}

subtest 'eight partners, seven of which fail' => sub {
  my $answer = $gateway->search('eight', query => 'dc.title=water', maximumRecords => 20);
  is($answer->status, 200, 'HTTP 200');
  is_deeply([ $answer->diagnostics ], [], 'no diagnostic: a search that some answered is a success');
  check_outcomes($answer, @eight);
  my $partners = $answer->partners;
  is_deeply([ map { $_->[0] } $answer->holdings ], [ map { sprintf 'healthy healthy%06d', $_ } 1 .. 4 ], "the healthy partner's records")
    or diag(join ' ', map { @$_ } $answer->holdings);
  is($partners->{diagnoses}{detail} =~ /1003/, 1, "the partner's own words are shown");
  my @without = grep { !defined $partners->{$_}{ms} } @eight;
  is_deeply(\@without, [], 'each has the time of its answer or failure');
  is_deeply([ grep { defined $partners->{$_}{hits} } @eight ], ['healthy'], 'only who stated a count has hits');
};

subtest 'partial=diagnostic' => sub {
  my $answer = $gateway->search('eight', query => 'dc.title=fire', 'x-partial' => 'diagnostic');
  my @diagnostics = $answer->diagnostics;
  is(scalar @diagnostics, 1, 'one diagnostic');
  like($diagnostics[0], qr/\A59 answered 1 of 8: /, "it is $diagnostics[0]");
  is(scalar($answer->records), 4, 'beside the records');
};

subtest 'other ways to fail' => sub {
  my $answer = $gateway->search('union', query => 'dc.title=earth', maximumRecords => 50);
  like($answer->outcome($_), $expected{$_}, "$_: " . $answer->outcome($_)) for @others;
  is($answer->outcome('nobody'), 'failed refused', 'nobody listens: failed refused');
  my $partners = $answer->partners;
  is_deeply([ @{ $partners->{halfway} }{qw(hits fetched)} ], [ 8, 2 ], 'a late one keeps its count, and what it sent is used');
  is_deeply([ @{ $partners->{breaks} }{qw(hits fetched)} ], [ 8, 2 ], 'and so does one that breaks off');
  my %from;
  $from{ (split ' ', $_)[0] }++ for map { @$_ } $answer->holdings;
  is_deeply(\%from, { healthy => 4, halfway => 2, breaks => 2 }, 'records of all who sent some');
};

# The same to a Z39.50 client: who failed has no count in SearchResult-1, but says why.
subtest 'clients of the Z39.50 server are told the same' => sub {
  my $fresh = gateway(partners => $partners, search => { deadline => '2s' }, z3950 => '127.0.0.1:0');
  my ($status, $out) = run({ input => join "\n", 'open ' . $fresh->z3950, 'find air', 'show 1+4', 'quit', '' }, 'yaz-client');
  for my $id (sort keys %script) {
    my ($word) = "$expected{$id}" =~ /\\A\(?\??:?(\w+)/;
    if ($script{$id} eq '' || $id eq 'halfway' || $id eq 'breaks' || $id eq 'segments') {
      like($out, qr/cnt=\d+ id=$id\b/, "$id has a count");
    } else {
      like($out, qr/term=$word: [\w-]+ id=$id\b/, "$id: $word");
    }
  }
  like($out, qr/^Search was a success/m, 'the search is a success');
  is(scalar(() = $out =~ /^\[\w+\]Record type: /mg), 4, 'and has records') or diag($out);
};

subtest 'nobody answers' => sub {
  my $answer = $gateway->search('union', query => 'dc.title=air', 'x-partners' => 'refuses,rejects');
  like(($answer->diagnostics)[0], qr/\A2 .*refuses.*rejects/s, 'diagnostic 2 with the reasons: ' . ($answer->diagnostics)[0]);
  is($answer->outcome('refuses'), 'failed refused', 'and the partners are there');
  my $single = $gateway->search('refuses', query => 'dc.title=air');
  like(($single->diagnostics)[0], qr/\A2 /, "so for one library's database");
  my $cannot = $gateway->search('diagnoses', query => 'dc.title=air');
  is(scalar(my @all = $cannot->diagnostics), 1, 'a diagnostic of a single library is one');
};

subtest 'nothing is left leased' => sub {
  my ($held, %searching);
  # Until twice the deadline the legs may work on; the status says when nothing does.
  for (1 .. 600) {
    my $status = JSON::PP->new->utf8->decode($gateway->get('/status')->{body});
    %searching = map { $_->{id} => $_->{connections} } @{ $status->{partners} };
    $held = join ' ', grep { $searching{$_} && ($searching{$_}{leased} || $searching{$_}{queued} || $searching{$_}{opening}) } sort keys %searching;
    last if $held eq '';
    select undef, undef, undef, 0.1;
  }
  is($held, '', 'no connection is leased, opening or waited for');
};

subtest 'partners that break off in the middle of Present, fifty times' => sub {
  my @ways = ('present #2 close', 'present #2 reset', 'present #2 close after 3 records', 'present #2 reset after half', 'present #3 reset after 1 records');
  my $rules = join '', map { my $n = $_ + 2; "target $n\nname p$_\n$ways[$_]\n" } 0 .. $#ways;
  my $set   = target(count => 1 + @ways, script => "hits 20\ntarget 1\nname good\n$rules");
  my @ids   = ('good', map { "p$_" } 0 .. $#ways);
  local $gateway = gateway(search => { deadline => '60s', window => 20 },
    partners => join '', map { partner($ids[$_], port => $set->port($_), target => 'chunk="5" breaker="0"') } 0 .. $#ids);
  my (%lists, %twice, %shape);
  for my $n (1 .. 50) {
    my $answer = $gateway->search('union', query => "dc.title=break$n", maximumRecords => 100);
    my (%seen, %count);
    for my $holding (map { @$_ } $answer->holdings) {
      $twice{$holding}++ if $seen{$holding}++;
      $count{ (split ' ', $holding)[0] }++;
    }
    my $partners = $answer->partners;
    $shape{ join ' ', map { $_ . ':' . ($count{$_} // 0) . '/' . $partners->{$_}{fetched} . ' ' . $answer->outcome($_) } @ids }++;
  }
  is_deeply(\%twice, {}, 'no record comes twice');
  is(scalar keys %shape, 1, 'fifty of fifty answers are alike');
  is((keys %shape)[0], 'good:20/20 ok p0:10/10 failed closed p1:10/10 failed reset p2:10/10 failed closed p3:10/10 failed reset p4:15/15 failed reset',
    'what came before stays, and nobody else has less');
};

# Connections that are never made must not stand in the way of those that would be.
subtest 'a partner that never accepted, and comes back' => sub {
  my $mute = target(script => "name mute\nhits 2\ninit silent\n");
  local $gateway = gateway(partners => partner('mute', port => $mute->port, target => 'connections="2" breaker="0"'), search => { deadline => '500ms' });
  for my $n (1 .. 5) {
    my $answer = $gateway->search('union', query => "dc.title=try$n");
    is($answer->outcome('mute'), 'late init', "search $n waits for Init, not in the queue");
  }
  $mute->script("name mute\nhits 2\n");
  my $answer = $gateway->search('union', query => 'dc.title=again', 'x-deadline' => '60s');
  is($answer->outcome('mute'), 'ok', 'then it is asked on a new connection');
};

subtest 'a partner that is left alone, and comes back by itself' => sub {
  my $mute = target(script => "name mute\nhits 2\nsearch silent\n");
  local $gateway = gateway(partners => partner('mute', port => $mute->port, target => 'breaker="2" back-off="300ms"'), search => { deadline => '500ms' });
  for my $n (1, 2) {
    is($gateway->search('union', query => "dc.title=try$n")->outcome('mute'), 'late search', "search $n is late");
  }
  is($gateway->search('union', query => 'dc.title=three')->outcome('mute'), 'skipped breaker', 'then it is passed by');
  my $status = JSON::PP->new->utf8->decode($gateway->get('/status')->{body})->{partners}[0];
  is_deeply([ @{$status}{qw(state reason)} ], [qw(skipped breaker)], 'the status says so');
  like($status->{breaker}{since}, qr/\A2\d\d\d-/, 'since when');
  like($gateway->get('/metrics')->{body}, qr/silang_partner_state\{partner="mute",state="skipped",reason="breaker"\} 1/, 'and so do the metrics');
  $mute->script("name mute\nhits 2\n");
  my $outcome = '';
  for my $n (1 .. 100) {
    $outcome = $gateway->search('union', query => "dc.title=back$n")->outcome('mute');
    last if $outcome eq 'ok';
    select undef, undef, undef, 0.1;
  }
  is($outcome, 'ok', 'and it comes back');
};

subtest 'a partner that comes back' => sub {
  my $flaky = target(script => "name flaky\nhits 2\nsearch close\n");
  my $other = target(script => "name steady\nhits 2\n");
  local $gateway = gateway(partners => partner('flaky', port => $flaky->port) . partner('steady', port => $other->port),
    search => { deadline => '5s', retry => '1ms' });
  my $first = $gateway->search('union', query => 'dc.title=moon', maximumRecords => 10);
  is($first->outcome('flaky'), 'failed closed', 'it fails');
  $flaky->script("name flaky\nhits 2\n");
  my $second = $gateway->search('union', query => 'dc.title=moon', maximumRecords => 10);
  is($second->outcome('flaky'), 'ok', 'beyond retry it is asked again');
  is(scalar(map { @$_ } $second->holdings), 4, 'and its records are there');
  my $old = $gateway->search('union', query => 'cql.resultSetId=' . $first->set, maximumRecords => 10);
  is($old->outcome('flaky'), 'failed closed', 'the old set is still what it was');
  is_deeply([ map { @$_ } $old->holdings ], [ map { @$_ } $first->holdings ], 'with its records');
};

finish();
