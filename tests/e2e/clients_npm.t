#!/usr/bin/perl
# The SRU client of Finland's national library, from npm, harvests the gateway. `npm ci` brings it into
# the build folder, in the versions of npm/package-lock.json, from the registry that npm is set up for.
use strict;
use warnings;
use utf8;
use File::Copy ();
use File::Path ();
use JSON::PP   ();
use Silang::Test;

my $source = top_srcdir() . '/tests/e2e/npm';
my $modules = top_builddir() . '/tests/e2e/npm_modules';

# What was installed for this lock file is used again.
sub install {
  my $lock = "$modules/package-lock.json";
  return if -e "$modules/complete" && slurp($lock) eq slurp("$source/package-lock.json");
  File::Path::remove_tree($modules);
  File::Path::make_path($modules);
  File::Copy::copy("$source/$_", "$modules/$_") or die "$_: $!\n" for qw(package.json package-lock.json);
  my ($status, $out, $err) = run({ directory => $modules }, qw(npm ci --ignore-scripts --no-audit --no-fund --loglevel=error));
  die "npm ci cannot install what tests/e2e/npm/package-lock.json names; is a registry of npm's in reach?\n$out$err" if $status;
  spew("$modules/complete");
  return;
}

install();

my $zebra    = zebra();
my $gateway  = gateway(partners => sample_partners($zebra));
my $query    = 'dc.title=manusia';
my $expected = $gateway->search('union', query => $query, maximumRecords => 100);
my @controls = $expected->controls;
cmp_ok(scalar @controls, '>', 10, 'there are records');

sub harvest {
  my (%option) = @_;
  my $options = JSON::PP->new->utf8->encode({ url => $gateway->url('/sru/union'), query => $query, recordSchema => 'marcxml', %option });
  my ($status, $out, $err) = run({ env => { NODE_PATH => "$modules/node_modules" } }, 'node', "$source/harvest.cjs", $options);
  return eval { JSON::PP->new->utf8->decode($out) } // { error => "status $status: $out$err", records => [] };
}

sub controls { return map { XML::LibXML->new->parse_string($_)->findvalue('//*[@tag="001"]') } @{ $_[0]{records} } }

for my $version (qw(1.1 1.2 2.0)) {
  for my $size (3, 10, 1000) {
    my $found = harvest(version => $version, maxRecordsPerRequest => $size);
    is($found->{error}, undef, "SRU $version, $size a page: no error");
    is_deeply([ controls($found) ], \@controls, 'every record once');
  }
  my $page = harvest(version => $version, maxRecordsPerRequest => 4, retrieveAll => JSON::PP::false(), startRecord => 3);
  is_deeply([ controls($page) ], [ @controls[ 2 .. 5 ] ], 'one page');
  is($page->{next}, 7, 'and where the next begins');
  my $none = harvest(version => $version, query => 'dc.title=xyzzyxyzzy');
  is_deeply([ @$none{qw(total records error)} ], [ 0, [], undef ], 'nothing found is no error');
  my $bad = harvest(version => $version, query => 'dc.title=(');
  is_deeply([ @$bad{qw(error isDiagnostic)} ], [ 'Query syntax error', JSON::PP::true() ], 'a diagnostic');
}
my $object = harvest(recordFormat => 'object', recordSchema => 'dc');
is(ref $object->{records}[0], 'HASH', 'records as objects');
my $many = harvest(query => 'dc.title=islam or dc.title=hukum', maxRecordsPerRequest => 25);
my %seen;
$seen{$_}++ for controls($many);
is($many->{error}, undef, 'many pages: no error');
is_deeply([ grep { $seen{$_} > 1 } sort keys %seen ], [], 'none twice');
is_deeply([ sort keys %seen ], [ sort $gateway->search('union', query => 'dc.title=islam or dc.title=hukum', maximumRecords => 100)->controls ],
  'and all that there are');

finish();
