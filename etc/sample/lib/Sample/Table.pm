# The tables that people edit: publications/*.tsv, libraries.tsv, subjects.tsv. Each reader returns
# what it read and the list of everything that is wrong with it, as "FILE:LINE: what".
package Sample::Table;
use strict;
use warnings;
use utf8;
use Encode ();
use Exporter 'import';
use File::Basename 'basename';
use Unicode::Normalize 'NFC';
use Sample::Number qw(is_isbn is_issn);

our @EXPORT_OK = qw(publications libraries subjects tables_or_die);

my @PUBLICATION = qw(id work form lang orig author dates others title subtitle part responsible
  edition place publisher year extent isbn issn series subjects ddc vernacular vernacular_author
  note held);
my %FORMS = map { $_ => 1 } qw(book serial ebook audiobook map score film thesis);

my @LIBRARY = qw(id name place isil share likes control language fullness missing names dates
  relators responsible subtitle volumes case spelling roman script punctuation edition printings
  publishers imprint year extent isbn series subjects notes callnumber holdings level rules fixed
  articles charset copies errors);

# The columns of libraries.tsv that hold a cataloguing habit, and the values each may have.
my %HABITS = (
  language    => [qw(ind eng)],
  fullness    => [qw(full core brief)],
  names       => [qw(inverted initials direct)],
  dates       => [qw(yes no)],
  relators    => [qw(none term code)],
  responsible => [qw(yes first author no)],
  subtitle    => [qw(yes no)],
  volumes     => [qw(asis short title)],
  case        => [qw(sentence title upper)],
  spelling    => [qw(asis modern both)],
  roman       => [qw(asis plain indonesian)],
  script      => [qw(880 direct none)],
  punctuation => [qw(isbd half none)],
  edition     => [qw(asis indonesian number none)],
  publishers  => [qw(asis short pt)],
  imprint     => [qw(260 264)],
  year        => [qw(plain c brackets)],
  extent      => [qw(asis hlm p hal halaman none)],
  isbn        => [qw(asis 10 13 both hyphens qualifier none)],
  series      => [qw(490 440 none)],
  subjects    => [qw(asis ind eng first none)],
  notes       => [qw(yes no)],
  callnumber  => [qw(090 082 both none)],
  holdings    => [qw(none 852 items)],
  level       => [qw(blank 1 2 3 4 5 7 8 u z)],
  rules       => [qw(aacr2 rda none)],
  fixed       => [qw(good nodate nolang template none)],
  articles    => [qw(yes no)],
  charset     => [qw(utf-8 marc-8 decomposed)],
);
my @PERCENT = qw(missing printings copies errors);

# All publications of a folder's tables, each a hash of its columns; others, isbn, series, subjects
# are lists; subject is the table's name.
sub publications {
  my ($dir) = @_;
  my (@all, @errors, %seen);
  my @files = sort glob "$dir/*.tsv";
  push @errors, "$dir: no tables" if !@files;
  for my $file (@files) {
    for my $row (rows($file, \@PUBLICATION, \@errors)) {
      push @errors, map { "$row->{where}: $_" } publication_errors($row);
      push @errors, "$row->{where}: the id $row->{id} stands at $seen{$row->{id}} already"
        if $seen{ $row->{id} };
      $seen{ $row->{id} } = $row->{where};
      $row->{subject} = basename($file, '.tsv');
      push @all, split_lists($row);
    }
  }
  return (\@all, \@errors);
}

sub libraries {
  my ($file) = @_;
  my (@errors, %seen);
  my @all = rows($file, \@LIBRARY, \@errors);
  for my $row (@all) {
    push @errors, map { "$row->{where}: $_" } library_errors($row);
    push @errors, "$row->{where}: the id $row->{id} stands at $seen{$row->{id}} already"
      if $seen{ $row->{id} };
    $seen{ $row->{id} } = $row->{where};
    $row->{likes} = { map { split /=/ } split / /, $row->{likes} };
  }
  return (\@all, \@errors);
}

# English and Indonesian subject headings, or parts of them, in both directions.
sub subjects {
  my ($file) = @_;
  my (%words, @errors);
  for my $row (rows($file, [qw(eng ind)], \@errors)) {
    push @errors, "$row->{where}: both columns are needed"
      if $row->{eng} eq '' || $row->{ind} eq '';
    $words{ind}{ $row->{eng} } //= $row->{ind};
    $words{eng}{ $row->{ind} } //= $row->{eng};
  }
  return (\%words, \@errors);
}

# The tables of a folder. All that is wrong with them goes to standard error and ends the program.
sub tables_or_die {
  my ($dir) = @_;
  my ($libraries,    $library_errors)     = libraries("$dir/libraries.tsv");
  my ($headings,     $heading_errors)     = subjects("$dir/subjects.tsv");
  my ($publications, $publication_errors) = publications("$dir/publications");
  my @errors = (@$library_errors, @$heading_errors, @$publication_errors);
  return ($libraries, $headings, $publications) if !@errors;
  binmode STDERR, ':encoding(UTF-8)';
  print STDERR map { "$_\n" } @errors;
  exit 1;
}

# The lines of a table as hashes with its columns and where: "FILE:LINE".
sub rows {
  my ($file, $columns, $errors) = @_;
  my @rows;
  open my $in, '<:raw', $file or do { push @$errors, "$file: $!"; return };
  my $header;
  while (my $bytes = <$in>) {
    my $where = "$file:$.";
    my $line  = eval { Encode::decode('UTF-8', $bytes, Encode::FB_CROAK) };
    push @$errors, "$where: not UTF-8" and next if !defined $line;
    push @$errors, "$where: a carriage return; lines end with a line feed alone"
      if $line =~ s/\r//g;
    chomp $line;
    next if $line =~ /\A#|\A\z/;
    my @values = split /\t/, $line, -1;
    if (!$header) {
      $header = 1;
      next if "@values" eq "@$columns";
      push @$errors, "$where: the columns are not: @$columns";
      return;
    }
    if (@values != @$columns) {
      push @$errors, "$where: " . @values . ' columns instead of ' . @$columns;
      next;
    }
    for my $i (0 .. $#values) {
      push @$errors, "$where: $columns->[$i]: a blank at the start or the end, or two in a row"
        if $values[$i] =~ /\A\s|\s\z|\s\s/;
      push @$errors, "$where: $columns->[$i]: a control character" if $values[$i] =~ /\p{Cc}/;
      push @$errors, "$where: $columns->[$i]: not in Unicode's composed form (NFC)"
        if $values[$i] ne NFC($values[$i]);
    }
    my %row = (where => $where);
    @row{@$columns} = @values;
    push @rows, \%row;
  }
  push @$errors, "$file: empty" if !$header;
  return @rows;
}

sub publication_errors {
  my ($row) = @_;
  my @errors;
  push @errors, "id: $row->{id} is not lower-case words with hyphens"
    if $row->{id} !~ /\A[a-z0-9]+(?:-[a-z0-9]+)*\z/;
  push @errors, "work: $row->{work} is not lower-case words with hyphens"
    if $row->{work} !~ /\A(?:[a-z0-9]+(?:-[a-z0-9]+)*)?\z/;
  push @errors, "form: there is no form $row->{form}" if !$FORMS{ $row->{form} };
  push @errors, "lang: $row->{lang} is not a MARC language code" if $row->{lang} !~ /\A[a-z]{3}\z/;
  push @errors, "orig: $row->{orig} is not a MARC language code"
    if $row->{orig} !~ /\A(?:[a-z]{3})?\z/;
  push @errors, 'title: missing' if $row->{title} eq '';
  push @errors, "year: $row->{year} is not a year"
    if $row->{year} !~ /\A(?:\d{4}(?:-(?:\d{4})?)?)?\z/;
  push @errors, "held: $row->{held} is not a number from 1 to 16"
    if $row->{held} !~ /\A(?:[1-9]|1[0-6])\z/;
  push @errors, "ddc: $row->{ddc} is not a Dewey number"
    if $row->{ddc} !~ /\A(?:[0-9X]+[0-9X.]*)?\z/;
  push @errors, "issn: $row->{issn} is wrong" if $row->{issn} ne '' && !is_issn($row->{issn});
  for my $isbn (split /; /, $row->{isbn}) {
    push @errors, "isbn: $isbn is wrong" if !is_isbn($isbn =~ s/\|.+//r);
  }
  for my $column (qw(others subjects isbn series)) {
    push @errors, "$column: an empty value between semicolons"
      if $row->{$column} =~ /\A;|;\z|; ;|;(?! )/;
  }
  return @errors;
}

sub library_errors {
  my ($row) = @_;
  my @errors;
  push @errors, "id: $row->{id} is not a word" if $row->{id} !~ /\A[A-Za-z][A-Za-z0-9_-]*\z/;
  for my $column (qw(name place isil)) {
    push @errors, "$column: missing" if $row->{$column} eq '';
  }
  push @errors, 'share: not a number' if $row->{share} !~ /\A\d+(?:\.\d+)?\z/;
  push @errors, "likes: not TABLE=NUMBER or CLASS=NUMBER, with blanks between"
    if $row->{likes} !~ /\A(?:(?:[a-z-]+|[0-9][0-9.]*|\*)=\d+(?:\.\d+)?(?: |\z))*\z/;
  push @errors, 'control: holds no %d' if $row->{control} !~ /%0?\d*d/;
  for my $column (@PERCENT) {
    push @errors, "$column: not a percentage" if $row->{$column} !~ /\A(?:\d|[1-9]\d)\z/;
  }
  for my $column (sort keys %HABITS) {
    my ($usual, @others) = split / /, $row->{$column};
    for my $value ($usual // '', @others) {
      my ($name, $percent) = split /:/, $value;
      $name //= '';
      push @errors, "$column: $name is none of: @{ $HABITS{$column} }"
        if !grep { $_ eq $name } @{ $HABITS{$column} };
    }
    push @errors, "$column: every value after the first needs its percentage, as in value:20"
      if grep { !/:(?:\d|[1-9]\d)\z/ } @others;
  }
  return @errors;
}

# The cells that hold several values, taken apart.
sub split_lists {
  my ($row) = @_;
  my %all = %$row;
  $all{others} = [
    map {
      my ($name, $role) = split /\|/;
      { name => $name, role => $role // '' }
    } split /; /, $row->{others}
  ];
  $all{isbn} = [
    map {
      my ($number, $qualifier) = split /\|/;
      { number => $number, qualifier => $qualifier // '' }
    } split /; /, $row->{isbn}
  ];
  $all{series} = [
    map {
      my ($title, $number) = split /\|/;
      { title => $title, number => $number // '' }
    } split /; /, $row->{series}
  ];
  $all{subjects} = [split /; /, $row->{subjects}];
  return \%all;
}

1;
