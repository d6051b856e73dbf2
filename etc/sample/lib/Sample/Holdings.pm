# The copies of a library, as far as its records speak of them.
package Sample::Holdings;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Sample::Chance qw(chance number);
use Sample::Field 'add';

our @EXPORT_OK = qw(holdings);

my @ROOMS = (
  ['UMUM', 'Koleksi umum'], ['RUJUKAN', 'Koleksi rujukan'], ['CADANGAN', 'Koleksi cadangan'],
);

# 852 alone with the call number, or with an 876 for each item: barcode, status, date due.
sub holdings {
  my ($r) = @_;
  my $way = $r->{habit}->('holdings');
  return if $way eq 'none';
  my @about = ('holdings', @{ $r->{about} });
  my ($class, $rest) = split / /, $r->{call} // '', 2;
  my @call = $class ? (h => $class, defined $rest ? (i => $rest) : ()) : ();
  my $room = chance('room', @about) < 0.8 ? 0 : number(1, $#ROOMS, 'which room', @about);
  my ($shelf, $name) = @{ $ROOMS[$room] };
  my $isil = $r->{library}{isil};
  if ($way eq '852') {
    add($r, '852', ' ', ' ', a => $isil, b => $shelf, @call);
    return;
  }
  add($r, '852', '1', ' ', 8 => '1', a => $isil, b => 'PUSAT', c => $name, @call);
  my $items = number(1, 5, 'items', @about);
  for my $item (1 .. $items) {
    my $draw = chance('status', $item, @about);
    my ($status, $note) =
        $shelf eq 'RUJUKAN' ? ('Baca di tempat', undef)
      : $draw < 0.3           ? ('Dipinjam', due(@about, $item))
      : $draw < 0.35          ? ('Dipesan', undef)
      :                         ('Tersedia', undef);
    add($r, '876', ' ', ' ', 8 => '1', p => sprintf('%s%02d', barcode(@about), $item), t => $item,
      j => $status, $shelf eq 'RUJUKAN' ? (h => 'Tidak dipinjamkan') : (),
      defined $note ? (z => $note) : ());
  }
}

sub barcode { return sprintf '10%08d', number(0, 99_999_999, 'barcode', @_) }

# What readers are told of a copy on loan.
sub due {
  return sprintf 'kembali 2026-%02d-%02d', number(11, 12, 'due', @_), number(1, 28, 'day', @_);
}

1;
