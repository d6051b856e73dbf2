#!/usr/bin/perl
# The Z39.50 server for programs of others than yaz-client: zoomsh, Perl's ZOOM as Koha uses it,
# ruby-zoom, SimpleServer's simple2zoom, and a gateway before the gateway.
use strict;
use warnings;
use utf8;
use MARC::Record ();
use Silang::Test;
use ZOOM ();

my $zebra   = zebra();
my $gateway = gateway(
  partners => sample_partners($zebra) . '<group id="two" name="Two" members="ugm uinsuka"/>',
  z3950    => '127.0.0.1:0',
);
my $address = $gateway->z3950;
my ($port)  = $address =~ /:(\d+)\z/;

sub controls { return [ $_[0] =~ /^001 (\S+)/mg ] }

sub expected {
  my ($database, $query, $count) = @_;
  my $answer = $gateway->search($database, query => $query, recordSchema => 'marcxml', maximumRecords => $count);
  return ($answer->hits, [ $answer->controls ], $answer);
}
my ($hits, $first) = expected('union', 'dc.title=manusia', 3);

# zoomsh.
my (undef, $out) = run('zoomsh', "connect $address/union", 'search @attr 1=4 manusia', 'show 0 3', 'quit');
like($out, qr/: \Q$hits\E hits$/m, 'zoomsh: the count');
is_deeply(controls($out), $first, 'zoomsh: three records');
(undef, $out) = run('zoomsh', "connect $address/union", 'set facets "@attr 1=subject @attr 3=2"', 'search @attr 1=4 hukum', 'facets', 'quit');
my ($term) = $gateway->ask('union', version => '2.0', query => 'dc.title=hukum', maximumRecords => 0, facetLimit => '1:subject')->texts('//*[local-name()="actualTerm"]');
like($out, qr/\Q$term\E/, 'zoomsh: facets');
(undef, $out) = run('zoomsh', "connect $address/nowhere", 'search @attr 1=4 manusia', 'quit');
like($out, qr/error.*235/s, 'zoomsh: a diagnostic');

# Perl's ZOOM, step by step.
{
  my $connection = ZOOM::Connection->new("$address/union", 0, preferredRecordSyntax => 'usmarc', elementSetName => 'F');
  my $set = $connection->search_pqf('@attr 1=4 manusia');
  is($set->size, $hits, 'ZOOM: the count');
  my @records = map { MARC::Record->new_from_usmarc($set->record($_)->raw) } 0 .. 2;
  is_deeply([ map { $_->field('001')->data } @records ], $first, 'ZOOM: records, for MARC::Record');
  is_deeply([ map { scalar $_->warnings } @records ], [ (0) x 3 ], 'which has nothing to say against them');
  $set->option(preferredRecordSyntax => 'xml');
  like($set->record(0)->get('xml; charset=utf-8'), qr{MARC21/slim}, 'ZOOM: as XML');
  my $sorted = $connection->search_pqf('@attr 1=4 bumi');
  is($sorted->sort('yaz', '1=4 ia'), 0, 'ZOOM: sorted');
  is_deeply([ map { $sorted->record($_)->get('render') =~ /^001 (\S+)/m ? $1 : () } 0 .. 2 ],
    (expected('union', 'dc.title=bumi sortby dc.title', 3))[1], 'ZOOM: as SRU sorts');
  my $scan = $connection->scan_pqf('@attr 1=4 hukum');
  is(($scan->term(0))[0], 'hukum', 'ZOOM: scan');
  eval { $connection->search_pqf('@attr 7=1 x') };
  is(ref $@ ? $@->code : $@, 113, 'ZOOM: a diagnostic is thrown');
  $connection->destroy;
}

# Koha's way: asynchronously, 20 records with the answer, five targets at once, each read at its end.
{
  my @databases = qw(union two ugm uinsuka perpusnas);
  my (@connections, @sets);
  for my $database (@databases) {
    my $options = ZOOM::Options->new;
    $options->option(async                 => 1);
    $options->option(count                 => 20);
    $options->option(elementSetName        => 'F');
    $options->option(preferredRecordSyntax => 'usmarc');
    $options->option(databaseName          => $database);
    my $connection = ZOOM::Connection->create($options);
    $connection->connect('127.0.0.1', $port);
    push @connections, $connection;
    push @sets,        $connection->search_pqf('@attr 1=4 hukum');
  }
  my $ended = 0;
  while ((my $number = ZOOM::event(\@connections)) != 0) {
    next if $connections[ $number - 1 ]->last_event != ZOOM::Event::ZEND;
    my ($database, $set) = ($databases[ $number - 1 ], $sets[ $number - 1 ]);
    my ($size, $ids)     = expected($database, 'dc.title=hukum', 20);
    my ($error, $text)   = $connections[ $number - 1 ]->error_x;
    is($error,     0,     "ZOOM, asynchronously, $database: no error") or diag($text);
    is($set->size, $size, 'the count');
    my @records = grep { $_ } map { $set->record_immediate($_) } 0 .. ($size < 20 ? $size : 20) - 1;
    is_deeply([ map { MARC::Record->new_from_usmarc($_->raw)->field('001')->data } @records ], $ids, 'and the records came with the answer');
    $ended++;
  }
  is($ended, 5, 'five connections ended');
  is($sets[0]->option('searchresult.size'), scalar keys %{ (expected('union', 'dc.title=hukum', 1))[2]->partners }, 'ZOOM sees every partner');
  $_->destroy for @connections;
}

# ruby-zoom.
my $ruby = <<'RUBY';
require "zoom"
host, port = ARGV[0].split(":")
ZOOM::Connection.open(host, port.to_i) do |connection|
  connection.database_name = "union"
  connection.preferred_record_syntax = "USMARC"
  set = connection.search("@attr 1=4 manusia")
  puts set.size
  (0..2).each { |i| puts set[i].syntax, set[i].database, set[i].render[/^001.*/] }
  begin
    connection.search("@attr 7=1 x")
  rescue RuntimeError => error
    puts error.message
  end
end
RUBY
my ($status, $said, $errors) = run('ruby', '-e', $ruby, $address);
is($status, 0, 'ruby-zoom') or diag($errors);
my @lines = split /\n/, $said;
is($lines[0], $hits, 'ruby-zoom: the count');
is_deeply([ map { /^001 (\S+)/ } @lines ], $first, 'ruby-zoom: three records');
is_deeply([ @lines[ 1, 4, 7 ] ], [ ('USmarc') x 3 ], 'ruby-zoom: their syntax');
like($lines[-1], qr/\(113\)/, 'ruby-zoom: a diagnostic');

# SimpleServer's simple2zoom, which asks us over Z39.50 and over SRU for its own clients.
my $sru = $gateway->address;
spew(workdir() . '/simple2zoom.xml', <<"XML");
<client>
  <database name="z3950"><zurl>$address/union</zurl><option name="preferredRecordSyntax">usmarc</option></database>
  <database name="sru">
    <zurl>http://$sru/sru/union</zurl><option name="sru">get</option><option name="schema">marcxml</option>
    <search><querytype>cql</querytype><map use="4"><index>dc.title</index></map></search>
  </database>
</client>
XML
my $server = program(name => 'simple2zoom', command => [ 'simple2zoom', '-c', workdir() . '/simple2zoom.xml', '--', '-S', 'tcp:127.0.0.1:0' ]);
my $its_port = $server->listening_port;
for my $database (qw(z3950 sru)) {
  my $input = "open 127.0.0.1:$its_port/$database\nfind \@attr 1=4 manusia\nformat xml\nshow 1+3\nscan \@attr 1=4 hukum\nfind \@attr 1=4 \@attr 7=1 x\nquit\n";
  (undef, $out) = run({ input => $input }, 'yaz-client');
  is($out =~ /^Number of hits: (\d+)/m ? $1 : undef, $hits, "simple2zoom over $database: the count") or diag($server->log);
  is_deeply([ $out =~ /tag="001">([^<]+)</g ], $first, "simple2zoom over $database: three records");
  like($out, qr/^\* hukum \(\d+\)$/m, "simple2zoom over $database: scan");
}
$server->kill;

# A gateway may be another's partner.
my $outer = gateway(partners => partner('inner', port => $port, database => 'union'), z3950 => '127.0.0.1:0');
my $through = $outer->search('union', query => 'dc.title=manusia', maximumRecords => 10);
is($through->hits, $hits, 'a gateway before the gateway: the count');
is_deeply([ sort $through->controls ], [ sort @{ (expected('union', 'dc.title=manusia', 10))[1] } ], 'and the records');
(undef, $out) = run({ input => 'open ' . $outer->z3950 . "/inner\nfind \@attr 1=4 manusia\nshow 1+3\nquit\n" }, 'yaz-client');
is_deeply(controls($out), $first, 'and over Z39.50, a database of its own, in its order');

finish();
