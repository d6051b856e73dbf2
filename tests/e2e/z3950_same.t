#!/usr/bin/perl
# Fifty questions over SRU and over Z39.50: the same counts, the same records in the same order.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $zebra   = zebra();
my $gateway = gateway(partners => sample_partners($zebra), z3950 => '127.0.0.1:0');

# [CQL, PQF]
my @questions;
sub ask { push @questions, [@_] }
ask("dc.title=$_",   "\@attr 1=4 $_")    for qw(manusia hukum islam bumi pendidikan ekonomi sejarah bahasa indonesia sastra);
ask("dc.creator=$_", "\@attr 1=1003 $_") for qw(toer koentjaraningrat hatta hamka ali);
ask("dc.subject=$_", "\@attr 1=21 $_")   for qw(islam hukum ekonomi pendidikan sejarah);
ask("cql.anywhere=$_", "\@attr 1=1016 $_") for qw(manusia politik masyarakat);
ask("cql.serverChoice=$_", $_) for qw(kebudayaan keluarga);
ask(qq(dc.title all "$_"), qq(\@attr 1=4 \@attr 4=6 "$_"))
  for 'hukum islam', 'sejarah indonesia', 'ekonomi pembangunan', 'ilmu pendidikan', 'bahasa indonesia';
ask(qq(dc.title="$_"), qq(\@attr 1=4 \@attr 4=1 "$_"))
  for 'hukum islam', 'bumi manusia', 'ilmu pendidikan', 'bahasa indonesia', 'hukum adat';
ask("dc.title=$_*", "\@attr 1=4 \@attr 5=1 $_") for qw(pendidik sejar ekonom);
ask("dc.date=$_", "\@attr 1=31 $_") for qw(2004 1999);
ask('dc.title=bumi and dc.creator=toer',     '@and @attr 1=4 bumi @attr 1=1003 toer');
ask('dc.title=hukum and dc.subject=islam',   '@and @attr 1=4 hukum @attr 1=21 islam');
ask('dc.title=indonesia and dc.date=2004',   '@and @attr 1=4 indonesia @attr 1=31 2004');
ask('dc.title=bumi or dc.title=hukum',       '@or @attr 1=4 bumi @attr 1=4 hukum');
ask('dc.creator=toer or dc.creator=hamka',   '@or @attr 1=1003 toer @attr 1=1003 hamka');
ask('dc.title=hukum not dc.title=islam',     '@not @attr 1=4 hukum @attr 1=4 islam');
ask('dc.title=sejarah not dc.title=indonesia', '@not @attr 1=4 sejarah @attr 1=4 indonesia');
ask('(dc.title=bumi or dc.title=manusia) and dc.creator=toer', '@and @or @attr 1=4 bumi @attr 1=4 manusia @attr 1=1003 toer');
ask('dc.title=ekonomi and (dc.title=islam or dc.subject=islam)', '@and @attr 1=4 ekonomi @or @attr 1=4 islam @attr 1=21 islam');
ask('dc.title=nothingatallhasthisword',      '@attr 1=4 nothingatallhasthisword');
is(scalar @questions, 50, 'fifty questions');

# Over Z39.50 first for every second one, so that neither is always the one that makes the set.
my (@sru, @commands, @asked);
sub ask_sru {
  my ($i) = @_;
  my $answer = $gateway->search('union', query => $questions[$i][0], recordSchema => 'marcxml', maximumRecords => 20);
  $sru[$i] = { hits => $answer->hits, controls => [ $answer->controls ] };
  return;
}

sub ask_z3950 {
  my (@which) = @_;
  my @show = ('ssub 20', 'lslb 10000', 'mspn 20');
  my (undef, $out) = run({ input => join '', map { "$_\n" } 'open ' . $gateway->z3950 . '/union', @show, (map { "find $questions[$_][1]" } @which), 'quit' },
    'yaz-client');
  my (undef, @answers) = split /^Received SearchResponse/m, $out;
  my %got;
  @got{@which} = map { { hits => (/^Number of hits: (\d+)/m)[0], controls => [/^001 (\S+)/mg] } } @answers;
  return \%got;
}
my @even = grep { $_ % 2 == 0 } 0 .. $#questions;
my @odd  = grep { $_ % 2 } 0 .. $#questions;
ask_sru($_) for @even;
my $z3950 = { %{ ask_z3950(@odd) }, %{ ask_z3950(@even) } };
ask_sru($_) for @odd;

my $found = 0;
for my $i (0 .. $#questions) {
  is_deeply($z3950->{$i}, $sru[$i], $questions[$i][0]);
  $found += @{ $sru[$i]{controls} };
}
cmp_ok($found, '>', 400, "which are $found records");
finish();
