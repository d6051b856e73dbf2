#!/usr/bin/perl
# Catmandu's importer harvests the gateway page by page; the SRU package's requests are answered as it
# would write them itself.
use strict;
use warnings;
use utf8;
use Catmandu::Importer::SRU ();
use SRU::Request            ();
use XML::LibXML             ();
use Silang::Test;

my $zebra    = zebra();
my $gateway  = gateway(partners => sample_partners($zebra));
my $url      = $gateway->url('/sru/union');
my $query    = 'dc.title=manusia';
my $expected = $gateway->search('union', query => $query, maximumRecords => 100);
my @controls = $expected->controls;
my @dc       = map { $_->textContent }
  $gateway->search('union', query => $query, maximumRecords => 100, recordSchema => 'dc')->nodes('//dc:title[1]');
cmp_ok(scalar @controls, '>', 10, 'there are records');

sub import_all {
  my (%option) = @_;
  return Catmandu::Importer::SRU->new(base => $url, query => $query, %option)->to_array;
}

for my $version (qw(1.1 1.2)) {
  for my $limit (3, 10, 100) {
    my $records = import_all(version => $version, recordSchema => 'marcxml', parser => 'marcxml', limit => $limit);
    is_deeply([ map { $_->{_id} } @$records ], \@controls, "Catmandu, $version: every record once, $limit a page");
  }
  is_deeply([ map { $_->{recordData} =~ m{<dc:title>(.*?)</dc:title>} } @{ import_all(version => $version, parser => 'raw') } ],
    \@dc, 'Dublin Core');
  # Its reader of MODS wants an identifier.
  my ($mods) = @{ import_all(version => $version, query => 'bath.isbn=9780262033848', recordSchema => 'mods', parser => 'mods') };
  like($mods->{_id}, qr/\A[0-9-]+\z/, 'MODS: its ISBN');
  like($mods->{record}{titleInfo}[0]{title}[0]{_body}, qr/\S/, 'and its title');
  my ($meta) = @{ import_all(version => $version, parser => 'meta', limit => 2, total => 2) };
  is($meta->{numberOfRecords}, scalar @controls, 'the count');
  is($meta->{nextRecordPosition}, 3, 'and the next position');
  ($meta) = @{ import_all(version => $version, parser => 'meta', query => 'dc.title=(') };
  is($meta->{diagnostics}[0]{uri}, 'info:srw/diagnostic/1/10', 'and a diagnostic');
  is(scalar @{ import_all(version => $version, query => 'dc.title=xyzzyxyzzy') }, 0, 'and nothing when there is nothing');
}
my @sorted = map { $_->{_id} } @{ import_all(parser => 'marcxml', recordSchema => 'marcxml', sortKeys => 'title', limit => 7) };
my $sorted = $gateway->search('union', version => '1.1', query => $query, sortKeys => 'title', maximumRecords => 100);
is_deeply(\@sorted, [ $sorted->controls ], 'Catmandu with sortKeys: in order');
is_deeply([ sort @sorted ], [ sort @controls ], 'the same records');

# One request made by the package: what the gateway answers, and the address.
sub ask {
  my (%parameter) = @_;
  my $request = SRU::Request->new(%parameter) // die $SRU::Error;
  my $http = Silang::Test::curl($request->asURI($url));
  return ($request, Silang::Test::Answer->new($http), $http);
}

# An echo without namespaces and prefixes, each element a line.
sub outline {
  my ($node, $depth) = @_;
  my @children = grep { $_->nodeType == XML::LibXML::XML_ELEMENT_NODE() } $node->childNodes;
  return (' ' x $depth . $node->localname, map { outline($_, $depth + 1) } @children) if @children;
  return ' ' x $depth . $node->localname . ' ' . $node->textContent;
}

for my $version (qw(1.1 1.2)) {
  my ($request, $answer) = ask(operation => 'searchRetrieve', version => $version, query => $query, maximumRecords => 5);
  is_deeply([ $answer->controls ], [ @controls[ 0 .. 4 ] ], "SRU, $version: the records");
  ($request, $answer) = ask(operation => 'searchRetrieve', version => $version, query => $query, startRecord => 6, maximumRecords => 5);
  is_deeply([ $answer->controls ], [ @controls[ 5 .. 9 ] ], 'the next page');
  ($request, $answer) = ask(operation => 'searchRetrieve', version => $version, query => 'dc.nosuch=a');
  is_deeply([ $answer->diagnostics ], ['16 dc.nosuch'], 'a diagnostic');
  ($request, $answer) = ask(operation => 'scan', version => $version, scanClause => $query, maximumTerms => 4);
  is(scalar($answer->nodes('/*/zs:terms/zs:term')), 4, 'terms');
  ($request, $answer) = ask(operation => 'explain', version => $version);
  is($answer->text('//zr:database'), 'sru/union', 'and the explain record');
}

# What it echoes itself is what we echo, XCQL included (it knows no later CQL than 1.0, where the
# default index was in another set).
for my $cql ('dc.title=manusia', 'manusia', 'a and b', '(a or b) not c', 'dc.title any "a b"', 'dc.date<1990',
  'dc.title="^bumi manusia"', 'dc.title=a and (dc.creator=b or dc.date>1980)', 'dc.title="a \\"b\\" & c"') {
  my ($request, $answer) = ask(operation => 'searchRetrieve', version => '1.1', query => $cql, maximumRecords => 1);
  my $own = $request->asXML =~ s/srw\.ServerChoice/cql.serverChoice/gr;
  my ($ours) = $answer->nodes('/*/zs:echoedSearchRetrieveRequest');
  my ($theirs) = XML::LibXML->new->parse_string($own)->documentElement->findnodes('xQuery');
  ($ours) = $answer->nodes('zs:xQuery', $ours);
  is(join("\n", outline($ours, 0)), join("\n", outline($theirs, 0)), "XCQL of $cql");
}

finish();
