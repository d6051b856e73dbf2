# A record as the bytes of ISO 2709, in UTF-8 or in MARC-8.
package Sample::Iso2709;
use strict;
use warnings;
use utf8;
use Encode ();
use Exporter 'import';
use MARC::Charset ();
use Unicode::Normalize qw(NFC NFD);

our @EXPORT_OK = qw(encode_record);

# What MARC-8 has no sign for, as what is used in its place.
my %INSTEAD = (
  'ʿ' => 'ʻ', 'ʾ' => 'ʼ', '‘' => q('), '’' => q('), '“' => '"', '”' => '"', '–' => '-', '—' => '--',
  '…' => '...', 'ʹ' => q('),
);

# $charset: utf-8; decomposed (UTF-8 with combining marks); marc-8. Fields 880 in scripts that
# MARC-8 lacks are left out.
sub encode_record {
  my ($record, $charset) = @_;
  my @fields = @{ $record->{fields} };
  @fields = marc8_fields(@fields) if $charset eq 'marc-8';
  my ($directory, $data) = ('', '');
  for my $field (@fields) {
    my $bytes = field($field, $charset);
    $directory .= sprintf '%s%04d%05d', $field->[0], length $bytes, length $data;
    $data .= $bytes;
  }
  my $leader = $record->{leader};
  my $base   = 24 + length($directory) + 1;
  my $length = $base + length($data) + 1;
  substr $leader, 0, 5, sprintf '%05d', $length;
  substr $leader, 12, 5, sprintf '%05d', $base;
  die "a record of $length bytes does not fit ISO 2709\n" if $length > 99_999;
  return "$leader$directory\x1e$data\x1d";
}

sub field {
  my ($field, $charset) = @_;
  my ($tag, @rest) = @$field;
  return bytes($rest[0], $charset) . "\x1e" if $tag lt '010';
  my ($ind1, $ind2, @subfields) = @rest;
  my $bytes = $ind1 . $ind2;
  while (my ($code, $value) = splice @subfields, 0, 2) {
    $bytes .= "\x1f$code" . bytes($value, $charset);
  }
  return "$bytes\x1e";
}

sub bytes {
  my ($text, $charset) = @_;
  return marc8($text) if $charset eq 'marc-8';
  my $bytes = $charset eq 'decomposed' ? NFD($text) : NFC($text);
  utf8::encode($bytes);
  return $bytes;
}

sub marc8 {
  my ($text) = @_;
  my $signs = join '', keys %INSTEAD;
  $text =~ s/([\Q$signs\E])/$INSTEAD{$1}/g;
  return Encode::encode('iso-8859-1', MARC::Charset::utf8_to_marc8(NFC($text)));
}

# The fields without the 880s of other scripts and without the links to these; field 066 names the
# character sets that are used beside Latin.
sub marc8_fields {
  my @fields = @_;
  my (%gone, %sets, @kept);
  for my $field (@fields) {
    my ($link, $set) = $field->[0] eq '880' ? $field->[4] =~ m{\A\d{3}-(\d\d)(?:/(..))?} : ();
    if (defined $link && !in_marc8(@$field[5 .. $#$field])) {
      $gone{$link} = 1;
      next;
    }
    $sets{$set} = 1 if defined $set;
    push @kept, $field;
  }
  for my $field (@kept) {
    next if ($field->[3] // '') ne '6' || $field->[4] !~ /\A880-(\d\d)/ || !$gone{$1};
    $field = [@$field[0 .. 2], @$field[5 .. $#$field]];
  }
  push @kept, ['066', ' ', ' ', map { (c => $_) } sort keys %sets] if %sets;
  return sort { $a->[0] cmp $b->[0] } @kept;
}

# Is the text still the same after MARC-8?
sub in_marc8 {
  my $text = NFC("@_");
  local $SIG{__WARN__} = sub { };
  my $back = eval { MARC::Charset::marc8_to_utf8(marc8($text)) } // '';
  return NFC($back) eq $text;
}

1;
