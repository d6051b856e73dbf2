#!/usr/bin/perl
# Characters: Arabic in fields 880 from libraries in UTF-8, in decomposed UTF-8 and in MARC-8; records
# that come with their holdings (OPAC syntax).
use strict;
use warnings;
use utf8;
use Encode ();
use Unicode::Normalize 'NFC';
use Silang::Test;

my $zebra = zebra();
my $truth = $zebra->truth;

# Publications' titles in their own script.
my %vernacular;
for my $file (glob top_srcdir() . '/etc/sample/publications/*.tsv') {
  my ($head, @lines) = split /\n/, Encode::decode('UTF-8', slurp($file));
  my @names = split /\t/, $head;
  for my $line (@lines) {
    my %row;
    @row{@names} = split /\t/, $line, -1;
    $vernacular{ $row{id} } = NFC($row{vernacular}) if $row{vernacular} =~ /\p{Arabic}/;
  }
}
cmp_ok(scalar keys %vernacular, '>', 20, 'there are works in Arabic script');

my $gateway = gateway(partners => sample_partners($zebra));

# The title in its own script: field 880 that stands for 245.
sub script_title {
  my ($answer, $record) = @_;
  return NFC($answer->text('.//marc:datafield[@tag="880"][starts-with(marc:subfield[@code="6"],"245-")]/marc:subfield[@code="a"]', $record) // '');
}

for my $library (qw(ugm uinsuka perpusnas uinsgd)) {
  subtest $library => sub {
    for my $query ('dc.title=tafsir', 'dc.title=تفسير', 'dc.title=القرآن') {
      my $answer = $gateway->search($library, query => $query, maximumRecords => 100);
      is_deeply([ $answer->diagnostics ], [], "$query: no diagnostic");
      my ($arabic, @wrong);
      for my $record ($answer->records) {
        my $control = $answer->text('.//marc:controlfield[@tag="001"]', $record);
        my $title   = script_title($answer, $record);
        next if $title eq '';
        my $expected = $vernacular{ $truth->{"$library $control"} } // '';
        $arabic++;
        push @wrong, "$control: '$title', not '$expected'" if $expected eq '' || index($title, $expected) != 0;
      }
      cmp_ok($arabic // 0, '>', 0, "there are records in Arabic script: " . ($arabic // 0));
      is_deeply(\@wrong, [], 'and each is what the library has');
      is_deeply([ grep { substr($_, 9, 1) ne 'a' } $answer->texts('//marc:leader') ], [], 'every leader says Unicode');
    }
  };
}

subtest 'merged' => sub {
  my $answer = $gateway->search('union', query => 'dc.title=تفسير', maximumRecords => 100);
  my %from   = map { (split ' ', $_)[0] => 1 } map { @$_ } $answer->holdings;
  is_deeply([ grep { !$from{$_} } qw(ugm uinsuka uinsgd) ], [], 'found in libraries of both kinds');
  my ($both) = grep { my %in = map { (split)[0] => 1 } @$_; $in{uinsgd} && ($in{ugm} || $in{uinsuka}) } $answer->holdings;
  ok($both, 'and some entry has records of both');
  unlike($answer->http->{body}, qr/\xef\xbf\xbd/, 'no replacement character');
  my $dc = $gateway->search('union', query => 'dc.title=تفسير', recordSchema => 'dc', maximumRecords => 100);
  ok(scalar(grep { /\p{Arabic}/ } $dc->texts('//dc:title')), 'dc has the title in its own script');
};

subtest 'decomposed' => sub {
  my $answer = $gateway->search('iainbatusangkar', query => 'dc.title=tafsir', maximumRecords => 100);
  cmp_ok($answer->hits, '>', 0, 'a library with decomposed characters');
  is_deeply([ $answer->diagnostics ], [], 'is read');
};

subtest 'OPAC' => sub {
  like(sample_partners($zebra), qr{/ugm" syntax="opac"}, 'ugm sends its records with holdings');
  my $other = gateway(partners => sample_partners($zebra, opac => 0));
  my $plain = $other->search('ugm', query => 'dc.title=hukum', maximumRecords => 50);
  my $with  = $gateway->search('ugm', query => 'dc.title=hukum', maximumRecords => 50);
  is_deeply([ $with->controls ], [ $plain->controls ], 'the same records in the same order');
  is_deeply([ map { $_->textContent } $with->nodes('//marc:datafield[@tag="245"]') ],
    [ map { $_->textContent } $plain->nodes('//marc:datafield[@tag="245"]') ], 'with the same titles');
  my $union = $gateway->search('union', query => 'dc.title=hukum', maximumRecords => 100);
  is($union->outcome('ugm'), 'ok', 'it takes part in the union');
  my $held = sub { [ sort map { @$_ } $_[0]->holdings ] };
  is_deeply($held->($union), $held->($other->search('union', query => 'dc.title=hukum', maximumRecords => 100)),
    'with the same records');
};

finish();
