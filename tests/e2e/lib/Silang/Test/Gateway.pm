package Silang::Test::Gateway;

# silangd with a configuration of the test's, and requests to it by curl.
use strict;
use warnings;
use utf8;
use parent -norequire, 'Silang::Test::Process';
use Encode ();
use IO::Socket::IP ();
use JSON::PP ();
use Socket ();
use Test::More;
use URI::Escape ();
use Silang::Test::Answer;

my $number = 0;

# configuration(partners => XML, search => {...}, listen => ADDRESS, z3950 => ADDRESS, tls => ATTRIBUTES,
# more => XML): the file's text.
sub configuration {
  my (%option) = @_;
  my %search   = (deadline => '60s', 'on-expiry' => 'warn', %{ $option{search} // {} });
  my $search   = join ' ', map { qq($_="$search{$_}") } sort keys %search;
  my $listen   = $option{listen} // '127.0.0.1:0';
  my $z3950    = $option{z3950} ? qq( z3950="$option{z3950}") : '';
  my $tls      = $option{tls} ? " $option{tls}" : '';
  my $more     = $option{more}   // '';
  return <<"XML";
<silang xmlns="urn:silang:config:1" xmlns:xi="http://www.w3.org/2001/XInclude">
  <listen sru="$listen"$z3950$tls/>
  <search $search/>
  $more
  $option{partners}
</silang>
XML
}

sub command {
  my ($builddir, $workdir, %option) = @_;
  my $file = $option{file} // "$workdir/silang" . ++$number . '.xml';
  Silang::Test::spew($file, configuration(%option)) if !$option{file};
  return ($file, "$builddir/src/silangd", '-c', $file, @{ $option{args} // ['--today=2024-07-01'] });
}

sub start {
  my ($class, $builddir, $workdir, %option) = @_;
  my ($file, @command) = command($builddir, $workdir, %option);
  # A limit of descriptors for it.
  unshift @command, 'sh', '-c', 'ulimit -n "$0" && exec "$@"', $option{limit} if $option{limit};
  my $self = Silang::Test::Process::start($class, name => 'silangd', command => \@command);
  $self->{file} = $file;
  my $ready = $self->wait_line(qr/ ready sru=/) // die "silangd did not start\n" . $self->log;
  ($self->{address}) = $ready =~ / ready sru=(\S+)/;
  ($self->{z3950})   = $ready =~ / z3950=(\S+)/;
  return $self;
}

# One that is to end by itself.
sub run {
  my ($class, $builddir, $workdir, %option) = @_;
  my (undef, @command) = command($builddir, $workdir, %option);
  return Silang::Test::run(@command);
}

# 127.0.0.1:34567
sub address { return $_[0]{address} }

# Where its Z39.50 server listens.
sub z3950 { return $_[0]{z3950} }

sub url {
  my ($self, $path) = @_;
  return "http://$self->{address}$path";
}

# Another configuration in the same file, and the signal; returns when the log says what came of it.
sub reload {
  my ($self, %option) = @_;
  my $mark = $self->mark;
  Silang::Test::spew($self->{file}, $option{text} // configuration(%option));
  $self->signal('HUP');
  return $self->wait_line(qr/ reload(?:ed|-refused) /, $mark);
}

# curl(URL, ARGUMENTS...)
sub curl {
  my ($url, @arguments) = @_;
  my ($status, $out, $err) =
    Silang::Test::run('curl', '-sS', '--globoff', '--max-time', 300, '--dump-header', '-', @arguments, $url);
  my %answer = (exit => $status, error => $err, headers => {}, raw => $out);
  # An interim response may come first.
  my $head = '';
  $head = $1 while $out =~ s/\A(HTTP\/.*?\r\n)\r\n//s && do { $answer{head} = $1; 1 };
  for my $line (split /\r\n/, $answer{head} // '') {
    $answer{status} = $1 if $line =~ m{\AHTTP/\S+ (\d+)};
    $answer{headers}{ lc $1 } = $2 if $line =~ /\A([^:]+): *(.*)/;
  }
  $answer{status} //= 0;
  $answer{type} = $answer{headers}{'content-type'} // '';
  $answer{body} = $out;
  return \%answer;
}

sub get {
  my ($self, $path, @arguments) = @_;
  $self->drain;
  return curl($self->url($path), @arguments);
}

# Pairs as a query string; values are text.
sub parameters {
  my (@pairs) = ref $_[0] ? @_[ 1 .. $#_ ] : @_;
  my @out;
  while (my ($name, $value) = splice @pairs, 0, 2) {
    push @out, URI::Escape::uri_escape_utf8($name) . '=' . URI::Escape::uri_escape_utf8($value);
  }
  return join '&', @out;
}

# search(DATABASE, PARAMETERS...): a searchRetrieve of 2.0 unless `version` is among them.
sub search {
  my ($self, $database, @pairs) = @_;
  my %given = @pairs;
  unshift @pairs, operation => 'searchRetrieve' if ($given{version} // '') =~ /\A1/ && !$given{operation};
  return $self->ask($database, @pairs);
}

# The same without adding anything.
sub ask {
  my ($self, $database, @pairs) = @_;
  my $answer = $self->get("/sru/$database?" . parameters(@pairs));
  return Silang::Test::Answer->new($answer);
}

sub post {
  my ($self, $database, @pairs) = @_;
  my $file = File::Temp->new;
  print $file parameters(@pairs);
  $file->flush;
  return Silang::Test::Answer->new(
    $self->get("/sru/$database", '--data-binary', '@' . $file->filename, '-H', 'Expect:'));
}

# The status of each partner, by id.
sub partners {
  my ($self) = @_;
  my $status = JSON::PP->new->utf8->decode($self->get('/status')->{body});
  return { map { $_->{id} => $_ } @{ $status->{partners} } };
}

# Waits until the gateway has no connection to that partner.
sub wait_idle {
  my ($self, $id) = @_;
  for (1 .. 1200) {
    my $connections = $self->partners->{$id}{connections};
    return if !grep { $connections->{$_} } qw(opening idle leased queued);
    select undef, undef, undef, 0.05;
  }
  die "there are still connections to $id\n";
}

# A bare connection, for what curl would not send.
sub socket {
  my ($self) = @_;
  return IO::Socket::IP->new(PeerAddr => $self->{address}, Type => Socket::SOCK_STREAM)
    // die "connect: $@\n";
}

# Sends bytes and reads until the gateway closes.
sub raw {
  my ($self, $bytes) = @_;
  my $socket = $self->socket;
  syswrite $socket, $bytes;
  my $all = '';
  1 while sysread $socket, $all, 1 << 16, length $all;
  return $all;
}

# Drains it; its end is a test.
sub stop {
  my ($self) = @_;
  $self->signal('TERM');
  return $self->ended;
}

sub ended {
  my ($self) = @_;
  my $status = $self->wait;
  is($status, 0, 'silangd ends with status 0') or diag($self->log);
  is_deeply([ Silang::Test::Process::complaints($self->log) ], [], 'sanitizers say nothing')
    or diag($self->log);
  return;
}

1;
