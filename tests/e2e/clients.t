#!/usr/bin/perl
# Clients that others wrote search the gateway over SRU, count, and read records.
use strict;
use warnings;
use utf8;
use MARC::File::XML ();
use MARC::Record  ();
use Silang::Test;
use ZOOM ();

my $zebra    = zebra();
my $gateway  = gateway(partners => sample_partners($zebra));
my $address  = $gateway->address;
my $url      = $gateway->url('/sru/union');
my $expected = $gateway->search('union', query => 'dc.title=manusia', recordSchema => 'marcxml', maximumRecords => 6);
my $hits     = $expected->hits;
my @controls = $expected->controls;
my $counted  = $gateway->search('union', query => 'dc.title=manusia', maximumRecords => 0)->hits;

my $scan  = Silang::Test::Answer->new($gateway->get('/sru/union?scanClause=dc.title%3Dmanusia&maximumTerms=5'));
my @terms = map { [ $scan->text('*[local-name()="value"]', $_), $scan->text('*[local-name()="numberOfRecords"]', $_) ] }
  $scan->nodes('//*[local-name()="term"]');
is(scalar @terms, 5, 'there are terms');

# The control numbers of the MARCXML records in a client's output.
sub controls {
  my ($text) = @_;
  return [ map { XML::LibXML->new->parse_string($_)->findvalue('//*[@tag="001"]') } $text =~ m{(<record xmlns.*?</record>)}gs ];
}

for my $how (map { my $way = $_; map { "$way $_" } qw(1.1 1.2 2.0) } qw(GET POST SOAP)) {
  my ($status, $out) = run({ input => "sru $how\nschema marcxml\nfind dc.title=manusia\nshow 1+3\nshow 4+3\nquit\n" }, 'yaz-client', $url);
  my ($count) = $out =~ /Number of hits: (\d+)\n.*?Z> /s;
  is($count, $counted, "yaz-client, $how: the count");
  is_deeply(controls($out), \@controls, 'records, page by page');
  ($status, $out) = run({ input => "sru $how\nscan dc.title=manusia\nquit\n" }, 'yaz-client', $url);
  my @seen = $out =~ /^(\S+): (\d+) (?:inner|first|last|only)$/mg;
  is_deeply([ @seen[ 0 .. 9 ] ], [ map { @$_ } @terms ], 'terms and their counts');
  ($status, $out) = run({ input => "sru $how\nfind dc.nosuch=a\nfind dc.title=(\nquit\n" }, 'yaz-client', $url);
  is_deeply([ $out =~ m{info:srw/diagnostic/1/(\d+)}g ], [ 16, 10 ], 'and diagnostics');
}

for my $how (map { my $way = $_; map { [ $way, $_ ] } qw(1.1 1.2 2.0) } qw(get post soap)) {
  my ($way, $version) = @$how;
  my @connect = ("set sru $way", "set sru_version $version", 'set schema marcxml');
  my ($status, $out) = run('zoomsh', @connect, "connect $url", 'search cql:dc.title=manusia', 'show 0 3', 'show 3 3', 'quit');
  like($out, qr/: \Q$hits\E hits$/m, "zoomsh, $way $version: the count");
  is_deeply(controls($out), \@controls, 'records, page by page');
  ($status, $out) = run('zoomsh', @connect, "connect $url", 'scan cql:dc.title=manusia', 'quit');
  is_deeply([ ($out =~ /^(\S+) (\d+)$/mg)[ 0 .. 9 ] ], [ map { @$_ } @terms ], 'terms and their counts');
  ($status, $out) = run('zoomsh', @connect, "connect http://$address/sru/nosuch", 'search cql:dc.title=manusia', 'quit');
  like($out, qr/error.*235/s, 'and a diagnostic');
}

for my $how (map { my $way = $_; map { [ $way, $_ ] } qw(1.1 1.2 2.0) } qw(get post soap)) {
  my ($way, $version) = @$how;
  my @option = (sru => $way, sru_version => $version, schema => 'marcxml');
  my $found  = eval {
    my $connection = ZOOM::Connection->new($url, 0, @option);
    my $set        = $connection->search(ZOOM::Query::CQL->new('dc.title=manusia'));
    my @out        = ($set->size, map { controls($set->record($_)->raw)->[0] } 0 .. 5);
    $set->destroy;
    my $terms = $connection->scan(ZOOM::Query::CQL->new('dc.title=manusia'));
    push @out, [ $terms->term($_) ] for 0 .. 4;
    \@out;
  };
  is_deeply($found, [ $hits, @controls, @terms ], "Perl's ZOOM, $way $version: count, records and terms") or diag($@);
  my $connection = ZOOM::Connection->new($url, 0, @option);
  eval { $connection->search(ZOOM::Query::CQL->new('dc.title=(')) };
  is(ref $@ ? $@->code : $@, 10, 'it throws a diagnostic');
}

my $file = workdir() . '/answer.xml';
my ($status, $out) = run('curl', '-sS', '-G', '-o', $file, '--data-urlencode', 'query=dc.title = manusia', '--data-urlencode', 'maximumRecords=6', $url);
is($status, 0, 'curl');
is((run('xmllint', '--noout', $file))[0], 0, 'xmllint: well-formed');
my $xpath = '//*[local-name()="controlfield"][@tag="001"]/text()';
is((run('xmllint', '--xpath', $xpath, $file))[1], join('', map { "$_\n" } @controls), 'xmllint: the control numbers');
is((run('xmllint', '--xpath', 'string(//*[local-name()="numberOfRecords"])', $file))[1], "$hits\n", 'and the count');


($status, $out) = run('curl', '-sS', "$url?operation=scan&version=1.2&scanClause=dc.title%3Dmanusia&maximumTerms=5", '-o', $file);
is((run('xmllint', '--xpath', '//*[local-name()="term"]/*[local-name()="value"]/text()', $file))[1],
  join('', map { "$_->[0]\n" } @terms), 'the terms');
($status, $out) = run('curl', '-sS', "$url?query=dc.title%3D(", '-o', $file);
is((run('xmllint', '--xpath', 'string(//*[local-name()="diagnostic"]/*[local-name()="uri"])', $file))[1],
  "info:srw/diagnostic/1/10\n", 'and a diagnostic');

my @titles = map { MARC::Record->new_from_xml($_->toString, 'UTF-8')->title } $expected->nodes('//zs:recordData/marc:record');
is(scalar(grep { /manusia/i } @titles), 6, 'MARC::File::XML reads the records: a title each');

finish();
