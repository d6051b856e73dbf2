package Silang::Test::Certificates;

# Certificates made on the spot, by openssl, in the test's own directory.
use strict;
use warnings;
use utf8;
use Exporter 'import';
use Silang::Test ();

our @EXPORT = qw(authority certificate);

sub openssl {
  my ($status, undef, $error) = Silang::Test::run('openssl', @_);
  die "openssl @_: $error" if $status;
  return;
}

# authority('ca'): ca.pem and ca.key.
sub authority {
  my ($name) = @_;
  my $dir = Silang::Test::workdir();
  openssl(qw(req -x509 -newkey rsa:2048 -nodes -days 2 -subj), "/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.pem");
  return "$dir/$name.pem";
}

# certificate('good', by => 'ca', names => 'DNS:localhost', days => 2): a certificate and its key in one
# file, signed by an authority, or by itself.
sub certificate {
  my ($name, %option) = @_;
  my $dir = Silang::Test::workdir();
  my ($key, $request, $file) = map { "$dir/$name.$_" } qw(key csr pem);
  my $names = $option{names} // 'DNS:localhost';
  Silang::Test::spew("$dir/$name.ext", "subjectAltName=$names\n");
  openssl(qw(req -new -newkey rsa:2048 -nodes -subj), "/CN=$name", '-keyout', $key, '-out', $request);
  my @signer = $option{by} ? ('-CA', "$dir/$option{by}.pem", '-CAkey', "$dir/$option{by}.key", '-CAcreateserial') : ('-signkey', $key);
  # Made a second ago with no day to live, it has expired.
  openssl(qw(x509 -req -in), $request, @signer, '-extfile', "$dir/$name.ext", '-days', $option{days} // 2, '-out', $file);
  Silang::Test::spew($file, Silang::Test::slurp($file) . Silang::Test::slurp($key));
  return $file;
}

1;
