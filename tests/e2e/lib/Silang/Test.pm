package Silang::Test;

# What the end-to-end tests share: the programs they start, and their end. A test says
#
#   use Silang::Test;
#   my $gateway = gateway(partners => sample_partners());
#   is $gateway->search('union', query => 'dc.title=hukum')->hits, ...;
#   finish();
#
# finish() stops everything, and it counts as a test how each program ended. What a test leaves
# running when it dies is killed.
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Test::More;
use File::Temp ();

our @EXPORT = (@Test::More::EXPORT, qw(gateway gateway_refused zebra target program sample_partners partner sru_partner
    curl run slurp spew workdir top_srcdir top_builddir finish xml_text));

my $workdir;
my @running;

# Programs and modules that there must be.
sub missing {
  my @programs = grep { my $name = $_; !grep { -x "$_/$name" } split /:/, $ENV{PATH} } qw(curl zebraidx zebrasrv);
  return (@programs, grep { !eval "require $_; 1" } qw(XML::LibXML URI::Escape JSON::PP));
}

BEGIN {
  if (($ENV{SILANG_E2E} // '') eq 'no') {
    print "1..0 # SKIP SILANG_E2E=no\n";
    exit 0;
  }
  if (my @missing = missing()) {
    print "1..0 # SKIP not installed: @missing (etc/packages.txt, set check)\n";
    exit 0;
  }
  for my $handle (Test::More->builder->output, Test::More->builder->failure_output,
    Test::More->builder->todo_output) {
    binmode $handle, ':encoding(UTF-8)';
  }
  # A safety net only: nothing here depends on time.
  $SIG{ALRM} = sub { die "the test has hung for ten minutes\n" };
  $SIG{INT} = $SIG{TERM} = sub { exit 1 };
  $SIG{PIPE} = 'IGNORE';
  alarm 600;
}

use Silang::Test::Process;
use Silang::Test::Zebra;
use Silang::Test::Target;
use Silang::Test::Gateway;

sub top_srcdir { return $ENV{top_srcdir} // '.' }

sub top_builddir { return $ENV{top_builddir} // '.' }

# A directory of this test's own.
sub workdir {
  $workdir //= File::Temp->newdir;
  return "$workdir";
}

# The sample libraries' Z39.50 server.
sub zebra {
  my $zebra = Silang::Test::Zebra->start(top_srcdir(), top_builddir(), workdir());
  push @running, $zebra;
  return $zebra;
}

# Scripted targets: target(count => 8, script => TEXT, listen => '127.0.0.2', port => FIRST).
sub target {
  my $target = Silang::Test::Target->start(top_builddir(), workdir(), @_);
  push @running, $target;
  return $target;
}

# Any other: program(name => 'door', command => ['python3', ...]); it ends when its input does.
sub program {
  my $program = Silang::Test::Process->start(@_);
  push @running, $program;
  return $program;
}

# gateway(partners => XML, search => {deadline => '2s'}, listen => '127.0.0.1:0',
# args => ['--today=2024-07-01']), up and ready.
sub gateway {
  my $gateway = Silang::Test::Gateway->start(top_builddir(), workdir(), @_);
  push @running, $gateway;
  return $gateway;
}

# The same for one that is to end by itself: its exit status and what it said.
sub gateway_refused {
  return Silang::Test::Gateway->run(top_builddir(), workdir(), @_);
}

sub xml_text {
  my ($text) = @_;
  my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;');
  $text =~ s/([&<>"])/$entity{$1}/g;
  return $text;
}

# The <partners> of etc/partners.xml at the port of a Zebra server. ugm sends its records with their
# holdings (OPAC syntax), unless opac => 0.
sub sample_partners {
  my ($zebra, %option) = @_;
  my $text = slurp(top_srcdir() . '/etc/partners.xml');
  my $port = $zebra->port;
  $text =~ s/\A<\?xml[^>]*\?>\s*//;
  $text =~ s/127\.0\.0\.1:9101/127.0.0.1:$port/g;
  $text =~ s{ syntax="opac"}{} if !($option{opac} // 1);
  return $text;
}

# One <partner>: partner('one', port => 2100, target => 'profile="zebra"').
sub partner {
  my ($id, %option) = @_;
  my $database  = $option{database}  // 'Default';
  my $host      = $option{host}      // '127.0.0.1';
  my $target    = $option{target}    // '';
  my $agreement = $option{agreement} // '';
  my $enabled   = $option{enabled} ? qq( enabled="$option{enabled}") : '';
  return <<"XML";
  <partner id="$id"$enabled>
    <name>Library $id</name>
    $agreement
    <target url="z3950://$host:$option{port}/$database" $target/>
  </partner>
XML
}

# The same for an SRU server: sru_partner('one', 'http://127.0.0.1:2100/Default', 'schema="dc"').
sub sru_partner {
  my ($id, $url, $target) = @_;
  $target //= '';
  return qq(  <partner id="$id"><name>Library $id</name><target url="$url" $target/></partner>\n);
}

# Runs a program to its end: (exit status, standard output, standard error), as bytes.
sub run {
  my @command = @_;
  my %option = ref $command[0] ? %{ shift @command } : ();
  return Silang::Test::Process::run(\%option, @command);
}

# curl's answer: a hash of status, type, headers (names in lower case), body (bytes).
sub curl {
  return Silang::Test::Gateway::curl(@_);
}

sub slurp {
  my ($file) = @_;
  open my $in, '<:raw', $file or die "$file: $!\n";
  local $/;
  return <$in> // '';
}

sub spew {
  my ($file, @text) = @_;
  open my $out, '>:raw', $file or die "$file: $!\n";
  print {$out} @text;
  close $out or die "$file: $!\n";
  return $file;
}

sub finish {
  while (my $process = pop @running) {
    $process->stop if !$process->stopped;
  }
  return done_testing();
}

END {
  my $status = $?;
  local $?;
  $_->kill for reverse @running;
  $? = $status;
}

1;
