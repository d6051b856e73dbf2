# Headings: names with what somebody did, and subjects.
package Sample::Heading;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Sample::Field qw(add mark stop);

our @EXPORT_OK = qw(heading name_tag subjects);

# The MARC code and the Indonesian word for what a person or a body did.
my %ROLES = (
  'actor'                  => ['act', 'aktor'],
  'arranger'               => ['arr', 'pengaransir'],
  'author'                 => ['aut', 'penulis'],
  'author of afterword'    => ['aft', 'penulis penutup'],
  'author of introduction' => ['aui', 'pemberi pengantar'],
  'author of source work'  => ['ant', 'pengarang asli'],
  'cartographer'           => ['ctg', 'kartografer'],
  'commentator'            => ['cwt', 'komentator'],
  'compiler'               => ['com', 'penyusun'],
  'composer'               => ['cmp', 'komponis'],
  'contributor'            => ['ctb', 'kontributor'],
  'director'               => ['drt', 'sutradara'],
  'editor'                 => ['edt', 'editor'],
  'illustrator'            => ['ill', 'ilustrator'],
  'issuing body'           => ['isb', 'badan penerbit'],
  'lyricist'               => ['lyr', 'penulis lirik'],
  'narrator'               => ['nrt', 'narator'],
  'performer'              => ['prf', 'pemain'],
  'photographer'           => ['pht', 'fotografer'],
  'producer'               => ['pro', 'produser'],
  'production company'     => ['prn', 'perusahaan produksi'],
  'reviser'                => ['edt', 'perevisi'],
  'screenwriter'           => ['aus', 'penulis skenario'],
  'sponsor'                => ['spn', 'sponsor'],
  'thesis advisor'         => ['ths', 'pembimbing tesis'],
  'translator'             => ['trl', 'penerjemah'],
);

# Headings and parts of headings that are places, and those that say what a publication is.
my $PLACES = one_of(<<'END');
Indonesia; Jawa; Java; Jawa Barat; Jawa Tengah; Jawa Timur; Sumatra; Sumatera; Sumatera Utara;
Sumatera Barat; Sumatera Selatan; Aceh; Medan; Jakarta; Bandung; Yogyakarta; Surakarta; Banten;
Madiun; Banyumas; Blora; Minangkabau; Bali; Kalimantan; Sulawesi; Madura; Belitung; Buru Island;
Pulau Buru; Ambon Island; Pulau Ambon; Timor Timur; Timor-Leste; Nusantara; Malay Archipelago;
Southeast Asia; Asia Tenggara; Asia; Asia Timur; Malaysia; Singapore; Singapura; Netherlands;
Belanda; United States; Amerika Serikat; Great Britain; Inggris; France; Prancis; Europe; Eropa;
China; Cina; Japan; Jepang; India; Egypt; Mesir; Arab countries; Islamic Empire; Islamic countries;
Negara-negara Islam; Middle East; Timur Tengah; Developing countries; Negara berkembang
END
my $FORM_WORDS = one_of(<<'END');
Fiction; Fiksi; Periodicals; Terbitan berkala; Magazines; Majalah; Dictionaries; Kamus; Texts; Teks;
Early works to 1800; Karya awal sampai 1800; Translations into [A-Z]\w+;
Terjemahan ke bahasa [A-Z]\w+; Commentaries; Handbooks, manuals, etc\.; Buku pegangan; Textbooks;
Buku teks; Maps; Peta; Atlases; Atlas; Bibliography; Bibliografi; Encyclopedias; Ensiklopedi; Congresses; Kongres; Scores; Film;
Drama; Correspondence; Surat-surat
END

sub one_of {
  my ($list) = @_;
  my $words = join '|', split /;\s+/, $list =~ s/\s+\z//r;
  return qr/\A(?:$words)(?: \(.+\))?\z/;
}

# The subfields of a heading for a person or, with @ in front, a body.
sub heading {
  my ($r, $name, $dates, $role) = @_;
  my $relators = $r->{habit}->('relators');
  my ($code, $indonesian) = @{ $ROLES{$role} // [] };
  my $term = $r->{language} eq 'ind' ? $indonesian // $role : $role;
  my @end =
      $relators eq 'term' && $term ne ''       ? (e => stop($r, $term))
    : $relators eq 'code' && defined $code     ? (4 => $code)
    :                                            ();
  $name =~ s/\A@//;
  my @subfields = $dates ne '' ? (a => mark($r, $name, ','), d => $dates) : (a => $name);
  if (@end && $end[0] eq 'e') {
    $subfields[-1] = mark($r, $subfields[-1], $subfields[-1] =~ /-\z/ ? '' : ',');
  } else {
    $subfields[-1] = stop($r, $subfields[-1]);
  }
  return (@subfields, @end);
}

# Tag and first indicator of a name: 100 or 700 for a person, 110 or 710 for a body.
sub name_tag {
  my ($name, $series) = @_;
  return ("${series}10", '2') if $name =~ /\A@/;
  return ("${series}00", $name =~ /,/ ? '1' : '0');
}

# Fields 600, 650 and 651.
sub subjects {
  my ($r) = @_;
  my $source = $r->{language} eq 'eng' ? '0' : '4';
  for my $subject (@{ $r->{d}{subjects} }) {
    my ($first, @rest) = split /--/, $subject;
    my ($tag, $ind1, @subfields) = subject_entry($first);
    for my $part (@rest) {
      my $code = subdivision($part);
      push @subfields, $code => $part;
    }
    $subfields[-1] = stop($r, $subfields[-1]);
    add($r, $tag, $ind1, $source, @subfields);
  }
}

sub subdivision {
  my ($part) = @_;
  return 'v' if $part =~ $FORM_WORDS;
  return 'y' if $part =~ /\d{3}|century|Abad/;
  return 'z' if $part =~ $PLACES;
  return 'x';
}

# Tag, first indicator and first subfields.
sub subject_entry {
  my ($entry) = @_;
  return ('651', ' ', a => $entry) if $entry =~ $PLACES;
  return ('600', '0', a => "$1,", c => "$2,", d => $3)
    if $entry =~ /\A([^,]+), (Prophet), (-\d+)\z/;
  return ('600', '1', a => "$1,", d => $2) if $entry =~ /\A([^,]+, [^\d]+), (-?\d[\d-]*)\z/;
  return ('600', '0', a => "$1,", d => $2) if $entry =~ /\A([^,]+), (-?\d{3,4}-\d*)\z/;
  return ('600', '0', a => "$1,", c => $2) if $entry =~ /\A([^,]+), (Nabi|Prophet)\z/;
  return ('650', ' ', a => $entry);
}

1;
