#!/usr/bin/perl
# A second, narrower question to a library that gives its records in no order (src/search/second.h):
# Zebra, not asked to rank by the profile that partners have of themselves.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Silang::Test;

my $zebra = zebra();
my $gateway = gateway(partners => sample_partners($zebra, opac => 0), search => { window => 5 });

sub json {
  my ($database, $query, %parameter) = @_;
  my $answer = $gateway->get("/sru/$database?"
      . $gateway->parameters(query => $query, httpAccept => 'application/json', recordSchema => 'dc', %parameter));
  return JSON::PP->new->utf8->decode($answer->{body});
}

sub hits { return json('ugm', @_, maximumRecords => 0)->{numberOfRecords} }

sub ids { return map { $_->{holdings}[0]{id} } @{ $_[0]{records} } }

# A record far down a broad result, and a word that only it has.
my $broad = hits('cql.anywhere = islam');
cmp_ok($broad, '>', 20, 'a broad question');
my ($id, $rare);
for my $place (reverse 12 .. $broad) {
  my ($record) = @{ json('ugm', 'cql.anywhere = islam', startRecord => $place, maximumRecords => 1)->{records} };
  ($rare) = grep { hits("cql.anywhere = $_") == 1 } $record->{record}{title}[0] =~ /\b([a-z]{5,})\b/g;
  ($id) = map { $_->{id} } @{ $record->{holdings} };
  last if $rare;
}
ok($rare, 'a word of one record alone') or die "no such word\n";

my $query  = qq(cql.anywhere any "islam $rare");
my $single = json('ugm', $query, maximumRecords => 20);
my $answer = json('union', $query, 'x-partners' => 'ugm', maximumRecords => 3);
my ($first) = @{ $answer->{records} };
is($first->{holdings}[0]{id}, $id, "first comes what holds both, islam and $rare");
ok(!exists $first->{holdings}[0]{position}, 'it has no position');
is($answer->{partners}[0]{hits}, $broad, 'the hits are those of the first question');
is($answer->{partners}[0]{status}, 'ok', 'the library is well');
ok(!(grep { $_ eq $id } ids($single)), 'asked alone the library gives its own order');

my $xml = $gateway->get('/sru/union?'
    . $gateway->parameters(query => $query, 'x-partners' => 'ugm', maximumRecords => 1, recordSchema => 'dc'))->{body};
like($xml, qr{<holding partner="ugm" id="\Q$id\E"}, 'it is held');
unlike($xml, qr{<holding [^>]*position=}, 'no position in XML either');

# To the end: each record once, those of the second question in their places by then.
my (@all, $next);
for ($next = 1 ; $next ;) {
  my $page = json('union', $query, 'x-partners' => 'ugm', 'x-dedup' => 'off', startRecord => $next, maximumRecords => 17);
  push @all, ids($page);
  $next = $page->{nextRecordPosition};
}
my %seen;
is(scalar @all, $broad, 'all pages together are all hits');
ok(!(grep { $seen{$_}++ } @all), 'each once');
is($all[0], $id, 'the first is still the first');
finish();
