#!/usr/bin/perl
# silang, the command line, against a live gateway: formats, exit statuses, partners, check.
use strict;
use warnings;
use utf8;
use Encode ();
use JSON::PP ();
use Silang::Test;

my $silang  = top_builddir() . '/src/silang';
my $zebra   = zebra();
my $gateway = gateway(partners => sample_partners($zebra));
my $url     = $gateway->url('/sru/union');
my $answer  = $gateway->search('union', query => 'dc.title=manusia', maximumRecords => 5);
my @controls = $answer->controls;
my @titles   = $gateway->search('union', query => 'dc.title=manusia', maximumRecords => 5, recordSchema => 'dc')->texts('//dc:title[1]');

sub silang { return run({ env => { SILANG_URL => $url, LC_ALL => 'C.UTF-8' } }, $silang, @_) }

# Sanitizers speak on standard error; a program under test says nothing else there when all is well.
sub quiet {
  my ($err, $name) = @_;
  return is($err, '', "$name: standard error is empty");
}

subtest 'table' => sub {
  my ($status, $out, $err) = silang('search', 'dc.title=manusia', '-n', 5);
  is($status, 0, 'found: exit status 0');
  quiet($err, 'table');
  my $text = Encode::decode('UTF-8', $out, Encode::FB_CROAK);
  my $shown = grep { my $start = substr $_, 0, 12; $text =~ /\Q$start\E/ } @titles;
  is($shown, 5, 'the titles are there');
  like($text, qr/\bperpusnas\b/, 'and libraries');
};

subtest 'marc' => sub {
  my ($status, $out, $err) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'marc');
  is($status, 0, 'exit status 0');
  my @records = $out =~ /([^\x1d]+\x1d)/g;
  is(scalar @records, 5, 'five records');
  is_deeply([ grep { substr($_, 0, 5) != length } @records ], [], 'each as long as its leader says');
  my $file = spew(workdir() . '/out.mrc', $out);
  my (undef, $dump) = run('yaz-marcdump', $file);
  is_deeply([ $dump =~ /^001 (\S+)/mg ], \@controls, 'yaz-marcdump reads them');
  eval { require MARC::Batch; 1 } or return fail('MARC::Batch is not installed');
  my $batch = MARC::Batch->new('USMARC', $file);
  my @read;
  while (my $record = $batch->next) { push @read, $record->field('001')->data }
  is_deeply(\@read, \@controls, 'MARC::Batch, too');
  is_deeply([ $batch->warnings ], [], 'without a warning');
};

subtest 'marcxml, dc and mods' => sub {
  my ($status, $out) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'marcxml');
  is($status, 0, 'exit status 0');
  my $file = spew(workdir() . '/out.xml', $out);
  is((run('xmllint', '--noout', $file))[0], 0, 'marcxml is one document');
  my $document = XML::LibXML->new->parse_string($out);
  is_deeply([ map { $_->textContent } $document->findnodes('//*[@tag="001"]') ], \@controls, 'with the records');
  is($document->documentElement->localname, 'collection', 'a collection');
  ($status, $out) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'dc');
  is($status, 0, 'dc: exit status 0');
  my @found = map { $_->textContent } XML::LibXML->new->parse_string($out)->findnodes('//*[local-name()="title"][1]');
  is_deeply(\@found, \@titles, 'the titles');
  ($status, $out) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'mods');
  is($status, 0, 'mods: exit status 0');
  $document = XML::LibXML->new->parse_string($out);
  is($document->documentElement->namespaceURI, 'http://www.loc.gov/mods/v3', 'a collection of MODS');
  is_deeply([ map { $_->textContent } $document->findnodes('//*[local-name()="recordIdentifier"]') ], \@controls,
    'with the records');
};

subtest 'json and csv' => sub {
  my ($status, $out) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'json');
  is($status, 0, 'json: exit status 0');
  my $json = JSON::PP->new->utf8->decode($out);
  is(scalar @{ $json->{records} }, 5, 'five records');
  is(scalar @{ $json->{partners} }, 16, 'sixteen partners');
  is($json->{numberOfRecords}, $answer->hits, "the gateway's own answer");
  ($status, $out) = silang('search', 'dc.title=manusia', '-n', 5, '-f', 'csv');
  is($status, 0, 'csv: exit status 0');
  my @lines = split /\r?\n/, Encode::decode('UTF-8', $out);
  is(scalar @lines, 6, 'a heading and five lines');
};

subtest 'options' => sub {
  my (undef, $out) = silang('search', 'dc.title=manusia', '-n', 2, '-s', 3, '-f', 'marcxml');
  is_deeply([ $out =~ /tag="001"[^>]*>([^<]+)</g ], [ @controls[ 2, 3 ] ], '-s and -n');
  (undef, $out) = silang('search', 'dc.title=manusia', '-p', 'ugm,uda', '-f', 'json');
  is_deeply([ map { $_->{id} } @{ JSON::PP->new->utf8->decode($out)->{partners} } ], [ 'ugm', 'uda' ], '-p');
  my ($status) = run($silang, 'search', 'dc.title=manusia', '-u', $gateway->url('/sru/ptkin'));
  is($status, 0, '-u');
  (undef, $out) = silang('search', 'dc.language=ind', '-n', 250, '-f', 'marcxml');
  my %seen;
  is(scalar(grep { !$seen{$_}++ } $out =~ /tag="001"[^>]*>([^<]+)</g), 250, 'more than a page: each once') or
    diag(scalar keys %seen);
};

subtest 'exit statuses' => sub {
  my ($status, $out, $err) = silang('search', 'dc.title=xyzzyxyzzy');
  is($status, 1, 'nothing found: 1');
  ($status, $out, $err) = silang('search', 'dc.title=(');
  is($status, 2, 'a query that is none: 2');
  like($err, qr/position/, 'with the place');
  is($out, '', 'and nothing on standard output');
  for my $case ([ 'search' ], [ 'search', 'a', '-f', 'nosuch' ], [ 'search', 'a', '-n', '5abc' ], ['nosuch'], [],
    [ 'lookup', 'x' ], [ 'probe', 'x' ], [ 'explain-match', 'nosuch' ], [ 'search', 'a', '-p', 'nobody' ]) {
    ($status, $out, $err) = silang(@$case);
    is($status, 2, "'@$case': 2");
    isnt($err, '', 'and says why');
    is($out, '', 'on standard error alone');
  }
  ($status, $out, $err) = run($silang, 'search', 'a', '-u', 'http://127.0.0.1:1/sru/union');
  is($status, 3, 'no gateway: 3');
  isnt($err, '', 'and says so');
  my $web = target(script => "any http\nconnect http\n");
  ($status) = run($silang, 'search', 'a', '-u', 'http://127.0.0.1:' . $web->port . '/sru/union');
  is($status, 3, 'something else than a gateway: 3');
  my $target  = target(count => 2, script => "target 1\nhits 0\ntarget 2\nconnect refuse\n");
  my $partial = gateway(partners => partner('none', port => $target->port) . partner('down', port => $target->port(1)));
  ($status) = run($silang, 'search', 'dc.title=a', '-u', $partial->url('/sru/union'));
  is($status, 3, 'nothing found while a partner had an outage: 3');
  ($status) = run($silang, 'search', 'dc.title=a', '-u', $partial->url('/sru/none'));
  is($status, 1, 'nothing found where everyone answered: 1');
  ($status) = run($silang, 'search', 'dc.title=a', '-u', $partial->url('/sru/down'));
  is($status, 3, 'nobody answered: 3');
};

subtest 'partners' => sub {
  my ($status, $out, $err) = silang('partners');
  is($status, 0, 'exit status 0');
  quiet($err, 'partners');
  is(scalar(grep { $out =~ /\b$_\b/ } qw(perpusnas ugm uda)), 3, 'lists them');
  like($out, qr/perpusnas.*expired.*2024-06-24/, 'with their agreements');
  ($status, $out) = silang('partners', '-f', 'json');
  my $json = JSON::PP->new->utf8->decode($out);
  is(scalar @{ ref $json eq 'HASH' ? $json->{partners} : $json }, 16, 'json');
  ($status, $out) = silang('partners', '-f', 'csv');
  is(scalar(my @lines = split /\r?\n/, $out), 17, 'csv: a heading and sixteen lines');
  is((run($silang, 'partners', '-u', 'http://127.0.0.1:1/sru/union'))[0], 3, 'no gateway: 3');
};

subtest 'check' => sub {
  my ($status, $out, $err) = silang('check', $gateway->{file});
  is($status, 0, 'a good file: 0');
  my $bad = spew(workdir() . '/bad.xml', qq(<silang xmlns="urn:silang:config:1">\n  <listen sru="here"/>\n</silang>\n));
  ($status, $out, $err) = silang('check', $bad);
  is($status, 2, 'a bad one: 2');
  like("$out$err", qr/^\Q$bad\E:2: /m, 'with FILE:LINE');
  is((silang('check', workdir() . '/nosuch.xml'))[0], 2, 'none: 2');
};

subtest 'sanitizers' => sub {
  is_deeply([ map { Silang::Test::Process::complaints((silang(@$_))[2]) } ['-V'], ['-h'], [ 'search', '-h' ] ], [], 'say nothing');
};

finish();
