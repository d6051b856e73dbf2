package Silang::Test::Target;

# tests/support/ztarget: scripted Z39.50 targets on real sockets, each on a port of the kernel's
# choice.
use strict;
use warnings;
use parent -norequire, 'Silang::Test::Process';
use Test::More;
use Time::HiRes 'time';

my $number = 0;

sub start {
  my ($class, $builddir, $workdir, %option) = @_;
  my $count = $option{count} // 1;
  my $name  = "$workdir/target" . ++$number;
  my @where = ((defined $option{listen} ? ('--listen', $option{listen}) : ()), ($option{port} ? ('--first-port', $option{port}) : ()));
  Silang::Test::spew("$name.script", $option{script} // '');
  my $self = Silang::Test::Process::start($class,
    name    => 'ztarget',
    command => [ "$builddir/tests/support/ztarget", '--count', $count, '--script', "$name.script",
      '--ports-file', "$name.ports", '--stats-file', "$name.stats", '--until-eof', @where ]);
  $self->{base} = $name;
  $self->wait_file("$name.ports");
  $self->{ports} = [ split /\n/, Silang::Test::slurp("$name.ports") ];
  return $self;
}

sub ports { return @{ $_[0]{ports} } }

sub port { return $_[0]{ports}[ $_[1] // 0 ] }

# Files appear whole.
sub wait_file {
  my ($self, $file) = @_;
  my $until = time + Silang::Test::Process::PATIENCE;
  until (-e $file) {
    die "ztarget has ended\n" . $self->log if !$self->drain(0.01) || time > $until;
  }
  return;
}

# What each target counted: [{searches => 1, ...}, ...], in order.
sub stats {
  my ($self) = @_;
  unlink "$self->{base}.stats";
  $self->signal('USR1');
  $self->wait_file("$self->{base}.stats");
  my @stats;
  for my $line (split /\n/, Silang::Test::slurp("$self->{base}.stats")) {
    my ($port, @pairs) = split ' ', $line;
    push @stats, { map { split /=/ } @pairs } if $port ne 'sum';
  }
  return \@stats;
}

sub script {
  my ($self, $text) = @_;
  Silang::Test::spew("$self->{base}.script", $text);
  $self->signal('HUP');
  $self->stats; # signals come in turn: the script has been read
  return;
}

sub stop {
  my ($self) = @_;
  $self->signal('TERM');
  my $status = $self->wait;
  is($status, 0, 'ztarget ends well');
  is_deeply([ Silang::Test::Process::complaints($self->log) ], [], 'sanitizers say nothing of ztarget')
    or diag($self->log);
  return;
}

1;
