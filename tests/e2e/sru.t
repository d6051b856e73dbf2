#!/usr/bin/perl
# SRU as portals ask it: the three versions over GET, POST and HEAD, JSON, explain, schemas, and what
# a merged answer promises. curl asks, libxml2 reads, sixteen Zebra databases answer.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Silang::Test;

my @ALL = qw(perpusnas ugm balitbang uinsuka uinsgd uinrf iainbukittinggi iainbatusangkar
  iainmalikussaleh unimal polmed umsu wilmar quality stipap uda);
my @PTKIN = qw(uinsuka uinsgd uinrf iainbukittinggi iainbatusangkar iainmalikussaleh);
my $QUERY = 'dc.title=manusia';

my $zebra   = zebra();
my $truth   = $zebra->truth;
my $gateway = gateway(partners => sample_partners($zebra));

my $reference = $gateway->search('union', version => '1.1', query => $QUERY, maximumRecords => 100);
is_deeply([ $reference->diagnostics ], [], 'a search gives no diagnostic');
cmp_ok($reference->records, '>', 5, 'and some records');
my @reference = map { join ',', @$_ } $reference->holdings;

subtest $_ => \&version, $_ for qw(1.1 1.2 2.0);

sub version {
  my ($version) = @_;
  my $namespace = $version eq '2.0'
    ? 'http://docs.oasis-open.org/ns/search-ws/sruResponse' : 'http://www.loc.gov/zing/srw/';
  my @question = (version => $version, query => $QUERY, maximumRecords => 100);
  unshift @question, operation => 'searchRetrieve' if $version ne '2.0';
  my $get = $gateway->search('union', @question);
  is($get->status, 200, 'GET: HTTP 200');
  like($get->http->{type}, qr{\A(?:text|application)/(?:sru\+)?xml; *charset=utf-8\z}i, 'its type');
  is($get->namespace, $namespace, 'its namespace');
  is($get->text('/*/zs:version'), $version eq '2.0' ? undef : $version, 'its version');
  is_deeply([ map { join ',', @$_ } $get->holdings ], \@reference, 'the same records in the same order');
  is_deeply([ $get->texts('//zs:recordPosition') ], [ 1 .. $get->records ], 'positions from 1');
  is_deeply([ grep { $_ ne 'info:srw/schema/1/marcxml-v1.1' } $get->texts('//zs:record/zs:recordSchema') ],
    [], 'MARCXML');
  my $post = $gateway->post('union', @question);
  is($post->status, 200, 'POST: HTTP 200');
  is($post->namespace, $namespace, 'its namespace');
  is_deeply([ map { join ',', @$_ } $post->holdings ], \@reference, 'the same records in the same order');
  my $head = $gateway->raw('HEAD /sru/union?' . $gateway->parameters(@question)
      . " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  like($head, qr{\AHTTP/1\.1 200 .*\r\n\r\n\z}s, 'HEAD: HTTP 200 and no body');
  like($head, qr/^Content-Type: \Q@{[ $get->http->{type} ]}\E\r$/mi, 'the same type');
  like($head, qr/^Content-Length: \Q@{[ length $get->http->{body} ]}\E\r$/mi, 'and length');
  return;
}

subtest 'the address in explain' => sub {
  my ($bound, $port) = split /:/, $gateway->address;
  my %expected = (
    'catalogue.example.org'      => 'catalogue.example.org 80',
    'catalogue.example.org:8080' => 'catalogue.example.org 8080',
    '[2001:db8::1]:81'           => '2001:db8::1 81',
    '[2001:db8::1]'              => '2001:db8::1 80',
    map { $_ => "$bound $port" } 'a"b<c>', 'a b', 'a:b', 'a:99999999999', 'a:0', '[::1', 'a/b', 'a@b', ''
  );
  for my $host (sort keys %expected) {
    my $answer = $gateway->raw("GET /sru?version=1.1 HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
    my ($name, $number) = $answer =~ m{<host>\[?([^<]*?)\]?</host><port>(\d*)</port>};
    is(join(' ', $name // 'none', $number // 'none'), $expected{$host}, "Host: $host");
  }
};

subtest 'standard numbers' => sub {
  my ($isbn) = $gateway->search('union', query => 'bath.isbn=9780262033848')->holdings;
  cmp_ok(scalar @$isbn, '>', 5, 'a book that many have');
  for my $form (map({ ("bath.isbn=$_", "dc.identifier=$_", "marc.020=$_", "cql.anywhere=$_", $_) }
      qw(9780262033848 978-0-262-03384-8 0262033844 0-262-03384-4))) {
    is_deeply([ $gateway->search('union', query => $form)->holdings ], [$isbn], $form);
  }
  my ($issn) = $gateway->search('union', query => 'bath.issn=0125-9687')->holdings;
  cmp_ok(scalar @$issn, '>', 3, 'a serial that many have');
  for my $form (map { ("bath.issn=$_", "dc.identifier=$_", $_) } qw(0125-9687 01259687)) {
    is_deeply([ $gateway->search('union', query => $form)->holdings ], [$issn], $form);
  }
};

subtest 'the address' => sub {
  for my $path ('/sru', '/sru/', '/sru/union', '/sru/Default', '/sru/UNION') {
    my $answer = $gateway->get("$path?query=dc.title%3Dmanusia&maximumRecords=0");
    like($answer->{body}, qr/<zs:numberOfRecords>[1-9]/, "$path is the union");
  }
  for my $path ('/sru/nobody', '/sru/union/more', '/sru/%00', '/sru/un%ion', '/sru/%C3%28') {
    my $answer = Silang::Test::Answer->new($gateway->get("$path?query=dc.title%3Dmanusia"));
    is($answer->status, 200, "$path: HTTP 200");
    like(($answer->diagnostics)[0] // '', qr/\A235\b/, 'and diagnostic 235');
  }
  my $answer = Silang::Test::Answer->new($gateway->get('/sru/nobody'));
  like($answer->text('//diag:uri'), qr{/235\z}, 'explain of an unknown database, too');
};

subtest 'every publication once' => sub {
  my (%seen, %entries, @impure);
  for my $query ($QUERY, 'dc.title=hukum', 'dc.creator=pramoedya', 'dc.title="bumi manusia"') {
    my $answer = $gateway->search('union', query => $query, maximumRecords => 100);
    my @holdings = $answer->holdings;
    my %holding;
    $holding{$_}++ for map { @$_ } @holdings;
    is_deeply([ grep { $holding{$_} > 1 } keys %holding ], [], "$query: each library's record stands in one entry");
    for my $entry (@holdings) {
      my %publication = map { ($truth->{$_} // 'unknown') => 1 } @$entry;
      $entries{"$query $_"}++ for keys %publication;
      push @impure, [ sort keys %publication ] if keys %publication > 1;
      $seen{entries}++;
    }
    is_deeply([ sort { $b <=> $a } $answer->scores ], [ $answer->scores ], 'best first');
    is(scalar $answer->scores, scalar @holdings, 'each has a score');
    my $records = $answer->hits;
    cmp_ok($records, '>=', scalar @holdings, 'numberOfRecords is not below what was given');
  }
  my @double = grep { $entries{$_} > 1 } sort keys %entries;
  note("$seen{entries} entries, publications in more than one: @double");
  note('entries with more than one publication: ', join '; ', map { "@$_" } @impure);
  cmp_ok(@double, '<=', 0.1 * keys %entries, 'hardly a publication stands in two entries');
  cmp_ok(@impure, '<=', 0.05 * $seen{entries}, 'hardly an entry is of two publications');
};

subtest 'holdings and partners' => sub {
  my @partners = $reference->partner_ids;
  is_deeply(\@partners, \@ALL, 'every partner is there, in the order of the configuration');
  my $partners = $reference->partners;
  is_deeply([ grep { $partners->{$_}{status} ne 'ok' } @ALL ], [], 'and has answered');
  is_deeply([ grep { $partners->{$_}{fetched} > $partners->{$_}{hits} } @ALL ], [], 'nobody sent more than its hits');
  is_deeply([ grep { $partners->{$_}{ms} !~ /\A\d+\z/ } @ALL ], [], 'each has its time');
  my %given;
  $given{ (split ' ', $_)[0] }++ for map { @$_ } $reference->holdings;
  is_deeply(\%given, { map { $partners->{$_}{hits} ? ($_ => $partners->{$_}{hits}) : () } @ALL },
    'every hit of every partner stands in some entry');
  my ($shared) = grep { @{ ($reference->holdings)[$_] } > 3 } 0 .. $reference->records - 1;
  my $record = ($reference->records)[$shared];
  my %isil   = (ugm => 'ID-YoUGM', uinsuka => 'ID-YoUIN');
  my @held   = map { [ split ' ', $_ ] } @{ ($reference->holdings)[$shared] };
  my @names  = map { $_->getAttribute('isil') // $_->getAttribute('partner') }
    $reference->nodes('.//s:holding', $record);
  is_deeply([ $reference->texts('.//marc:datafield[@tag="852"]/marc:subfield[@code="a"]', $record) ],
    \@names, 'one 852 for each holding');
  is($reference->text('.//marc:controlfield[@tag="001"]', $record), $held[0][1], 'the record is that of the first');
  my @positions = $reference->texts('.//s:holding/@position', $record);
  is_deeply([ grep { !/\A[1-9]\d*\z/ } @positions ], [], 'each holding has its place in its library');
  is($reference->text('.//s:holding[@partner="umsu"]/@services'), 'search loan reading-room', 'and its services');
};

subtest 'a group and x-partners' => sub {
  my $group = $gateway->search('ptkin', query => $QUERY);
  is_deeply([ $group->partner_ids ], \@PTKIN, 'a group has its members');
  is_deeply([ grep { my $entry = $_; grep { my $id = (split)[0]; !grep { $_ eq $id } @PTKIN } @$entry } $group->holdings ],
    [], 'and only their records');
  my $two = $gateway->search('union', query => $QUERY, 'x-partners' => 'uda,ugm');
  is_deeply([ $two->partner_ids ], [ 'ugm', 'uda' ], 'x-partners narrows the union, in the order of the configuration');
  is(join(' ', $gateway->search('ptkin', query => $QUERY, 'x-partners' => 'ugm')->diagnostics) =~ /\A6 x-partners/, 1,
    'one outside the database is diagnostic 6');
  like(($gateway->search('union', query => $QUERY, 'x-partners' => 'nobody')->diagnostics)[0], qr/\A6 x-partners/,
    'an unknown one, too');
  my $one = $gateway->search('union', query => $QUERY, 'x-partners' => 'ugm');
  ok(scalar($one->nodes('//marc:datafield[@tag="852"]')), 'one alone is still a merged answer');
};

subtest 'x-dedup' => sub {
  my %count = map { $_ => scalar $gateway->search('union', query => $QUERY, maximumRecords => 100, 'x-dedup' => $_)->records }
    qw(off strict normal work);
  cmp_ok($count{off}, '>', $count{normal}, 'off has more entries than normal');
  cmp_ok($count{strict}, '>=', $count{normal}, 'strict has no fewer');
  cmp_ok($count{work}, '<=', $count{normal}, 'work has no more');
  is($count{normal}, scalar @reference, 'normal is the default');
  like(($gateway->search('union', query => $QUERY, 'x-dedup' => 'much')->diagnostics)[0], qr/\A6 x-dedup/,
    'another value is diagnostic 6');
};

subtest 'records' => sub {
  my $dc = $gateway->search('union', query => $QUERY, recordSchema => 'dc', maximumRecords => 5);
  is(scalar($dc->nodes('//zs:recordData/*/dc:title')), 5, 'dc: every record has a title');
  is($dc->text('//zs:record[1]/zs:recordSchema'), 'info:srw/schema/1/dc-v1.1', 'and says what it is');
  is_deeply([ map { join ',', @$_ } $dc->holdings ], [ @reference[ 0 .. 4 ] ], 'the same records');
  my $long = $gateway->search('union', query => $QUERY, recordSchema => 'info:srw/schema/1/dc-v1.1', maximumRecords => 1);
  is($long->text('//dc:title'), $dc->text('//dc:title'), 'the same by its identifier');
  for my $case ([ '1.1', 'recordPacking' ], [ '2.0', 'recordXMLEscaping' ]) {
    my ($version, $parameter) = @$case;
    my $string = $gateway->search('union', version => $version, query => $QUERY, $parameter => 'string', maximumRecords => 2);
    is(scalar($string->nodes('//zs:recordData/*')), 0, "$version: $parameter=string is text");
    my $inner = XML::LibXML->new->parse_string($string->text('//zs:recordData'));
    is($inner->documentElement->localname, 'record', 'which is a MARCXML record');
  }
  my $none = $gateway->search('union', query => $QUERY, maximumRecords => 0);
  is(scalar($none->records), 0, 'maximumRecords=0: no record');
  cmp_ok($none->hits, '>', 0, 'but the count');
  my $ten = $gateway->search('union', query => 'dc.title=hukum');
  is(scalar($ten->records), 10, 'ten records unless asked');
  is($ten->next_position, 11, 'and the next is announced');
  my $nothing = $gateway->search('union', query => 'dc.title=xyzzyxyzzy');
  is($nothing->hits, 0, 'nothing found is 0');
  is_deeply([ $nothing->diagnostics ], [], 'and no diagnostic');
  is($nothing->next_position, undef, 'and no next position');
};

subtest 'additions' => sub {
  my $two = $gateway->search('union', query => $QUERY, maximumRecords => 1);
  is_deeply([ $two->nodes('/*/zs:searchResultAnalysis/sra:datasource') ? 1 : 0 ], [1], '2.0 has searchResultAnalysis');
  is(scalar($two->nodes('/*/zs:searchResultAnalysis/sra:datasource')), 16, 'a datasource for each partner that stated a count');
  my $partners = $two->partners;
  is_deeply([ $two->texts('//sra:datasource//sra:count') ], [ map { $partners->{$_}{hits} } @ALL ], 'with that count');
  my $plain = $gateway->search('union', query => $QUERY, maximumRecords => 1);
  is(scalar($plain->nodes('//s:holdings/s:explain')), 0, 'no explanation of scores unless asked');
  my $explained = $gateway->search('union', query => $QUERY, maximumRecords => 3, 'x-explain' => 1);
  is(scalar(grep { length } $explained->texts('//s:holdings/s:explain')), 3, 'x-explain=1 explains each');
  my $id = JSON::PP->new->utf8->decode($gateway->get('/status')->{body})->{gateway};
  my $loop = $gateway->search('union', query => 'dc.title=loop', 'x-silang-via' => "somebody,$id");
  is_deeply([ $loop->diagnostics ], ['2 loop'], 'a question that has come round is diagnostic 2, loop');
  is_deeply([ $gateway->search('union', query => 'dc.title=hukum', 'x-silang-via' => 'somebody', maximumRecords => 1)->diagnostics ],
    [], "somebody else's hop mark is none");
  like(($gateway->search('union', query => "$QUERY sortby dc.rights", maximumRecords => 1)->diagnostics)[0], qr/\A88\b/, 'sorting by what is no key is refused');
  is(scalar($gateway->search('union', query => 'dc.title=hukum', maximumRecords => 5000)->records) <= 100, 1,
    'maximumRecords is lowered silently');
};

subtest 'JSON' => sub {
  my $url = '/sru/union?query=dc.title%3Dmanusia&maximumRecords=100';
  my $answer = $gateway->get("$url&httpAccept=application/json");
  like($answer->{type}, qr{\Aapplication/json\b}, 'httpAccept');
  my $json = JSON::PP->new->utf8->decode($answer->{body});
  is_deeply([ map { join ',', map { "$_->{partner} $_->{id}" } @{ $_->{holdings} } } @{ $json->{records} } ], \@reference,
    'the same records in the same order');
  is_deeply([ map { $_->{id} } @{ $json->{partners} } ], \@ALL, 'every partner');
  is_deeply([ map { $_->{position} } @{ $json->{records} } ], [ 1 .. @reference ], 'positions');
  is_deeply([ @$json{qw(facets diagnostics)} ], [ [], [] ], 'facets and diagnostics are there');
  is($json->{numberOfRecords}, $reference->hits, 'the count');
  is(ref $json->{records}[0]{record}, 'HASH', 'a record is an object');
  my $header = $gateway->get($url, '-H', 'Accept: application/json');
  is_deeply(JSON::PP->new->utf8->decode($header->{body})->{records}, $json->{records}, 'the Accept header does the same');
  my $bad = $gateway->get('/sru/union?query=dc.title%3D&httpAccept=application/json');
  is($bad->{status}, 200, 'a diagnostic in JSON is HTTP 200');
  is(JSON::PP->new->utf8->decode($bad->{body})->{diagnostics}[0]{uri}, 'info:srw/diagnostic/1/10', 'and an object');
};

subtest 'explain' => sub {
  for my $case ([ 'union', 16 ], [ 'ptkin', 6 ], [ 'ugm', 1 ]) {
    my ($database, $count) = @$case;
    my $answer = Silang::Test::Answer->new($gateway->get("/sru/$database"));
    is($answer->text('//zr:serverInfo/zr:database'), "sru/$database", "$database: the address names the database");
    is($answer->text('//zr:serverInfo/zr:host') . ':' . $answer->text('//zr:serverInfo/zr:port'), $gateway->address,
      'host and port are those asked');
    like($answer->text('//zr:databaseInfo/zr:extent'), qr/\b$count\b/, "its partners: $count");
    ok(scalar($answer->nodes('//zr:indexInfo/zr:index/zr:map/zr:name[@set="dc"][.="title"]')), 'dc.title is an index');
    is($answer->text('//zr:indexInfo/zr:index[zr:map/zr:name[@set="dc"]="title"]//zr:setting[@type="partners"]'), $count,
      'that all its partners have');
    my %sets = map { $_ => 1 } $answer->texts('//zr:indexInfo/zr:set/@name');
    is_deeply([ grep { !$sets{$_} } $answer->texts('//zr:index/zr:map/zr:name/@set') ], [], 'every set is declared');
    ok(scalar($answer->nodes('//zr:schemaInfo/zr:schema[@name="marcxml"]')), 'MARCXML is a schema');
  }
  is(Silang::Test::Answer->new($gateway->get('/sru/ptkin'))->text('//zr:databaseInfo/zr:title'),
    'State Islamic universities and institutes', "a group's name is its title");
  for my $version (qw(1.1 1.2)) {
    my $answer = $gateway->ask('union', operation => 'explain', version => $version);
    is($answer->text('/*/zs:version'), $version, "explain in $version");
  }
};

subtest 'search terms' => sub {
  my $typed = $gateway->search('union', queryType => 'searchTerms', query => 'manusia "bumi manusia"', maximumRecords => 0);
  my $cql = $gateway->search('union', query => 'manusia and cql.serverChoice adj "bumi manusia"', maximumRecords => 0);
  cmp_ok($typed->hits, '>', 0, 'what a person types is found');
  is($typed->hits, $cql->hits, 'as CQL would find it');
  my $less = $gateway->search('union', queryType => 'searchTerms', query => 'manusia -bumi', maximumRecords => 0);
  my $all  = $gateway->search('union', queryType => 'searchTerms', query => 'manusia', maximumRecords => 0);
  cmp_ok($less->hits, '<', $all->hits, 'and a minus leaves out');
  like(($gateway->search('union', queryType => 'searchTerms', query => '-bumi')->diagnostics)[0], qr/\A10\b/, 'not everything');
};

subtest 'PQF' => sub {
  my $pqf = $gateway->search('union', queryType => 'pqf', query => '@attr 1=4 manusia', maximumRecords => 0);
  is($pqf->hits, $reference->hits, 'finds what CQL finds');
  like(($gateway->search('union', queryType => 'pqf', query => '@and a')->diagnostics)[0], qr/\A10\b/, 'half a query is none');
};

# Every index that explain lists can be asked, every schema be had; none is refused as unknown.
subtest 'what explain promises' => sub {
  my $explain = Silang::Test::Answer->new($gateway->get('/sru/ugm'));
  my @indexes = map { $_->getAttribute('set') . '.' . $_->textContent } $explain->nodes('//zr:index[@search="true"]/zr:map/zr:name');
  cmp_ok(@indexes, '>', 10, 'there are indexes');
  my @refused;
  for my $index (@indexes) {
    my $answer = $gateway->search('union', query => "$index=1984", maximumRecords => 0);
    push @refused, "$index: $_" for grep { /\A1[0156]\b/ } $answer->diagnostics;
  }
  is_deeply(\@refused, [], 'and each can be asked');
  my %uri = map { ($_->getAttribute('name') => $_->getAttribute('identifier')) } $explain->nodes('//zr:indexInfo/zr:set');
  is_deeply([ grep { /\Aurn:/ } map { $uri{$_} } grep { $_ ne 'silang' } keys %uri ], [], 'no standard set has a name of ours');
  for my $index (grep { !/\Asilang\./ } @indexes) {
    my ($set, $name) = split /\./, $index, 2;
    my ($short, $long) = map { $gateway->search('union', query => $_, maximumRecords => 0) } "$index=1984", qq(>x="$uri{$set}" x.$name=1984);
    push @refused, $index if join("\n", $short->diagnostics) ne join("\n", $long->diagnostics) || $short->hits != $long->hits;
  }
  is_deeply(\@refused, [], 'its set by its identifier, too');
  my %supports;
  push @{ $supports{ $_->getAttribute('type') } }, $_->textContent for $explain->nodes('//zr:configInfo/zr:supports');
  is_deeply($supports{proximity}, ['false'], 'no partner does proximity');
  is_deeply([ grep { /\A39\b/ } $gateway->search('union', query => 'a prox b')->diagnostics ], ['39 prox'], 'and none is asked to');
  for my $modifier (@{ $supports{relationModifier} }) {
    push @refused, "$modifier: $_" for grep { /\A20\b/ } $gateway->search('union', query => "dc.title =/$modifier 1984", maximumRecords => 0)->diagnostics;
  }
  cmp_ok(scalar @{ $supports{relationModifier} }, '>', 3, 'there are relation modifiers');
  for my $relation (@{ $supports{relation} }) {
    push @refused, "$relation: $_" for grep { /\A(?:19|22)\b/ } $gateway->search('union', query => qq(dc.date $relation "1984 1985"), maximumRecords => 0)->diagnostics;
  }
  is_deeply(\@refused, [], 'none of which is refused as unknown, nor a relation');
  my ($example) = $explain->texts('//zr:queryExample');
  is_deeply([ $gateway->search('union', query => $example)->diagnostics ], [], "the example is answered: $example");
  for my $node ($explain->nodes('//zr:index')) {
    my ($name) = map { $_->getAttribute('set') . '.' . $_->textContent } $explain->nodes('zr:map/zr:name', $node);
    my $answer = $gateway->search('union', query => "$QUERY sortby $name", maximumRecords => 1);
    push @refused, "$name sort " . join ' ', $answer->diagnostics
      if ($node->getAttribute('sort') // '') ne ($answer->diagnostics ? '' : 'true');
    $answer = Silang::Test::Answer->new($gateway->get("/sru/union?scanClause=$name%3Da&maximumTerms=1"));
    push @refused, "$name scan " . join ' ', $answer->diagnostics
      if ($node->getAttribute('scan') // '') eq 'true' && grep { !/\A2\b/ } $answer->diagnostics;
    next if $node->getAttribute('scan') ne 'true';
    # A catalogue may have no such index, which only it knows (Bib-1 114).
    push @refused, "$name: " . join ' ', %$_
      for grep { ($_->{code} // 'bib1:114') ne 'bib1:114' } values %{ $answer->partners };
  }
  is_deeply(\@refused, [], 'sorted by where it says so, and scanned');
  for my $schema ($explain->nodes('//zr:schemaInfo/zr:schema')) {
    my ($name, $identifier) = map { $schema->getAttribute($_) } qw(name identifier);
    for my $asked ($name, $identifier) {
      my $answer = $gateway->search('union', query => $QUERY, maximumRecords => 3, recordSchema => $asked);
      is_deeply([ $answer->diagnostics ], [], "$asked: no diagnostic");
      is_deeply([ $answer->texts('//zs:record/zs:recordSchema') ], [ ($identifier) x 3 ], 'three records in it');
      is(scalar($answer->nodes('//zs:record/zs:recordData/*')), 3, 'one element each');
    }
    my $json = $gateway->get("/sru/union?query=dc.title%3Dmanusia&maximumRecords=3&httpAccept=application/json&recordSchema=$name");
    is(scalar(grep { $_->{record} } @{ JSON::PP->new->utf8->decode($json->{body})->{records} }), 3, "$name in JSON");
  }
};

subtest 'explain leaves out what catalogues have refused' => sub {
  my $fresh = gateway(partners => sample_partners($zebra));
  my $have  = sub {
    my $explain = Silang::Test::Answer->new($fresh->get('/sru/union'));
    return { map { my $node = $_; join('.', map { ($_->getAttribute('set'), $_->textContent) } $explain->nodes('zr:map/zr:name', $node)) =>
        ($explain->texts('zr:configInfo/zr:setting[@type="partners"]', $node))[0] } $explain->nodes('//zr:index') };
  };
  my $before = $have->();
  is_deeply([ @$before{qw(dc.format bath.uniformTitle dc.source dc.title)} ], [ (16) x 4 ], 'profiles have them all');
  my $answer = $fresh->search('union', query => 'bath.uniformTitle=islam');
  my $some   = grep { $_->{status} eq 'ok' } values %{ $answer->partners };
  ok($some > 0 && $some < 16, 'some catalogues have this one');
  $fresh->search('union', query => $_) for 'dc.format=x', 'dc.title=islam or dc.source=a';
  my $after = $have->();
  is_deeply([ @$after{qw(dc.format bath.uniformTitle dc.source dc.title)} ], [ undef, $some, 16, 16 ], 'and no more are told');
};

finish();
