# What cataloguers do to words: spelling, capitals, romanisation, names, slips of the pen.
package Sample::Text;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Unicode::Normalize qw(NFC NFD);
use Sample::Chance qw(number);

our @EXPORT_OK = qw(is_old_spelling modern_spelling title_capitals without_marks
  indonesian_romanisation initials direct_order slip scripts article_length);

# Does an Indonesian text show the spelling from before 1972?
sub is_old_spelling {
  my ($text) = @_;
  return $text =~ /tj|dj|nj(?=[aeiou])|sj(?=[aeiou])|(?<!r)oe/i;
}

# Indonesian spelling before 1972 to that of today. $whole: the text is certainly old, so that a
# lone j is a y; otherwise only the pairs of letters that the new spelling does not have.
sub modern_spelling {
  my ($text, $whole) = @_;
  my %new = (tj => 'c', dj => 'j', nj => 'ny', sj => 'sy', oe => 'u', ch => 'kh', j => 'y');
  my $old = $whole ? qr/tj|dj|nj(?=[aeiou])|sj|oe|ch|j/i : qr/tj|dj|nj(?=[aeiou])|sj|oe/i;
  $text =~ s{($old)}{
    my $letters = $new{lc $1};
    $1 =~ /\A\p{Lu}\p{Lu}/ ? uc $letters : $1 =~ /\A\p{Lu}/ ? ucfirst $letters : $letters
  }ge;
  return $text;
}

my %SMALL = map { $_ => 1 } qw(a an and as at by for from in of on or the to with
  dan di ke dari yang untuk pada dalam dengan oleh bagi atau
  de het een van en der die das und von la le les et du des);

# "Bumi manusia" as "Bumi Manusia"; small words stay small except at the start.
sub title_capitals {
  my ($text) = @_;
  my $first = 1;
  $text =~ s{([\p{L}\p{M}ʻʼ'’]+)}{
    my $word = $first || !$SMALL{lc $1} ? ucfirst $1 : $1;
    $first = 0;
    $word
  }ge;
  return $text;
}

# Romanisation without diacritics, ayn and hamza.
sub without_marks {
  my ($text) = @_;
  $text = NFD($text);
  $text =~ s/\p{Mn}//g;
  $text =~ tr/ʻʼʾʿ//d;
  return NFC($text);
}

my %ROMAN = (
  'sh' => 'sy', 'th' => 'ts', 'dh' => 'dz', 'ṣ' => 'sh', 'ḍ' => 'dh', 'ṭ' => 'th', 'ẓ' => 'zh',
  'ay' => 'ai', 'aw' => 'au', 'ʻ' => q('), 'ʼ' => q('), 'ʾ' => q('), 'ʿ' => q('),
);

# Arabic in Latin letters as Indonesian libraries write it: Iḥyāʼ becomes Ihya', sharḥ syarh.
sub indonesian_romanisation {
  my ($text) = @_;
  my $letters = join '|', sort { length $b <=> length $a || $a cmp $b } keys %ROMAN;
  $text =~ s{($letters)}{
    my $new = $ROMAN{lc $1};
    $1 =~ /\A\p{Lu}/ ? ucfirst $new : $new
  }gei;
  $text = without_marks($text);
  $text =~ s/(\A|\s)'(?=\p{L})/$1/g;
  return $text;
}

# "Toer, Pramoedya Ananta" as "Toer, P. A."
sub initials {
  my ($name) = @_;
  my ($family, $given) = $name =~ /\A([^,]+), (.+)\z/ or return $name;
  $given =~ s/(\p{Lu}\p{M}*)[\p{L}\p{M}ʻʼ'’-]+/$1./g;
  return "$family, $given";
}

# "Toer, Pramoedya Ananta" as "Pramoedya Ananta Toer"
sub direct_order {
  my ($name) = @_;
  my ($family, $given, $rest) = $name =~ /\A([^,]+), ([^,]+)(, .+)?\z/ or return $name;
  return "$given $family" . ($rest // '');
}

# One letter too few, or two in the wrong order, in the longest word.
sub slip {
  my ($text, @about) = @_;
  my ($word) = sort { length $b <=> length $a } $text =~ /(\p{L}+)/g;
  return $text if !defined $word || length $word < 5;
  my $at = number(1, length($word) - 3, 'slip', @about);
  my $wrong = $word;
  if (number(0, 1, 'kind of slip', @about)) {
    substr $wrong, $at, 1, '';
  } else {
    substr $wrong, $at, 2, substr($word, $at + 1, 1) . substr($word, $at, 1);
  }
  $text =~ s/\Q$word\E/$wrong/;
  return $text;
}

# The MARC code for the script of a text in field 880 $6, and its direction.
sub scripts {
  my ($text) = @_;
  return '(3/r' if $text =~ /\p{Arabic}/;
  return '$1'   if $text =~ /[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]/;
  return '(N'   if $text =~ /\p{Cyrillic}/;
  return '(2/r' if $text =~ /\p{Hebrew}/;
  return '';
}

my %ARTICLES = (
  eng => qr/The |An |A /, dut => qr/De |Het |Een /, ger => qr/Der |Die |Das |Ein |Eine /,
  fre => qr/Les |Le |La |L['’]/, spa => qr/El |La |Los |Las /, ara => qr/al-|Al-/,
);

# How many characters of a title its leading article takes.
sub article_length {
  my ($title, $language) = @_;
  my $articles = $ARTICLES{$language} or return 0;
  return $title =~ /\A($articles)/ ? length $1 : 0;
}

1;
