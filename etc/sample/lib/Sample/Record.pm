# A description written down as a MARC 21 record, after the rules that the library follows.
package Sample::Record;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Sample::Chance qw(chance number pick);
use Sample::Field qw(add mark stop);
use Sample::Fixed qw(leader fixed_field types);
use Sample::Heading qw(heading name_tag subjects);
use Sample::Holdings 'holdings';
use Sample::Text qw(scripts article_length without_marks);

our @EXPORT_OK = qw(record);

# What a catalogue in English and one in Indonesian write where a fact is unknown, and how AACR2
# names the general material in the title.
my %WORDS = (
  eng => {
    place => '[S.l.]', publisher => '[s.n.]', year => '[n.d.]', ill => 'ill.',
    ebook => '[electronic resource]', film => '[videorecording]', audiobook => '[sound recording]',
    map => '[cartographic material]',
  },
  ind => {
    place => '[S.l.]', publisher => '[s.n.]', year => '[t.th.]', ill => 'ilus.',
    ebook => '[sumber elektronik]', film => '[rekaman video]', audiobook => '[rekaman suara]',
    map => '[bahan kartografi]',
  },
);

my %LANGUAGES = (
  eng => 'English', ind => 'Indonesian', dut => 'Dutch', ara => 'Arabic', fre => 'French',
  ger => 'German', jav => 'Javanese', jpn => 'Japanese', chi => 'Chinese', may => 'Malay',
);

# The record as a leader and a list of fields: [tag, value] or [tag, ind1, ind2, code, value, ...].
# $control: its control number. $original: the title of the work in its own language, if the
# publication is a translation and that title is known.
#
# Under construction it is a hash: d, the description; library; control; original; about; habit, a
# function from a column to what it says here; language, words, rules, isbd, script, what it said;
# call, the call number; fields; linked, the fields in the original script.
sub record {
  my ($d, $library, $control, $original, @about) = @_;
  my %r = (
    d => $d, library => $library, control => $control, original => $original, about => \@about,
    habit => sub { pick($library->{ $_[0] }, $_[0], @about) }, fields => [], linked => [],
  );
  $r{language} = $r{habit}->('language');
  $r{words}    = $WORDS{ $r{language} };
  $r{rules}    = $r{habit}->('rules');
  $r{isbd}     = $r{habit}->('punctuation');
  $r{script}   = $d->{vernacular} ne '' ? $r{habit}->('script') : 'none';
  $_->(\%r)
    for \&control_fields, \&numbers, \&source, \&languages, \&class, \&main_entry, \&uniform_title,
    \&title, \&variants, \&edition, \&imprint, \&extent, \&types, \&series, \&notes, \&subjects,
    \&added_entries, \&linked_fields, \&holdings;
  my @fields = sort { $a->[0] cmp $b->[0] } @{ $r{fields} };
  return { leader => leader(\%r), fields => \@fields };
}

sub control_fields {
  my ($r) = @_;
  my @about = @{ $r->{about} };
  my $entered = sprintf '%02d%02d%02d', number(4, 22, 'yy', @about), number(1, 12, 'mm', @about),
    number(1, 28, 'dd', @about);
  my $time = sprintf '20%s%02d%02d%02d.0', $entered, number(8, 16, 'h', @about),
    number(0, 59, 'm', @about), number(0, 59, 's', @about);
  add($r, '001', $r->{control});
  add($r, '003', $r->{library}{isil});
  add($r, '005', $time);
  my $fixed = $r->{habit}->('fixed');
  add($r, '008', fixed_field($r, $fixed, $entered)) if $fixed ne 'none';
}

# The qualifier of an ISBN has had its own subfield since RDA.
sub numbers {
  my ($r) = @_;
  my $d = $r->{d};
  for my $isbn (@{ $d->{isbn} }) {
    my ($number, $qualifier) = ($isbn->{number}, $isbn->{qualifier});
    my @subfields =
        $qualifier eq ''        ? (a => $number)
      : $r->{rules} eq 'rda'    ? (a => $number, q => "($qualifier)")
      :                           (a => "$number ($qualifier)");
    add($r, '020', ' ', ' ', @subfields);
  }
  add($r, '022', ' ', ' ', a => $d->{issn}) if $d->{issn} ne '';
}

sub source {
  my ($r) = @_;
  my $isil = $r->{library}{isil};
  add($r, '035', ' ', ' ', a => "($isil)$r->{control}") if chance('035', @{ $r->{about} }) < 0.2;
  return if $r->{d}{fullness} eq 'brief';
  add($r, '040', ' ', ' ', a => $isil, b => $r->{language},
    $r->{rules} eq 'rda' ? (e => 'rda') : (), c => $isil);
}

sub languages {
  my ($r) = @_;
  my $d = $r->{d};
  return if $d->{fullness} eq 'brief';
  if ($d->{orig} ne '') {
    add($r, '041', '1', ' ', a => $d->{lang}, h => $d->{orig});
  } elsif (chance('041', $r->{library}{id}) < 0.3) {
    add($r, '041', '0', ' ', a => $d->{lang});
  }
}

sub class {
  my ($r) = @_;
  my $d = $r->{d};
  return if $d->{ddc} eq '';
  my $where = $r->{habit}->('callnumber');
  $r->{call} = call_number($d);
  add($r, '082', '0', '4', a => $d->{ddc}, 2 => number(21, 23, 'ddc', $r->{library}{id}))
    if $where =~ /082|both/;
  add($r, '090', ' ', ' ', a => $r->{call}) if $where =~ /090|both/;
}

# "899.2213 TOE b": class, three letters of the entry, first letter of the title.
sub call_number {
  my ($d) = @_;
  my ($entry) = without_marks($d->{author} =~ s/\A@//r || $d->{title}) =~ /(\p{L}{1,3})/;
  my $title   = substr $d->{title}, article_length($d->{title}, $d->{lang});
  my ($first) = without_marks($title) =~ /(\p{L})/;
  return join ' ', $d->{ddc}, uc($entry // 'XXX'), lc($first // 'x');
}

sub main_entry {
  my ($r) = @_;
  my $d = $r->{d};
  return if $d->{author} eq '';
  my ($tag, $kind) = name_tag($d->{author}, 1);
  my @link = $r->{script} eq '880' && $d->{vernacular_author} ne ''
    ? link_to($r, $tag, $kind, ' ', a => $d->{vernacular_author}) : ();
  my $direct = $r->{script} eq 'direct' && $d->{vernacular_author} ne '';
  my $name   = $direct ? $d->{vernacular_author} : $d->{author};
  my %makers = (film => 'director', score => 'composer', map => 'cartographer');
  my $role   = $name =~ /\A@/ ? '' : $makers{ $d->{form} } // 'author';
  add($r, $tag, $kind, ' ', @link, heading($r, $name, $d->{dates}, $role));
}

# Remembers a field in the original script; returns the $6 of the field it goes with.
sub link_to {
  my ($r, $tag, $ind1, $ind2, @subfields) = @_;
  push @{ $r->{linked} }, [$tag, $ind1, $ind2, @subfields];
  return (6 => sprintf '880-%02d', scalar @{ $r->{linked} });
}

sub linked_fields {
  my ($r) = @_;
  my $count = 0;
  for my $linked (@{ $r->{linked} }) {
    my ($tag, $ind1, $ind2, @subfields) = @$linked;
    my $script = scripts("@subfields");
    my $six = sprintf '%s-%02d%s', $tag, ++$count, $script ne '' ? "/$script" : '';
    add($r, '880', $ind1, $ind2, 6 => $six, @subfields);
  }
}

sub uniform_title {
  my ($r) = @_;
  my $original = $r->{original} // return;
  return if $r->{d}{fullness} ne 'full' || $r->{language} ne 'eng';
  my $language = $LANGUAGES{ $r->{d}{lang} } or return;
  add($r, '240', '1', '0', a => mark($r, $original, '.'), l => $language);
}

sub title {
  my ($r) = @_;
  my $d = $r->{d};
  my $direct = $r->{script} eq 'direct';
  my $title  = $direct ? $d->{vernacular} : $d->{title};
  my $skip   = $direct ? 0 : article_length($title, $d->{lang});
  $skip = 0 if $r->{habit}->('articles') eq 'no';
  my ($number, $part) = split /\|/, $d->{part};
  my @subfields = (a => $title);
  if ($r->{habit}->('volumes') eq 'title' && defined $number) {
    $subfields[1] .= ' ' . lcfirst $number;
  } elsif (defined $number) {
    push @subfields, n => $number;
  }
  push @subfields, p => $part   if defined $part;
  my $general = $r->{words}{ $d->{form} };
  push @subfields, h => $general if $general && $r->{rules} eq 'aacr2';
  push @subfields, b => $d->{subtitle}    if $d->{subtitle} ne '' && !$direct;
  push @subfields, c => $d->{responsible} if $d->{responsible} ne '' && !$direct;
  punctuate_title($r, \@subfields);
  my $entry = $d->{author} eq '' ? '0' : '1';
  my @link = $r->{script} eq '880' ? link_to($r, '245', $entry, '0', a => $d->{vernacular}) : ();
  add($r, '245', $entry, $skip, @link, @subfields);
}

# ISBD marks stand at the end of the subfield before.
sub punctuate_title {
  my ($r, $subfields) = @_;
  return if $r->{isbd} eq 'none';
  for (my $i = 2; $i < @$subfields; $i += 2) {
    my $code = $subfields->[$i];
    next if $code eq 'h';
    my $mark = { n => '.', p => ',', b => ' :', c => ' /' }->{$code};
    $mark = '.' if $code eq 'p' && $subfields->[$i - 2] ne 'n';
    $mark =~ s/\A\.// if $subfields->[$i - 1] =~ /\.\z/;
    $subfields->[$i - 1] .= $mark;
  }
  $subfields->[-1] = stop($r, $subfields->[-1]);
}

sub variants {
  my ($r) = @_;
  my $d = $r->{d};
  my @variants = @{ $d->{variants} };
  push @variants, $d->{title} if $r->{script} eq 'direct';
  push @variants, $1 if $d->{title} =~ / = (\p{Lu}.+)/;
  add($r, '246', '3', ' ', a => $_) for @variants;
}

sub edition {
  my ($r) = @_;
  my $edition = $r->{d}{edition};
  return if $edition eq '' || $r->{d}{fullness} eq 'brief';
  my ($statement, $responsible) = split m{ / }, $edition, 2;
  my @subfields = defined $responsible
    ? (a => mark($r, $statement, ' /'), b => stop($r, $responsible))
    : (a => stop($r, $statement));
  add($r, '250', ' ', ' ', @subfields);
}

sub imprint {
  my ($r) = @_;
  my $d     = $r->{d};
  my $tag   = $r->{habit}->('imprint');
  my $way   = $r->{habit}->('year');
  my $year  = $d->{year} ne '' ? $d->{year} : $r->{words}{year};
  my $named = $d->{place} ne '' || $d->{publisher} ne '';
  $way  = 'plain'   if $d->{year} !~ /\A\d{4}\z/;
  $year = "c$year"  if $way eq 'c' && $tag eq '260';
  $year = "[$year]" if $way eq 'brackets';
  my $place     = $d->{place} ne ''     ? $d->{place}     : $named ? $r->{words}{place}     : '';
  my $publisher = $d->{publisher} ne '' ? $d->{publisher} : $named ? $r->{words}{publisher} : '';
  my @subfields;
  push @subfields, a => mark($r, $place, ' :')     if $place ne '';
  push @subfields, b => mark($r, $publisher, ',')  if $publisher ne '';
  push @subfields, c => $d->{form} eq 'serial' ? $year : stop($r, $year);
  add($r, $tag, ' ', $tag eq '264' ? '1' : ' ', @subfields);
  add($r, '264', ' ', '4', c => "©$year") if $tag eq '264' && $way eq 'c';
  add($r, '362', '0', ' ', a => $d->{year}) if $d->{form} eq 'serial' && $d->{year} ne '';
}

sub extent {
  my ($r) = @_;
  my $d = $r->{d};
  return if $d->{extent} eq '' || $d->{fullness} eq 'brief';
  my @subfields = (a => $d->{extent});
  if ($d->{form} =~ /\A(?:book|serial|thesis|score)\z/ && $d->{fullness} eq 'full') {
    my $height = number(19, 26, 'height', $d->{id});
    if (chance('ill', $d->{id}) < 0.3) {
      $subfields[1] = mark($r, $subfields[1], ' :');
      push @subfields, b => $r->{words}{ill};
    }
    $subfields[-1] = mark($r, $subfields[-1], ' ;');
    push @subfields, c => "$height cm";
  }
  add($r, '300', ' ', ' ', @subfields);
}

sub series {
  my ($r) = @_;
  my $tag = $r->{habit}->('series');
  for my $series (@{ $r->{d}{series} }) {
    my @subfields = (a => $series->{title});
    if ($series->{number} ne '') {
      $subfields[1] = mark($r, $subfields[1], ' ;');
      push @subfields, v => $series->{number};
    }
    add($r, $tag, $tag eq '490' ? '0' : ' ', $tag eq '490' ? ' ' : '0', @subfields);
  }
}

sub notes {
  my ($r) = @_;
  my $d = $r->{d};
  my $note = $d->{note};
  return if $note eq '';
  if ($d->{form} eq 'thesis') {
    add($r, '502', ' ', ' ', a => stop($r, $note));
  } elsif ($note =~ /\A(?:Contents|Isi|Berisi|Inhalt|Inhoud)[:.] ?(.+)/ || $note =~ /(.+ -- .+)/) {
    add($r, '505', '0', ' ', a => stop($r, $1));
  } elsif ($note =~ /bibliogra|daftar pustaka|indeks|includes index/i) {
    add($r, '504', ' ', ' ', a => stop($r, $note));
  } else {
    add($r, '500', ' ', ' ', a => stop($r, $note));
  }
}

sub added_entries {
  my ($r) = @_;
  for my $other (@{ $r->{d}{others} }) {
    my ($tag, $kind) = name_tag($other->{name}, 7);
    add($r, $tag, $kind, ' ', heading($r, $other->{name}, '', $other->{role}));
  }
}

1;
