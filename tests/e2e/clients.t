#!/usr/bin/perl
# Clients that others wrote search the gateway over SRU, count, and read records.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $zebra    = zebra();
my $gateway  = gateway(partners => sample_partners($zebra));
my $address  = $gateway->address;
my $url      = $gateway->url('/sru/union');
my $expected = $gateway->search('union', query => 'dc.title=manusia', recordSchema => 'marcxml', maximumRecords => 3);
my $hits     = $expected->hits;
my @controls = $expected->controls;

# The control numbers of the MARCXML records in a client's output.
sub controls {
  my ($text) = @_;
  return [ map { XML::LibXML->new->parse_string($_)->findvalue('//*[@tag="001"]') } $text =~ m{(<record xmlns.*?</record>)}gs ];
}

for my $how ('GET 1.1', 'GET 1.2', 'GET 2.0', 'POST 1.1', 'POST 1.2', 'POST 2.0', 'SOAP 1.1', 'SOAP 1.2') {
  my ($status, $out) = run({ input => "sru $how\nschema marcxml\nfind dc.title=manusia\nshow 1+3\nquit\n" }, 'yaz-client', $url);
  my ($count) = $out =~ /Number of hits: (\d+)\n.*?Z> /s;
  is($count, $hits, "yaz-client, $how: the count");
  is_deeply(controls($out), \@controls, "yaz-client, $how: three records");
}

my ($status, $out) = run({ input => "sru GET 1.2\nfind dc.nosuch=a\nquit\n" }, 'yaz-client', $url);
like($out, qr/diagnostic.*16|16.*nosuch/is, 'yaz-client shows a diagnostic');

for my $how (qw(get post soap)) {
  ($status, $out) = run('zoomsh', "set sru $how", "connect $url", 'search cql:dc.title=manusia', 'show 0 3', 'quit');
  like($out, qr/: \Q$hits\E hits$/m, "zoomsh, $how: the count");
  is_deeply(controls($out), \@controls, "zoomsh, $how: three records");
}
($status, $out) = run('zoomsh', 'set sru get', "connect http://$address/sru/nosuch", 'search cql:dc.title=manusia', 'quit');
like($out, qr/error.*235/s, 'zoomsh shows a diagnostic');

SKIP: {
  eval { require ZOOM; 1 } or do { fail("Perl's ZOOM is not installed"); last SKIP };
  for my $version (qw(1.1 1.2 2.0)) {
    my $found = eval {
      my $connection = ZOOM::Connection->new($url, 0, sru => 'get', sru_version => $version, schema => 'marcxml');
      my $set        = $connection->search(ZOOM::Query::CQL->new('dc.title=manusia'));
      my @out        = ($set->size, map { controls($set->record($_)->raw)->[0] } 0 .. 2);
      $set->destroy;
      $connection->destroy;
      \@out;
    };
    is_deeply($found, [ $hits, @controls ], "Perl's ZOOM, $version: count and records") or diag($@);
  }
  my $connection = ZOOM::Connection->new($url, 0, sru => 'get', sru_version => '1.2');
  eval { $connection->search(ZOOM::Query::CQL->new('dc.title=(')) };
  like("$@", qr/\b10\b/, "Perl's ZOOM throws a diagnostic");
}

my $file = workdir() . '/answer.xml';
($status, $out) = run('curl', '-sS', '-G', '-o', $file, '--data-urlencode', 'query=dc.title = manusia', '--data-urlencode', 'maximumRecords=3', $url);
is($status, 0, 'curl');
is((run('xmllint', '--noout', $file))[0], 0, 'xmllint: well-formed');
my $xpath = '//*[local-name()="controlfield"][@tag="001"]/text()';
is((run('xmllint', '--xpath', $xpath, $file))[1], join('', map { "$_\n" } @controls), 'xmllint: the control numbers');
is((run('xmllint', '--xpath', 'string(//*[local-name()="numberOfRecords"])', $file))[1], "$hits\n", 'and the count');

SKIP: {
  eval { require MARC::Record; require MARC::File::XML; 1 } or do { fail('MARC::File::XML is not installed'); last SKIP };
  my @titles = map { MARC::Record->new_from_xml($_->toString, 'UTF-8')->title } $expected->nodes('//zs:recordData/marc:record');
  is(scalar(grep { /manusia/i } @titles), 3, 'MARC::File::XML reads the records: a title each');
}

finish();
