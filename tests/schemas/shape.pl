#!/usr/bin/perl
# shape.pl FILE...: are these JSON answers of the shape that doc/json.md tells? One line a file:
# "ok NAME" or "not ok NAME: what is wrong".
use strict;
use warnings;
use JSON::PP ();

my $wrong;

sub wrong { $wrong //= shift; return }

sub is_number { my ($v) = @_; return defined $v && !ref $v && JSON::PP->new->allow_nonref->encode($v) =~ /\A-?[0-9.]+\z/ }

my $TEXT   = sub { my ($v, $at) = @_; wrong("$at is no text") if !defined $v || ref $v || is_number($v) };
my $NUMBER = sub { my ($v, $at) = @_; wrong("$at is no number") if !is_number($v) };
my $BOOL   = sub { my ($v, $at) = @_; wrong("$at is no boolean") if !JSON::PP::is_bool($v) };
my $TEXTS  = sub {
  my ($v, $at) = @_;
  return wrong("$at is no list") if ref $v ne 'ARRAY';
  wrong("$at holds no text") if grep { !defined || ref } @$v;
  return;
};
my $RECORD = sub {
  my ($v, $at) = @_;
  wrong("$at is neither object nor text") if defined $v && ref $v ne 'HASH' && !length $v;
  return;
};

# object(MEMBER => CHECK, ...): a name that ends with "?" may be left out; no others may be there.
sub object {
  my (%member) = @_;
  my %known = map { (my $name = $_) =~ s/\?\z//; $name => $member{$_} } keys %member;
  return sub {
    my ($v, $at) = @_;
    return wrong("$at is no object") if ref $v ne 'HASH';
    for my $name (keys %member) {
      wrong("$at.$name is missing") if $name !~ /\?\z/ && !exists $v->{$name};
    }
    for my $name (sort keys %$v) {
      my $check = $known{$name} or return wrong("$at.$name is unknown");
      $check->($v->{$name}, "$at.$name");
    }
    return;
  };
}

sub list {
  my ($check) = @_;
  return sub {
    my ($v, $at) = @_;
    return wrong("$at is no list") if ref $v ne 'ARRAY';
    $check->($v->[$_], "$at\[$_]") for 0 .. $#$v;
    return;
  };
}

my $DIAGNOSTIC = object(uri => $TEXT, 'details?' => $TEXT, message => $TEXT);
my $DIAGNOSTICS = list($DIAGNOSTIC);
my $ECHO = sub {
  my ($v, $at) = @_;
  return wrong("$at is no object") if ref $v ne 'HASH';
  (ref $v->{$_} ? $TEXTS : $TEXT)->($v->{$_}, "$at.$_") for sort keys %$v;
  return;
};
my $PARTNERS = list(object(id => $TEXT, name => $TEXT, status => $TEXT,
  (map { ("$_?" => $TEXT) } qw(reason code detail agreement begins ends query)),
  (map { ("$_?" => $NUMBER) } qw(hits fetched ms))));
my $HOLDINGS = list(object(partner => $TEXT, 'id?' => $TEXT, 'isil?' => $TEXT, 'position?' => $NUMBER, 'services?' => $TEXTS));
my $PARTS = list(object(name => $TEXT, 'how?' => $TEXT, value => $NUMBER));
my @PAIR = (with => $NUMBER, sum => $NUMBER, threshold => $NUMBER, evidence => $PARTS,
  (map { ("$_?" => $TEXT) } qw(partner id because level)));
my $WHY = object(
  rank => object((map { ("$_?" => $NUMBER) } qw(sum half words asked coordination next)), 'parts?' => $PARTS,
    'above?' => $TEXT),
  best => object('by?' => $TEXT, fullness => $NUMBER, 'next?' => $NUMBER),
  joined => list(object(holding => $NUMBER, @PAIR)), apart => list(object(@PAIR)));
my $RECORDS = list(object(position => $NUMBER, schema => $TEXT, record => $RECORD, 'diagnostic?' => $DIAGNOSTIC,
  'score?' => $NUMBER, holdings => $HOLDINGS, 'explain?' => $TEXT, 'why?' => $WHY));
my $FACETS = list(object(name => $TEXT, 'index?' => $TEXT, 'relation?' => $TEXT, total => $NUMBER, entries => $NUMBER, complete => $BOOL,
  terms => list(object(term => $TEXT, 'query?' => $TEXT, 'requestUrl?' => $TEXT, count => $NUMBER))));

my %SHAPE = (
  search => object(numberOfRecords => $NUMBER, 'resultCountPrecision?' => $TEXT, 'resultSetId?' => $TEXT,
    'resultSetTTL?' => $NUMBER, records => $RECORDS, 'nextRecordPosition?' => $NUMBER, partners => $PARTNERS,
    'sort?' => object(keys => $TEXT, complete => $BOOL), 'narrowed?' => object(by => $TEXT, leftOut => $NUMBER, complete => $BOOL), facets => $FACETS, diagnostics => $DIAGNOSTICS,
    'request?' => $ECHO),
  scan => object('terms?' => list(object(value => $TEXT, 'numberOfRecords?' => $NUMBER, 'displayTerm?' => $TEXT,
      'whereInList?' => $TEXT)), 'partners?' => $PARTNERS, diagnostics => $DIAGNOSTICS, 'request?' => $ECHO),
  explain => object('explain?' => object((map { ($_ => $TEXT) } qw(version host database title description)),
      port => $NUMBER, partners => $NUMBER,
      indexes => list(object(set => $TEXT, name => $TEXT, 'title?' => $TEXT, partners => $NUMBER, sort => $BOOL)),
      schemas => list(object(identifier => $TEXT, name => $TEXT, title => $TEXT)),
      settings => object(map { ($_ => $NUMBER) } qw(numberOfRecords maximumRecords resultSetTTL deadline))),
    diagnostics => $DIAGNOSTICS),
);

for my $file (@ARGV) {
  my ($name) = $file =~ m{([^/]+)\z};
  my ($operation) = $name =~ /\A([a-z]+)/;
  open my $in, '<:raw', $file or die "$file: $!\n";
  local $/;
  my $value = eval { JSON::PP->new->utf8->decode(<$in>) };
  undef $wrong;
  $value ? $SHAPE{$operation}->($value, '') : wrong("no JSON: $@");
  print $wrong ? "not ok $name: $wrong\n" : "ok $name\n";
}
