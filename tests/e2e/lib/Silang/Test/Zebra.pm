package Silang::Test::Zebra;

# The sample libraries behind a Zebra server of this test's own. The catalogues are built and indexed
# once for all tests, and again when what they are made from has changed.
use strict;
use warnings;
use parent -norequire, 'Silang::Test::Process';
use Digest::SHA ();
use Fcntl ':flock';
use File::Find ();
use File::Path ();
use File::Spec ();

sub start {
  my ($class, $srcdir, $builddir, $workdir) = @_;
  my $catalogues = File::Spec->rel2abs("$builddir/tests/e2e/catalogues");
  build("$srcdir/etc/sample", $catalogues);
  # Zebra lets one server at a time have a register, and tests run side by side: each has a copy.
  system('cp', '-R', "$catalogues/zebra", "$workdir/zebra") == 0 or die "cp: $?\n";
  my $self = launch($class, $workdir);
  $self->{catalogues} = $catalogues;
  $self->{workdir}    = $workdir;
  return $self;
}

sub launch {
  my ($class, $workdir) = @_;
  my $self = Silang::Test::Process::start($class,
    name      => 'zebrasrv',
    directory => "$workdir/zebra",
    command   => [ 'zebrasrv', '-T', '-f', 'yazgfs.xml', '-l', "$workdir/zebrasrv.log" ]);
  $self->{port} = $self->listening_port;
  return $self;
}

# Kills it, and all its connections with it; begin() starts it anew at the same port.
sub crash { return $_[0]->kill }

sub begin {
  my ($self) = @_;
  my $file = "$self->{workdir}/zebra/yazgfs.xml";
  my $text = Silang::Test::slurp($file);
  $text =~ s/127\.0\.0\.1:0/127.0.0.1:$self->{port}/;
  Silang::Test::spew($file, $text);
  %$self = (%$self, %{ launch(ref $self, $self->{workdir}) });
  return;
}

sub port { return $_[0]{port} }

# Which publication a library's record describes, as the tool that dealt them knows:
# "LIBRARY CONTROL" => PUBLICATION.
sub truth {
  my ($self) = @_;
  my %truth;
  open my $in, '<:encoding(UTF-8)', "$self->{catalogues}/marc/truth.tsv" or die "truth.tsv: $!\n";
  <$in>;
  while (<$in>) {
    my ($library, undef, $control, $publication) = split /\t/;
    $truth{"$library $control"} = $publication;
  }
  return \%truth;
}

sub build {
  my ($sample, $catalogues) = @_;
  my $digest = digest($sample);
  File::Path::make_path($catalogues);
  open my $lock, '>>', "$catalogues.lock" or die "$catalogues.lock: $!\n";
  flock $lock, LOCK_EX or die "flock: $!\n";
  return if (eval { Silang::Test::slurp("$catalogues/made-from") } // '') eq $digest;
  unlink "$catalogues/made-from";
  my ($status, $out, $err) = Silang::Test::run("$sample/serve", '--daemon', $catalogues);
  die "serve ended with $status\n$out$err" if $status;
  ($status, $out, $err) = Silang::Test::run("$sample/serve", '--stop', $catalogues);
  die "serve --stop ended with $status\n$out$err" if $status;
  Silang::Test::spew("$catalogues/made-from", $digest);
  return;
}

sub digest {
  my ($directory) = @_;
  my @files;
  File::Find::find({ wanted => sub { push @files, $_ if -f }, no_chdir => 1 }, $directory);
  my $sha = Digest::SHA->new(256);
  for my $file (sort @files) {
    $sha->add(substr($file, length $directory), "\0");
    $sha->addfile($file, 'b');
  }
  return $sha->hexdigest;
}

sub stop {
  my ($self) = @_;
  $self->signal('TERM');
  $self->wait;
  return;
}

1;
