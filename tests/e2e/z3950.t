#!/usr/bin/perl
# The gateway as a Z39.50 server, for yaz-client: what each service answers.
use strict;
use warnings;
use utf8;
use Encode ();
use MARC::Record ();
use Silang::Test;

my $zebra   = zebra();
my $gateway = gateway(
  partners => sample_partners($zebra) . '<group id="two" name="Two" members="ugm uinsuka"/>',
  z3950    => '127.0.0.1:0',
);
my $address = $gateway->z3950;
ok($address, 'the ready line tells the address');

# What yaz-client says to these commands.
sub yaz {
  my ($database, @commands) = @_;
  my ($status, $out, $err) = run({ input => join('', map { "$_\n" } "open $address/$database", @commands, 'quit') }, 'yaz-client');
  return $out;
}

sub hits     { return [ $_[0] =~ /^Number of hits: (\d+)/mg ] }
sub controls { return [ $_[0] =~ /^001 (\S+)/mg ] }
sub codes    { return [ $_[0] =~ /^\s*\[(\d+)\] /mg ] }
sub names    { return [ $_[0] =~ /^\[(\w+)\]Record type/mg ] }

# Record syntaxes, element sets.
my $out = yaz('union', 'find @attr 1=4 manusia', 'show 1+2', 'format xml', 'show 1', 'elements dc', 'show 1', 'elements mods', 'show 1',
  'format opac', 'elements F', 'show 1', 'format sutrs', 'show 1', 'elements B', 'show 1', 'format usmarc', 'show 1', 'elements Z', 'show 1',
  'elements F', 'format grs-1', 'show 1', 'format unimarc', 'show 1');
like($out, qr/^Search was a success/m, 'a search succeeds');
my $first = controls($out)->[0];
like($out, qr/Record type: USmarc\n(?:.*\n)*?852    \$a /,                    'usmarc, with an 852 for each holding');
like($out, qr{<record xmlns="http://www.loc.gov/MARC21/slim">.*$first},       'xml is MARCXML');
like($out, qr{<srw_dc:dc .*<dc:title>},                                       'elements dc: Dublin Core');
like($out, qr{<mods .*<title>}s,                                              'elements mods: MODS');
like($out, qr/Record type: OPAC\nRecord type: USmarc\n(?:.*\n)*?Data holdings 0\n/, 'opac, with holdings');
like($out, qr/^nucCode: /m,                                                   'that name the library');
like($out, qr/Record type: SUTRS\nTitle:  .*manusia(?:.*\n)*?Held by: /i,     'sutrs is a card that names the holders');
is_deeply(codes($out), [ 25, 239 ], 'an unknown element set, an unknown syntax');
my ($marc21)  = $out =~ /Record type: USmarc\n(.*?)^(?:\[|next)/ms;
my ($unimarc) = $out =~ /Record type: Unimarc\n(.*?)^next/ms;
sub subfield {
  my ($record, $tag, $code) = @_;
  my ($value) = $record =~ /^$tag .. .*?\$$code (.*?)[ .:\/,]*(?: \$|\n)/m;
  return $value // "no $tag \$$code";
}
for my $pair ([qw(245 a 200 a)], [qw(245 c 200 f)], [qw(264 b 210 c)], [qw(082 a 676 a)], [qw(650 z 606 y)]) {
  my ($tag, $code, $into, $as) = @$pair;
  is(subfield($unimarc, $into, $as), subfield($marc21, $tag, $code), "unimarc: $into \$$as is $tag \$$code");
}
unlike(subfield($marc21, 245, 'a'), qr/^no /, 'which is there');
like($unimarc, qr/^001 $first\n/m,                              'unimarc: of the same record');
like($unimarc, qr/^100    \$a .{36}\n101 . /m,                 'unimarc: with its coded fields');
like($unimarc, qr/^852    \$a .*\n(?:.*\n)*995    \$b /m,      'unimarc: and holdings');
is(scalar(() = $unimarc =~ /^852/mg), scalar(() = $marc21 =~ /^852/mg), 'unimarc: all of them');

# Every partner is named with its count.
my $partners = $gateway->search('union', query => 'dc.title=manusia')->partners;
my %count    = map { $_ => $partners->{$_}{hits} } keys %$partners;
my %told  = map { /cnt=(\d+) id=(\S+)/ ? ($2 => $1) : () } split /,/, $out =~ /^SearchResult-1:(.*)/m ? $1 : '';
is_deeply(\%told, \%count, 'SearchResult-1 has the partners and their counts');

# Facets, as yaz-client's `facets` asks for them: SRU's.
$out = yaz('union', 'facets @attr 1=subject @attr 3=4, @attr 1=1003 @attr 2=1 @attr 3=3, @attr 1=nothing, @attr 1=library @attr 4=2 @attr 3=2',
  'find @attr 1=4 hukum', 'facets', 'find @attr 1=4 hukum');
my ($shown, $without) = $out =~ /^Facets\((\d+)\): \n((?: .*\n)*)/m ? ($1, $2) : (0, '');
sub counted {
  my ($sort, $start, $limit) = @_;
  my @pairs = $gateway->search('union', query => 'dc.title=hukum', maximumRecords => 0, facetLimit => $limit, facetSort => $sort, facetStart => $start)
    ->texts('//*[local-name()="facet"]//*[local-name()="term"]/*[local-name()="actualTerm" or local-name()="count"]');
  return join '', map { "    $pairs[2 * $_] ($pairs[2 * $_ + 1])\n" } 0 .. $#pairs / 2;
}
is($shown, 3, 'three facets of four: one is unknown');
is(Encode::decode('UTF-8', $without),
  "  subject (4): \n" . counted('recordCount', '1', '4:subject') . "  1003 (3): \n" . counted('alphanumeric', '1', '3:author')
    . "  library (2): \n" . counted('recordCount', '2:library', '2:library'), 'the terms and counts that SRU gives');
is(scalar(() = $out =~ /^Facets\(/mg), 1, 'and none unasked');

# What narrows an SRU question narrows this one, by name: formats and libraries; in CQL, too.
my $merged = sub { return $gateway->search('union', query => $_[0], maximumRecords => 100)->hits };
$out = yaz('union', 'find @and @attr 1=4 indonesia @attr 1=silang.format map', 'find @not @attr 1=4 indonesia @attr 1=silang.format map',
  'find @and @attr 1=4 indonesia @attr 1=rec.collectionName ugm', 'querytype cql', 'find dc.title=indonesia and silang.format=map',
  'querytype prefix', 'find @and @set 1 @attr 1=rec.collectionName ugm', 'sort 1=4 <', 'show 1+1');
is_deeply(hits($out), [ map { $merged->($_) } 'dc.title=indonesia and silang.format=map', 'dc.title=indonesia not silang.format=map',
  'dc.title=indonesia and rec.collectionName=ugm', 'dc.title=indonesia and silang.format=map',
  'dc.title=indonesia and silang.format=map and rec.collectionName=ugm' ], 'formats and libraries narrow');
cmp_ok(hits($out)->[0], '>', 0, 'to something');
is_deeply([ codes($out), scalar @{ controls($out) } ], [ [], 1 ], 'such a set is sorted and shown');
$out = yaz('union', 'find @attr 1=silang.format map', 'find @or @attr 1=4 indonesia @attr 1=silang.format map', 'find @and @attr 1=4 indonesia @attr 1=silang.format novel');
is_deeply(codes($out), [ 3, 3, 126 ], 'and where they cannot, that is said');

# A partner's database: its own records as they are.
my $own = yaz('perpusnas', 'find @attr 1=4 hukum', 'show 1+3');
my $direct = join '', map { "$_\n" } 'open 127.0.0.1:' . $zebra->port . '/perpusnas', 'find @attr 1=4 hukum', 'show 1+3', 'quit';
my (undef, $theirs) = run({ input => $direct }, 'yaz-client');
is_deeply(hits($own), hits($theirs), 'a partner\'s count');
is_deeply([ $own =~ /^(?:\d{3}|\d{5}\w) .*$/mg ], [ $theirs =~ /^(?:\d{3}|\d{5}\w) .*$/mg ], 'and records');
is_deeply(names($own), [ ('perpusnas') x 3 ], 'and its name');

# Byte for byte.
sub raw_records {
  my ($server, $database) = @_;
  my $file = workdir() . '/raw';
  unlink $file;
  run({ input => "set_marcdump $file\nopen $server/$database\nfind \@attr 1=4 hukum\nshow 1+3\nquit\n" }, 'yaz-client');
  return -e $file ? slurp($file) : undef;
}
is(raw_records($address, 'perpusnas'), raw_records('127.0.0.1:' . $zebra->port, 'perpusnas'), 'byte for byte as its server sends them');

# Result sets: names, operands, Delete.
$out = yaz('union', 'find @attr 1=4 manusia', 'find @attr 1=1003 toer', 'find @and @set 1 @set 2', 'find @set 1', 'show 1+1+1', 'delete 1', 'show 1+1+1', 'show 1+1+9');
my $hits = hits($out);
cmp_ok($hits->[2], '<', $hits->[0], 'sets are operands');
is($hits->[3], $hits->[0], 'a set by itself is the set');
is(scalar @{ controls($out) }, 1, 'a set is presented by its name');
is_deeply(codes($out), [ 30, 30 ], 'a deleted set and one that never was: 30');

# Sort: by attributes, by name, and as CQL says it.
my @sorted = $gateway->search('union', query => 'dc.title=bumi sortby dc.title', recordSchema => 'marcxml', maximumRecords => 10)->controls;
$out = yaz('union', 'find @attr 1=4 bumi', 'sort 1=4 <', 'show 1+' . @sorted, 'sort+ title <', 'show 1+' . @sorted, 'querytype cql', 'find dc.title=bumi sortby dc.title',
  'show 1+' . @sorted, 'sort 1=9999 <');
is_deeply(controls($out), [ (@sorted) x 3 ], 'sorted as over SRU, three ways');
is_deeply(codes($out), [207], 'what cannot be sorted by is 207');

# Scan, as over SRU.
my @terms = $gateway->ask('union', operation => 'scan', version => '1.2', scanClause => 'dc.title=hukum', maximumTerms => 10)
  ->texts('//*[local-name()="term"]/*[local-name()="value"]');
$out = yaz('union', 'scansize 10', 'scan @attr 1=4 hukum');
my @scanned = map { s/ +\z//r } $out =~ /^[ *] ?(\S.*?) \(\d+\)/mg;
is_deeply(\@scanned, \@terms, 'scan gives the terms that SRU gives') or diag($out);
like($out, qr/^\* ?hukum /m, 'and points to the term');
$out = yaz('union', 'scanstep 2', 'scan @attr 1=4 hukum', 'scanstep 0', 'scansize 1000', 'scan @attr 1=4 hukum');
is_deeply(codes($out), [ 205, 1029 ], 'steps and too many terms are refused');

# Several databases are their union.
my $two = hits(yaz('two', 'find @attr 1=4 hukum'))->[0];
is(hits(yaz('union', 'base ugm uinsuka', 'find @attr 1=4 hukum'))->[0], $two, 'two databases are the same as a group of them');

# Other query types.
my $cql = hits(yaz('union', 'querytype cql', 'find dc.title=bumi and dc.creator=toer'))->[0];
is(hits(yaz('union', 'querytype ccl', 'find ti=bumi and au=toer'))->[0], $cql, 'CCL asks what CQL asks');
is(hits(yaz('union', 'find @and @attr 1=4 bumi @attr 1=1003 toer'))->[0], $cql, 'and what RPN asks');

# Piggyback by the three bounds.
$out = yaz('union', 'ssub 3', 'lslb 100000', 'mspn 4', 'find @attr 1=4 manusia', 'mspn 0', 'find @attr 1=4 manusia');
is_deeply([ $out =~ /^records returned: (\d+)/mg ], [ 4, 0 ], 'a medium set comes with as many records as asked');

# What is wrong.
$out = yaz('union', 'find @attr 1=4 manusia', 'show 100000', 'find @attr 7=1 x', 'find @attr 4=77 x', 'find @attrset exp-1 @attr 1=1 x', 'find @attr 1=9999 x',
  'querytype cql', 'find dc.title=(');
is_deeply(codes($out), [ 13, 113, 118, 121, 2, 108 ], 'each mistake has its diagnostic');
is_deeply(codes(yaz('nowhere', 'find x')), [235], 'an unknown database is 235');

$out = yaz('union', 'find @attr 1=4 manusia', 'close');
like($out, qr/Reason: peer abort|Reason: finished/, 'a Close is answered');

# A record that UNIMARC cannot say has a diagnostic in its place, and the others come.
{
  my @records = map { MARC::Record->new } 1 .. 2;
  $_->append_fields(MARC::Field->new('001', 'x1')) for @records;
  $_->insert_fields_ordered(MARC::Field->new('100', '1', ' ', a => 'Nobody'))       for $records[0];
  $_->insert_fields_ordered(MARC::Field->new('245', '0', '0', a => 'Somebody\'s')) for $records[1];
  my $file    = spew(workdir() . '/untitled.mrc', map { $_->as_usmarc } @records);
  my $library = target(script => "records $file\n");
  my $other   = gateway(partners => partner('one', port => $library->port), z3950 => '127.0.0.1:0');
  my (undef, $said) = run({ input => 'open ' . $other->z3950 . "/one\nfind a\nformat unimarc\nshow 1+2\nformat usmarc\nshow 1+2\nquit\n" }, 'yaz-client');
  like($said, qr/\[238\] .*no title/, 'a record without a title is not UNIMARC');
  like($said, qr/^200 0  \$a Somebody's$/m, 'the one beside it is');
  is(scalar(() = $said =~ /Record type: USmarc/g), 2, 'and both are MARC 21');
}

finish();
