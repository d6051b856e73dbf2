# Decisions that look like chance and are none: each is a hash of what it is about, so that the
# same tables give the same catalogues on every machine, and a changed line changes few records.
package Sample::Chance;
use strict;
use warnings;
use Digest::MD5 'md5';
use Exporter 'import';

our @EXPORT_OK = qw(chance number happens pick);

# A number from 0 up to, and not including, 1.
sub chance {
  my $about = join "\0", @_;
  utf8::encode($about);
  return unpack('N', md5($about)) / 2**32;
}

# A whole number from $low to $high.
sub number {
  my ($low, $high, @about) = @_;
  return $low + int(chance(@about) * ($high - $low + 1));
}

sub happens {
  my ($percent, @about) = @_;
  return chance(@about) * 100 < $percent;
}

# One of the values of a cell such as "isbd plain:20 half:5": what is left of 100 goes to the first.
sub pick {
  my ($cell, @about) = @_;
  my ($usual, @others) = split / /, $cell;
  my $draw = chance(@about) * 100;
  for my $other (@others) {
    my ($value, $percent) = split /:/, $other;
    return $value if $draw < $percent;
    $draw -= $percent;
  }
  return $usual;
}

1;
