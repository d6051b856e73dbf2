# Who holds what: each publication goes to as many libraries as its column "held" says, more often
# to large ones and to those that like its subject: the table it stands in, or its Dewey class.
package Sample::Deal;
use strict;
use warnings;
use Exporter 'import';
use Sample::Chance qw(chance happens);

our @EXPORT_OK = qw(deal);

# For each library's id the list of what it holds, in the order in which it was catalogued:
# { publication, copy }. A second record of the same publication has copy 2.
sub deal {
  my ($publications, $libraries) = @_;
  my %stock = map { $_->{id} => [] } @$libraries;
  for my $publication (@$publications) {
    for my $library (holders($publication, $libraries)) {
      my @about = ($publication->{id}, $library->{id});
      push @{ $stock{ $library->{id} } }, { publication => $publication, copy => 1 };
      push @{ $stock{ $library->{id} } }, { publication => $publication, copy => 2 }
        if happens($library->{copies}, 'copy', @about);
    }
  }
  for my $id (keys %stock) {
    $stock{$id} = [
      map  { $_->[1] }
      sort { $a->[0] <=> $b->[0] || $a->[1]{publication}{id} cmp $b->[1]{publication}{id} }
      map  { [chance('order', $id, $_->{publication}{id}, $_->{copy}), $_] } @{ $stock{$id} }
    ];
  }
  return \%stock;
}

# A draw without replacement, each library's chance in proportion to its weight.
sub holders {
  my ($publication, $libraries) = @_;
  my @drawn;
  for my $library (@$libraries) {
    my $weight = weight($library, $publication) or next;
    my $draw   = -log(1 - chance('hold', $publication->{id}, $library->{id})) / $weight;
    push @drawn, [$draw, $library];
  }
  @drawn = sort { $a->[0] <=> $b->[0] || $a->[1]{id} cmp $b->[1]{id} } @drawn;
  splice @drawn, $publication->{held} if @drawn > $publication->{held};
  return map { $_->[1] } @drawn;
}

# A Dewey class outweighs the table, a longer class a shorter one.
sub weight {
  my ($library, $publication) = @_;
  my $likes = $library->{likes};
  my $ddc   = $publication->{ddc};
  my ($class) = grep { exists $likes->{$_} } map { substr $ddc, 0, $_ } reverse 1 .. length $ddc;
  my $like = $likes->{ $class // $publication->{subject} } // $likes->{'*'};
  return $library->{share} * ($like // 1);
}

1;
