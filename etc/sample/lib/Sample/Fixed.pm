# What a record says in codes: leader, field 008, and the RDA types of content, media and carrier.
package Sample::Fixed;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Sample::Chance 'chance';
use Sample::Field 'add';

our @EXPORT_OK = qw(leader fixed_field types);

# Leader positions 06 and 07, and the three RDA types (content, media, carrier) with their codes.
my %FORM = (
  book      => ['a', 'm', 'txt', 'n', 'nc'],
  serial    => ['a', 's', 'txt', 'n', 'nc'],
  thesis    => ['a', 'm', 'txt', 'n', 'nc'],
  ebook     => ['a', 'm', 'txt', 'c', 'cr'],
  audiobook => ['i', 'm', 'spw', 's', 'sd'],
  map       => ['e', 'm', 'cri', 'n', 'nb'],
  score     => ['c', 'm', 'ntm', 'n', 'nc'],
  film      => ['g', 'm', 'tdi', 'v', 'vd'],
);

my %TYPE = (
  txt => ['text', 'teks'], spw => ['spoken word', 'kata yang diucapkan'],
  cri => ['cartographic image', 'citra kartografi'], ntm => ['notated music', 'musik ternotasi'],
  tdi => ['two-dimensional moving image', 'citra bergerak dua dimensi'],
  n => ['unmediated', 'tanpa perantara'], c => ['computer', 'komputer'], s => ['audio', 'audio'],
  v => ['video', 'video'], nc => ['volume', 'volume'], nb => ['sheet', 'lembar'],
  cr => ['online resource', 'sumber daring'], sd => ['audio disc', 'cakram audio'],
  vd => ['videodisc', 'cakram video'],
);

# MARC's code for the country of a place.
my %COUNTRY = (
  io => qr/Jakarta|Djakarta|Batavia|Weltevreden|Bandung|Yogyakarta|Jogja|Jogyakarta|Djokja|Semarang|
    Surabaya|Surakarta|Solo|Medan|Padang|Bukit|Malang|Bogor|Ende|Tjirebon|Cirebon|Makassar|Banda|
    Denpasar|Depok|Tangerang|Magelang|Kudus|Pekalongan|Palembang|Lhokseumawe|Salatiga/x,
  nyu => qr/New York|Ithaca/, mau => qr/Mass|Boston/, nju => qr/N\.?J\.?|Hoboken/,
  cau => qr/Calif|San Francisco|Berkeley|Los Angeles|Stanford/, ilu => qr/Chicago|Ill\./,
  pau => qr/Philadelphia/, dcu => qr/Washington/, ohu => qr/Ohio/,
  enk => qr/London|Oxford|Cambridge$|Reading$|Harlow|Chichester|Leicester/, stk => qr/Edinburgh/,
  ne => qr/Leiden|Amsterdam|Hague|Gravenhage|Haarlem|Groningen|Zwolle|Rotterdam|Wageningen/,
  ua => qr/Qāhirah|Qahirah|Cairo|Kairo|Mi[sṣ]r|Miṣr|Būlāq|Manṣūrah|Mansurah/,
  le => qr/Bayr|Beirut/, sy => qr/Dimashq|Dimasyq|Damas/, su => qr/Riy|Makkah|Mecca|Jiddah|Madīnah/,
  fr => qr/Paris/, gw => qr/Berlin|München|Stuttgart|Heidelberg|Leipzig|Reinbek|Bad /,
  si => qr/Singap/, my => qr/Kuala|Petaling|Penang|Pulau Pinang/, ja => qr/Tōkyō|Tokyo/,
  cc => qr/Beijing|Shanghai/, ii => qr/Madras|Bombay|Delhi|Bangalore|Calcutta/,
  pk => qr/Lahore|Karachi|Islamabad/, at => qr/Sydney|Melbourne|Canberra|Vic\.|N\.?S\.?W/,
);
my @COUNTRIES = sort keys %COUNTRY;

sub leader {
  my ($r) = @_;
  my ($type, $level) = @{ $FORM{ $r->{d}{form} } };
  my $full   = $r->{habit}->('level') =~ s/blank/ /r;
  my $rules  = { aacr2 => 'a', rda => 'i', none => ' ' }->{ $r->{rules} };
  my $script = $r->{library}{charset} eq 'marc-8' ? ' ' : 'a';
  my $status = chance('status', @{ $r->{about} }) < 0.3 ? 'c' : 'n';
  return "00000$status$type$level $script" . "2200000$full$rules 4500";
}

# Field 008, with the faults of a library that leaves its system's template as it is ("template":
# a book of Indonesia in Indonesian) or parts of it unfilled.
sub fixed_field {
  my ($r, $fixed, $entered) = @_;
  my $d = $r->{d};
  my ($from, $to) = split /-/, $d->{year}, -1;
  my $serial = $d->{form} eq 'serial';
  my $type   = !$from ? 'n' : $serial ? ($to ? 'd' : 'c') : $to ? 'm' : 's';
  my $dates  = ($from || 'uuuu') . ($to || ($serial ? '9999' : '    '));
  my ($country) = grep { $d->{printed_at} =~ $COUNTRY{$_} } @COUNTRIES;
  $country ||= 'xx';
  my $language = $d->{lang};
  ($type, $dates) = ('|', '||||||||') if $fixed eq 'nodate';
  $language = '   '                   if $fixed eq 'nolang';
  ($country, $language) = ('io', 'ind') if $fixed eq 'template';
  my $source = $r->{rules} eq 'none' ? '|' : 'd';
  return sprintf '%s%s%s%-3s%-17.17s%s %s',
    $entered, $type, $dates, $country, material($d), $language, $source;
}

# Positions 18 to 34.
sub material {
  my ($d) = @_;
  my $online  = $d->{form} eq 'ebook' ? 'o' : ' ';
  my $fiction = $d->{ddc} =~ /\A8\d\d\.?\d*3/ ? '1' : '0';
  return {
    serial    => "|| p $online     |0   |0",
    map       => '|||||||  a  |  0',
    score     => '||ng|||||||||||',
    film      => '---            v|',
    audiobook => '||nn |||||||||||',
  }->{ $d->{form} } // "    $online   |  000 $fiction";
}

# Fields 336 to 338.
sub types {
  my ($r) = @_;
  return if $r->{rules} ne 'rda' || $r->{d}{fullness} eq 'brief';
  my (undef, undef, @codes) = @{ $FORM{ $r->{d}{form} } };
  my $words = $r->{language} eq 'ind' ? 1 : 0;
  for my $type (['336', 'rdacontent'], ['337', 'rdamedia'], ['338', 'rdacarrier']) {
    my $code = shift @codes;
    add($r, $type->[0], ' ', ' ', a => $TYPE{$code}[$words], b => $code, 2 => $type->[1]);
  }
}

1;
