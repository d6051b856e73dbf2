# The smallest parts of a record under construction: its fields, and the punctuation between
# subfields. Such a record is a hash; Sample::Record tells its keys.
package Sample::Field;
use strict;
use warnings;
use utf8;
use Exporter 'import';

our @EXPORT_OK = qw(add mark stop);

# [tag, value] or [tag, ind1, ind2, code, value, ...]
sub add {
  my ($r, $tag, @rest) = @_;
  push @{ $r->{fields} }, [$tag, @rest];
}

# Punctuation: a mark at the end of what precedes, if the library writes it.
sub mark {
  my ($r, $text, $mark) = @_;
  return $text if $r->{isbd} eq 'none' || $text eq '';
  return $text . $mark;
}

# A full stop at the end of a field, unless there is one.
sub stop {
  my ($r, $text) = @_;
  return $r->{isbd} eq 'isbd' && $text !~ /[.!?\])-]\z/ ? "$text." : $text;
}

1;
