#!/usr/bin/perl
# The gateway as a Z39.50 server, for clients that others wrote: yaz-client, zoomsh, Perl's ZOOM,
# and a gateway in front of the gateway.
use strict;
use warnings;
use utf8;
use Encode ();
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

# The same questions over SRU and Z39.50.
my @questions = (
  [ 'manusia',                                   'cql.anywhere=manusia',              '@attr 1=1016 manusia' ],
  [ 'a title',                                   'dc.title=manusia',                  '@attr 1=4 manusia' ],
  [ 'words of a title',                          'dc.title all "hukum islam"',        '@attr 1=4 @attr 4=6 "hukum islam"' ],
  [ 'a phrase',                                  'dc.title="hukum islam"',            '@attr 1=4 @attr 4=1 "hukum islam"' ],
  [ 'the beginning of a word',                   'dc.title=pendidik*',                '@attr 1=4 @attr 5=1 pendidik' ],
  [ 'an author',                                 'dc.creator=pramoedya',              '@attr 1=1003 pramoedya' ],
  [ 'and',                                       'dc.title=bumi and dc.creator=toer', '@and @attr 1=4 bumi @attr 1=1003 toer' ],
  [ 'or',                                        'dc.title=bumi or dc.title=hukum',   '@or @attr 1=4 bumi @attr 1=4 hukum' ],
  [ 'not',                                       'dc.title=hukum not dc.title=islam', '@not @attr 1=4 hukum @attr 1=4 islam' ],
  [ 'a subject',                                 'dc.subject=islam',                  '@attr 1=21 islam' ],
);
for my $question (@questions) {
  my ($what, $cql, $pqf) = @$question;
  my $sru = $gateway->search('union', query => $cql, recordSchema => 'marcxml', maximumRecords => 20);
  my $out = yaz('union', "find $pqf", 'show 1+' . ($sru->hits < 20 ? $sru->hits : 20));
  is(hits($out)->[0], $sru->hits, "$what: the count is SRU's");
  is_deeply(controls($out), [ $sru->controls ], "$what: the same records in the same order");
}

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

# zoomsh.
my (undef, $shell) = run('zoomsh', "connect $address/union", 'search @attr 1=4 manusia', 'show 0 3', 'quit');
like($shell, qr/: \Q$hits->[0]\E hits$/m, 'zoomsh: the count');
is_deeply(controls($shell), [ ($gateway->search('union', query => 'dc.title=manusia', maximumRecords => 3)->controls) ], 'zoomsh: three records');

SKIP: {
  eval { require ZOOM; 1 } or do { fail("Perl's ZOOM is not installed"); last SKIP };
  # As Koha does it: asynchronously, 20 records with the answer, several connections at once.
  my (@connections, @sets);
  for my $database (qw(union two ugm uinsuka perpusnas)) {
    my $options = ZOOM::Options->new;
    $options->option(async => 1);
    $options->option(count => 20);
    $options->option(preferredRecordSyntax => 'usmarc');
    my $connection = ZOOM::Connection->create($options);
    $connection->connect("$address/$database");
    push @connections, $connection;
    push @sets,        $connection->search_pqf('@attr 1=4 hukum');
  }
  1 while ZOOM::event(\@connections);
  for my $i (0 .. $#sets) {
    my ($error) = $connections[$i]->error_x;
    is($error, 0, 'ZOOM, asynchronously: no error');
    my $most = $sets[$i]->size < 20 ? $sets[$i]->size : 20;
    is(scalar(grep { $sets[$i]->record_immediate($_) } 0 .. $most - 1), $most, 'and the records came with the answer');
  }
  is($sets[0]->option('searchresult.size'), scalar keys %count, 'ZOOM sees every partner');
  eval { $connections[0]->option(async => 0) };
  $_->destroy for @connections;
}

# A gateway may be another's partner.
my ($port) = $address =~ /:(\d+)\z/;
my $outer = gateway(partners => partner('inner', port => $port, database => 'union'), z3950 => '127.0.0.1:0');
my $through = $outer->search('union', query => 'dc.title=manusia', maximumRecords => 10);
is($through->hits, $hits->[0], 'a gateway before the gateway: the count');
is_deeply([ sort $through->controls ], [ sort $gateway->search('union', query => 'dc.title=manusia', maximumRecords => 10)->controls ], 'and the records');

finish();
