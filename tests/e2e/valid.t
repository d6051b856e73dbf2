#!/usr/bin/perl
# What a gateway at work answers, each operation in each version, asked over GET and in both SOAP
# envelopes, however it went: tests/schemas/validate holds every answer against the schemas.
use strict;
use warnings;
use utf8;
use Silang::Test;

my %ENVELOPE = (
  soap11 => [ 'text/xml', 'http://schemas.xmlsoap.org/soap/envelope/' ],
  soap12 => [ 'application/soap+xml', 'http://www.w3.org/2003/05/soap-envelope' ],
);
my $folder = workdir() . '/answers';
mkdir $folder;

my %REQUEST = (search => 'searchRetrieve', scan => 'scan', explain => 'explain');

# The request in SOAP: its parameters as elements, ours inside extraRequestData.
sub soap {
  my ($uri, $operation, @pairs) = @_;
  my ($inside, $extra) = ('', '');
  while (my ($name, $value) = splice @pairs, 0, 2) {
    my $element = "<$name>" . xml_text($value) . "</$name>";
    $name =~ /\Ax-/ ? ($extra .= $element) : ($inside .= $element);
  }
  $extra &&= "<extraRequestData>$extra</extraRequestData>";
  return qq(<s:Envelope xmlns:s="$uri"><s:Body><$REQUEST{$operation}Request xmlns="http://www.loc.gov/zing/srw/">)
    . "$inside$extra</$REQUEST{$operation}Request></s:Body></s:Envelope>";
}

# Asks in all ways that the versions named have (all of them unless said), and keeps the answers.
sub ask {
  my ($gateway, $database, $kind, $versions, @pairs) = @_;
  my ($operation) = $kind =~ /\A([a-z]+)/;
  for my $version (grep { !$versions || index($versions, $_) >= 0 } qw(1.1 1.2 2.0)) {
    my @all = (version => $version, map { $_ eq 'PACKING' ? ($version eq '2.0' ? 'recordXMLEscaping' : 'recordPacking') : $_ } @pairs);
    my $get = $gateway->get("/sru/$database?" . $gateway->parameters(operation => $REQUEST{$operation}, @all));
    spew("$folder/$kind-$version.xml", $get->{body});
    for my $way (sort keys %ENVELOPE) {
      my ($type, $uri) = @{ $ENVELOPE{$way} };
      my $file = spew(workdir() . '/request.xml', Encode::encode_utf8(soap($uri, $operation, @all)));
      my $answer = $gateway->get("/sru/$database", '--data-binary', "\@$file", '-H', "Content-Type: $type");
      spew("$folder/$kind-$version-$way.xml", $answer->{body});
    }
    next if $version ne '2.0';
    my $json = $gateway->get("/sru/$database?" . $gateway->parameters(operation => $REQUEST{$operation}, @all, httpAccept => 'application/json'));
    spew("$folder/$kind-$version.json", $json->{body});
  }
  return;
}

my $zebra  = zebra();
my $sample = gateway(partners => sample_partners($zebra));
my @title  = (query => 'dc.title=islam', maximumRecords => 5);

ask($sample, 'union', "search-$_", undef, @title, recordSchema => $_) for qw(marcxml dc mods opacxml);
ask($sample, 'union', "search-string-$_", undef, @title, recordSchema => $_, PACKING => 'string') for qw(marcxml dc mods opacxml);
ask($sample, 'ugm', "search-one-$_", undef, @title, recordSchema => $_) for qw(marcxml dc mods opacxml);
ask($sample, 'union', 'search-empty',      undef,     query => 'dc.title=xyzzyxyzzy');
ask($sample, 'union', 'search-count',      undef,     query => 'dc.title=islam', maximumRecords => 0);
ask($sample, 'union', 'search-last',       undef,     query => 'dc.title=manusia', startRecord => 10, maximumRecords => 100);
ask($sample, 'union', 'search-beyond',     undef,     @title, startRecord => 9999);
ask($sample, 'union', 'search-stylesheet', undef,     @title, stylesheet => 'http://a.example/b.xsl?c=1&d=2');
ask($sample, 'union', 'search-ttl',        undef,     @title, resultSetTTL => 60);
ask($sample, 'union', 'search-own',        undef,     @title, 'x-explain' => 1, 'x-dedup' => 'work', 'x-partners' => 'ugm,umsu', 'x-deadline' => '50s');
ask($sample, 'union', 'search-arab',       undef,     query => 'dc.title="الفقه"');
ask($sample, 'union', 'search-boolean',    undef,     query => 'dc.title any/relevant "islam hukum" and (dc.date >= 1970 or dc.creator = a*) not dc.language = ara');
ask($sample, 'union', 'search-prefix',     undef,     query => '>x="info:srw/cql-context-set/1/dc-v1.1" x.title = "^islam"');
ask($sample, 'union', 'search-sortby',     undef,     query => 'dc.title=islam sortby dc.date/descending dc.title/missingValue=z', maximumRecords => 3);
ask($sample, 'union', 'search-sortkeys',   '1.1 2.0', @title, sortKeys => 'date,,0 title');
ask($sample, 'union', 'search-facets',     '2.0',     @title, facetLimit => '10,0:publisher', facetSort => 'alphanumeric,ascending');
ask($sample, 'union', 'search-facet-none', '2.0',     query => 'dc.title=xyzzyxyzzy', facetLimit => 5);
ask($sample, 'union', 'search-facet-count', '2.0',    @title, facetCount => 'dc.date within "1970 1979"');
ask($sample, 'union', 'search-format',     undef,     query => 'dc.title=indonesia not (silang.format=book or silang.format="electronic book")', maximumRecords => 3);
ask($sample, 'union', 'search-format-bad', undef,     query => 'silang.format=book');
ask($sample, 'union', 'search-typed',      '2.0',     query => 'islam -hukum "bank islam"', queryType => 'searchTerms');
ask($sample, 'union', 'search-pqf',        '2.0',     query => '@and @attr 1=4 islam @attr 1=31 @attr 2=4 1970', queryType => 'pqf');
ask($sample, 'union', 'search-unpacked',   '2.0',     @title, recordPacking => 'unpacked', renderedBy => 'client');
ask($sample, 'nobody', 'search-database',  undef,     @title);
ask($sample, 'union', "search-bad-$_->[0]", undef,    @{ $_->[1] })
  for [ syntax => [ query => 'a and' ] ], [ index => [ query => 'dc.nosuch=a' ] ], [ set => [ query => 'cql.resultSetId=none' ] ],
  [ schema => [ @title, recordSchema => 'nosuch' ] ], [ number => [ @title, startRecord => 'x' ] ], [ missing => [] ],
  [ name => [ @title, bogus => 1 ] ], [ sort => [ query => 'a sortby dc.rights' ] ], [ xpath => [ @title, recordXPath => '/a' ] ];
ask($sample, 'union', 'explain',            undef);
ask($sample, 'ugm',   'explain-one',        undef);
ask($sample, 'union', 'explain-string',     undef, PACKING => 'string');
ask($sample, 'union', 'explain-stylesheet', undef, stylesheet => 'a.xsl');
ask($sample, 'nobody', 'explain-database',  undef);
ask($sample, 'union', 'explain-bad',        undef, bogus => 1);
ask($sample, 'union', 'scan',               undef, scanClause => 'dc.title=islam', maximumTerms => 5, responsePosition => 3);
ask($sample, 'ugm',   'scan-one',           undef, scanClause => 'dc.title == islam', stylesheet => '/a.xsl');
ask($sample, 'union', 'scan-empty',         undef, scanClause => 'dc.date=zzz');
ask($sample, 'union', 'scan-first',         undef, scanClause => 'dc.title=""', maximumTerms => 3);
ask($sample, 'nobody', 'scan-database',     undef, scanClause => 'dc.title=a');
ask($sample, 'union', "scan-bad-$_->[0]",   undef, @{ $_->[1] })
  for [ mask => [ scanClause => 'a*' ] ], [ place => [ scanClause => 'a', responsePosition => 99 ] ], [ many => [ scanClause => 'a', maximumTerms => 1000 ] ],
  [ syntax => [ scanClause => 'a=' ] ], [ missing => [] ], [ name => [ scanClause => 'a', query => 'b' ] ];

# The same where partners fail in all the ways there are, and records are not to be had.
my $target = target(count => 6, script => <<'END');
target 1
name good
hits 20
terms apel 1, jeruk 2
target 2
name sick
hits 6
any record 2 surrogate 14 lost <it>, record 3 surrogate 14 lost
terms apel 1
scan diagnostic 114 4
target 3
search silent
scan silent
terms a 1
target 4
search diagnostic 114 <1003>
target 5
search garbage
terms a 1
scan garbage
target 6
connect close
END
my $agreement = '<agreement begins="2001-01-01" ends="2002-01-01"><service>search</service></agreement>';
my $rough = gateway(
  search   => { deadline => '3s', 'on-expiry' => 'exclude' },
  partners => (join '', map { partner("p$_", port => $target->port($_ - 1), target => 'breaker="0"') } 1 .. 6)
    . partner('off', port => $target->port, enabled => 'no') . partner('old', port => $target->port, agreement => $agreement)
    . '<group id="bad" name="Those that fail" members="p3 p4 p5 p6 off old"/>');
ask($rough, 'union', "search-partial-$_", undef, query => "dc.title=$_", maximumRecords => 50, 'x-partial' => $_) for qw(quiet diagnostic);
ask($rough, 'union', 'scan-partial', undef, scanClause => 'dc.title=a', 'x-deadline' => '300ms');
ask($rough, 'bad',   'search-none',  undef, query => 'dc.title=none');
ask($rough, 'bad',   'scan-none',    undef, scanClause => 'dc.title=a', 'x-deadline' => '300ms');
ask($rough, 'p2', 'search-surrogates', undef, query => 'dc.title=lost');

my @names = glob "$folder/*";
cmp_ok(scalar @names, '>', 500, 'there are answers');
my %kind = map { slurp($_) =~ m{<(?:\w+:)?(\w+Response|Fault)[ >]} ? ($1 => 1) : () } @names;
is_deeply([ sort keys %kind ], [qw(explainResponse scanResponse searchRetrieveResponse)], 'all of SRU');
my $all = join '', map { slurp($_) } grep { /search-(?:partial|surrogates)/ } @names;
like($all, qr{diagnostics-v1\.1</}, 'surrogates are among them');
like($all, qr{diagnostic/1/59<}, 'and the diagnostic of a partial answer');

my ($status, $out) = run({ env => { top_srcdir => top_srcdir(), top_builddir => top_builddir() } }, $^X, top_srcdir() . '/tests/schemas/validate', $folder);
is($status, 0, 'they are validated');
my @verdicts = $out =~ /^((?:not )?ok .*)$/mg;
cmp_ok(scalar @verdicts, '>', scalar @names, 'each of them');
my @wrong = $out =~ /^(not ok .*\n(?:#.*\n)*)/mg;
is(scalar @wrong, 0, 'all are valid') or diag(@wrong > 20 ? @wrong[ 0 .. 19 ] : @wrong);

finish();
