# Standard numbers: check digits, the two lengths of an ISBN, and its hyphens.
package Sample::Number;
use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(is_isbn is_issn isbn10 isbn13 hyphenate wrong_digit);

sub is_isbn {
  my ($isbn) = @_;
  return $isbn =~ /\A\d{9}[\dX]\z/ && check10($isbn) eq substr($isbn, 9) if length $isbn == 10;
  return $isbn =~ /\A97[89]\d{10}\z/ && check13($isbn) eq substr($isbn, 12);
}

sub is_issn {
  my ($issn) = @_;
  my ($digits, $check) = $issn =~ /\A(\d{4}-\d{3})([\dX])\z/ or return 0;
  $digits =~ tr/-//d;
  return weighted($digits, 8) eq $check;
}

# Undefined for a number that has no such form (979-...).
sub isbn10 {
  my ($isbn) = @_;
  return $isbn if length $isbn == 10;
  return undef if $isbn !~ /\A978/;
  my $body = substr $isbn, 3, 9;
  return $body . check10($body);
}

sub isbn13 {
  my ($isbn) = @_;
  return $isbn if length $isbn == 13;
  my $body = '978' . substr $isbn, 0, 9;
  return $body . check13($body);
}

sub check10 { return weighted(substr($_[0], 0, 9), 10) }

sub check13 {
  my @digits = split //, substr $_[0], 0, 12;
  my $sum = 0;
  $sum += $digits[$_] * ($_ % 2 ? 3 : 1) for 0 .. 11;
  return (10 - $sum % 10) % 10;
}

sub weighted {
  my ($digits, $weight) = @_;
  my $sum = 0;
  $sum += $_ * $weight-- for split //, $digits;
  my $check = (11 - $sum % 11) % 11;
  return $check == 10 ? 'X' : $check;
}

# How long the publisher's part is, by group and first digits of that part: only the groups that
# are frequent here. From the ranges of the International ISBN Agency, simplified.
my %RANGES = (
  0 => [[2, '00', '19'], [3, '200', '699'], [4, '7000', '8499'], [5, '85000', '89999'],
    [6, '900000', '949999'], [7, '9500000', '9999999']],
  1 => [[2, '00', '09'], [3, '100', '399'], [4, '4000', '5499'], [5, '55000', '86979'],
    [6, '869800', '998999'], [7, '9990000', '9999999']],
  979 => [[3, '000', '099'], [4, '1000', '1499'], [5, '15000', '19999'], [2, '20', '29'],
    [4, '3000', '3999'], [3, '400', '799'], [4, '8000', '9499'], [5, '95000', '99999']],
  602 => [[2, '00', '06'], [4, '0700', '1399'], [5, '14000', '14999'], [4, '1500', '1699'],
    [5, '17000', '19999'], [3, '200', '749'], [4, '7500', '9499'], [5, '95000', '99999']],
);

# The number as it is printed in books; unchanged when its group is not known here.
sub hyphenate {
  my ($isbn) = @_;
  my ($prefix, $body, $check) = $isbn =~ /\A(978|979)?(\d{9})([\dX])\z/ or return $isbn;
  my ($group) = $body =~ /\A(979|602|0|1)/ or return $isbn;
  my $rest = substr $body, length $group;
  for my $range (@{ $RANGES{$group} }) {
    my ($length, $low, $high) = @$range;
    my $publisher = substr $rest, 0, $length;
    next if $publisher lt $low || $publisher gt $high;
    return join '-', $prefix // (), $group, $publisher, substr($rest, $length), $check;
  }
  return $isbn;
}

# The same number with the digit before the check digit read wrongly: no longer valid.
sub wrong_digit {
  my ($isbn) = @_;
  return $isbn =~ s/(\d)(-?[\dX])\z/($1 + 1) % 10 . $2/er;
}

1;
