# What one library's cataloguer takes over of a publication, and in which words: the same columns
# as in the table, altered by the library's habits.
package Sample::Description;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Sample::Chance qw(number happens pick);
use Sample::Number qw(isbn10 isbn13 hyphenate wrong_digit);
use Sample::Text qw(is_old_spelling modern_spelling title_capitals without_marks
  indonesian_romanisation initials direct_order slip);

our @EXPORT_OK = qw(describe);

# Elements that may be left out by accident.
my @OPTIONAL = qw(subtitle responsible edition place extent isbn issn series subjects ddc note
  others dates);

# $headings: the subject words of subjects.tsv. $about: what distinguishes this record from all
# others, the seed of every decision.
sub describe {
  my ($publication, $library, $headings, @about) = @_;
  my $habit = sub { pick($library->{ $_[0] }, $_[0], @about) };
  my %d     = %$publication;
  $d{$_} = [map { ref ? {%$_} : $_ } @{ $d{$_} }] for qw(others isbn series subjects);
  $d{variants} = [];
  $d{printed_at} = $d{place};
  $d{fullness} = $habit->('fullness');

  leave_out(\%d, $library, $habit, @about);
  spell(\%d, $habit);
  romanise(\%d, $habit);
  name_people(\%d, $habit);
  state_edition(\%d, $library, $habit, @about);
  state_volume(\%d, $habit);
  state_extent(\%d, $habit);
  name_publisher(\%d, $habit, @about);
  number_isbn(\%d, $habit);
  choose_subjects(\%d, $headings, $habit);
  err(\%d, @about) if happens($library->{errors}, 'error', @about);
  capitalise(\%d, $habit);
  return \%d;
}

sub blank {
  my ($d, @columns) = @_;
  $d->{$_} = ref $d->{$_} ? [] : '' for @columns;
}

sub leave_out {
  my ($d, $library, $habit, @about) = @_;
  blank($d, 'subtitle') if $habit->('subtitle') eq 'no';
  blank($d, 'note')     if $habit->('notes') eq 'no';
  blank($d, 'dates')    if $habit->('dates') eq 'no';
  blank($d, 'isbn')     if $habit->('isbn') eq 'none';
  blank($d, 'series')   if $habit->('series') eq 'none';
  blank($d, 'extent')   if $habit->('extent') eq 'none';
  my $responsible = $habit->('responsible');
  blank($d, 'responsible') if $responsible eq 'no';
  $d->{responsible} =~ s/ ; .*// if $responsible eq 'first';
  $d->{responsible} = direct_order($d->{author} =~ s/\A@//r) if $responsible eq 'author';
  for my $element (@OPTIONAL) {
    blank($d, $element) if happens($library->{missing}, 'missing', $element, @about);
  }
  if ($d->{fullness} ne 'full') {
    blank($d, qw(note series dates));
    $#{ $d->{subjects} } = 0 if @{ $d->{subjects} } > 1;
  }
  blank($d, qw(subjects others subtitle responsible extent ddc vernacular vernacular_author))
    if $d->{fullness} eq 'brief';
}

# Indonesian, and the languages spelled like it, before the reform of 1972.
sub spell {
  my ($d, $habit) = @_;
  my $spelling = $habit->('spelling');
  return if $d->{lang} !~ /\A(?:ind|may|sun|jav)\z/ || $d->{orig} ne '' || $spelling eq 'asis';
  my $title = $d->{title};
  my $old   = $d->{year} ne '' && substr($d->{year}, 0, 4) < 1973 && is_old_spelling($title);
  $d->{$_} = modern_spelling($d->{$_}, 1) for $old ? qw(title subtitle) : ();
  if ($spelling eq 'both') {
    push @{ $d->{variants} }, $d->{title} if $d->{title} ne $title;
    $d->{title} = $title;
    return;
  }
  $d->{$_} = modern_spelling($d->{$_}, 0) for qw(author responsible place publisher);
  $_->{name} = modern_spelling($_->{name}, 0) for @{ $d->{others} };
}

sub romanise {
  my ($d, $habit) = @_;
  my $roman = $habit->('roman');
  return if $roman eq 'asis';
  my $arabic = $d->{lang} eq 'ara' && $roman eq 'indonesian';
  my $change = $arabic ? \&indonesian_romanisation : \&without_marks;
  $d->{$_} = $change->($d->{$_}) for qw(author title subtitle part responsible place publisher);
  $_->{name}  = $change->($_->{name})  for @{ $d->{others} };
  $_->{title} = $change->($_->{title}) for @{ $d->{series} };
}

# A name that is written directly is one that the library does not take to hold a family name.
sub name_people {
  my ($d, $habit) = @_;
  my $names = $habit->('names');
  my $local = $d->{lang} =~ /\A(?:ind|may|sun|jav|ara|min|ace)\z/ && $d->{orig} eq '';
  my $form =
      $names eq 'initials'         ? \&initials
    : $names eq 'direct' && $local ? \&direct_order
    :                                sub { $_[0] };
  $d->{author} = $form->($d->{author});
  $_->{name}   = $form->($_->{name}) for @{ $d->{others} };
}

my %ORDINALS = (
  first => 1, second => 2, third => 3, fourth => 4, fifth => 5, sixth => 6, seventh => 7,
  eighth => 8, ninth => 9, tenth => 10, pertama => 1, kedua => 2, ketiga => 3, keempat => 4,
  kelima => 5, keenam => 6, ketujuh => 7, kedelapan => 8, kesembilan => 9, kesepuluh => 10,
);

# The number of the edition, when its statement says one and is no more than that.
sub edition_number {
  my ($statement) = @_;
  return $1 if $statement =~ /\A(\d+)(?:st|nd|rd|th|\.)? (?:ed\.|edition|Aufl\.)\z/i;
  return $1 if $statement =~ /\A(?:Ed\.|Edisi|Edition) (?:ke-)?(\d+)\z/i;
  return $ORDINALS{ lc $1 } if $statement =~ /\A(\w+) ed(?:\.|ition)\z/i;
  return $ORDINALS{ lc $1 } if $statement =~ /\AEdisi (\w+)\z/i;
  return undef;
}

# Editions proper, and the printings ("cetakan") that many libraries note in the same place.
sub state_edition {
  my ($d, $library, $habit, @about) = @_;
  my $way    = $habit->('edition');
  my $number = edition_number($d->{edition});
  if ($way eq 'none') {
    $d->{edition} = '';
  } elsif ($way eq 'indonesian') {
    $d->{edition} = "Ed. $number" if $number;
    $d->{edition} =~ s/\A(?:Rev\. ed\.|Revised edition)\z/Ed. rev./i;
    $d->{edition} =~ s/\ACet\. (\d+)\z/Cet. ke-$1/;
  } elsif ($way eq 'number') {
    $d->{edition} = $number if $number;
  }
  my $book = $d->{form} eq 'book' && $d->{lang} eq 'ind' && $d->{edition} !~ /\ACet/;
  if ($book && happens($library->{printings}, 'printing', @about)) {
    my $printing = number(1, 5, 'number of printing', @about);
    my $cet = $library->{language} =~ /\Aeng/ ? "Cet. $printing" : "Cet. ke-$printing";
    $d->{edition} = $d->{edition} ? "$d->{edition}, " . lcfirst $cet : $cet;
  }
}

# "Jilid 1" as "Jil. 1".
sub state_volume {
  my ($d, $habit) = @_;
  return if $habit->('volumes') ne 'short';
  $d->{part} =~ s/\A(?:Jilid|Djilid) /Jil. /;
  $d->{part} =~ s/\AVolume /Vol. /;
  $d->{part} =~ s/\ABagian /Bag. /;
}

sub state_extent {
  my ($d, $habit) = @_;
  my $unit = $habit->('extent');
  return if $unit eq 'asis' || $unit eq 'none';
  my $written = { hlm => 'hlm.', p => 'p.', hal => 'hal.', halaman => 'halaman' }->{$unit};
  my $volumes = $unit eq 'p' ? 'v.' : 'jil.';
  $d->{extent} =~ s/(\d|[ivxlc]) (?:hlm|hal|p|S|s|pages|halaman)\b\.?/$1 $written/g;
  $d->{extent} =~ s/(\d) (?:jil|v|vols?|volumes)\b\.?/$1 $volumes/g;
  $d->{extent} =~ s/, (?=\d)/ + / if $unit eq 'halaman' && $d->{extent} =~ /\A[ivxlc]+, /;
}

my $NO_COMPANY =
  qr/\b(?:Press|PT|CV|Penerbit|Yayasan|Jajasan|Universitas|Departemen|Lembaga|Badan)\b/;

sub name_publisher {
  my ($d, $habit, @about) = @_;
  my $way = $habit->('publishers');
  if ($way eq 'short') {
    $d->{publisher} =~ s/\A(?:PT\.?|CV\.?|Penerbit|Publisher) //;
    $d->{publisher} =~ s/,? (?:Inc|Ltd|Co|GmbH)\.?\z//;
    $d->{publisher} =~ s/ (?:Publishing Company|Publishing|Publishers|Publications|Press|Books)\z//
      if $d->{publisher} !~ /University Press|MIT Press/;
    $d->{place} =~ s/,.+//;
  } elsif ($way eq 'pt' && $d->{lang} eq 'ind' && $d->{publisher} =~ /\A\p{Lu}[\p{L} ]+\z/) {
    my @before = ('PT ', 'Penerbit ', 'PT. ');
    $d->{publisher} = $before[number(0, 2, 'pt', $d->{publisher})] . $d->{publisher}
      if $d->{publisher} !~ $NO_COMPANY;
  }
}

sub number_isbn {
  my ($d, $habit) = @_;
  my $way = $habit->('isbn');
  my @numbers;
  for my $isbn (@{ $d->{isbn} }) {
    my %same  = (qualifier => $isbn->{qualifier});
    my $ten   = isbn10($isbn->{number}) // $isbn->{number};
    my $thirteen = isbn13($isbn->{number});
    my @forms =
        $way eq '10'     ? $ten
      : $way eq '13'     ? $thirteen
      : $way eq 'both'   ? ($thirteen, $ten)
      : $way eq 'hyphens' ? hyphenate($isbn->{number})
      :                    $isbn->{number};
    $same{qualifier} ||= qualifier($d) if $way eq 'qualifier';
    my %seen;
    push @numbers, map { { %same, number => $_ } } grep { !$seen{$_}++ } @forms;
  }
  $d->{isbn} = \@numbers;
}

sub qualifier {
  my ($d) = @_;
  return 'ebook' if $d->{form} eq 'ebook';
  return $1 if $d->{part} =~ /\A((?:jilid|jil\.|vol\.|volume) \S+?)(?:\||\z)/i;
  return $d->{lang} eq 'ind' ? 'sof.' : 'pbk.';
}

# Headings in one language, as far as subjects.tsv knows the words: a whole heading, or its parts.
sub choose_subjects {
  my ($d, $headings, $habit) = @_;
  my $way = $habit->('subjects');
  blank($d, 'subjects') if $way eq 'none';
  $#{ $d->{subjects} } = 0 if $way eq 'first' && @{ $d->{subjects} };
  my $words = $headings->{$way} or return;
  my %seen;
  $d->{subjects} = [
    grep { !$seen{$_}++ }
    map {
      $words->{$_} // join '--', map { $words->{$_} // $_ } split /--/
    } @{ $d->{subjects} }
  ];
}

# One of the errors that are found in every catalogue.
sub err {
  my ($d, @about) = @_;
  my @kinds = grep { $_->[0] } (
    [1, sub { $d->{title} = slip($d->{title}, @about) }],
    [$d->{author} ne '', sub { $d->{author} = slip($d->{author}, @about) }],
    [
      scalar($d->{year} =~ /\A\d{4}\z/),
      sub { $d->{year} += number(0, 1, 'year', @about) ? 1 : -1 }
    ],
    [scalar @{ $d->{isbn} }, sub { $d->{isbn}[0]{number} = wrong_digit($d->{isbn}[0]{number}) }],
    [
      scalar($d->{extent} =~ /\d{3}/),
      sub { $d->{extent} =~ s/(\d{3,})/$1 + number(-9, 9, 'pages', @about)/e }
    ],
  );
  $kinds[number(0, $#kinds, 'kind of error', @about)][1]->();
}

sub capitalise {
  my ($d, $habit) = @_;
  my $case = $habit->('case');
  return if $case eq 'sentence';
  my $change = $case eq 'upper' ? sub { uc $_[0] } : \&title_capitals;
  return if $case eq 'title' && $d->{lang} !~ /\A(?:ind|may|sun|jav|eng|dut)\z/;
  $d->{$_} = $change->($d->{$_}) for qw(title subtitle);
}

1;
