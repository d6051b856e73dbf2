package Silang::Test::Process;

# A program that runs beside the test. Its standard error is read line by line; nothing here sleeps
# or guesses when something is ready.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Time::HiRes 'time';
use File::Temp ();
use POSIX ();

# Linux: the size of a pipe, so that a program that talks a lot does not have to wait for us.
use constant F_SETPIPE_SZ => 1031;
use constant PATIENCE     => 120;

# start(CLASS, COMMAND...): the program, with its standard error in a pipe.
sub start {
  my ($class, %option) = @_;
  pipe my $err,   my $err_in or die "pipe: $!\n";
  pipe my $input, my $feed   or die "pipe: $!\n";
  fcntl $err, F_SETPIPE_SZ, 1 << 20;
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM ALRM PIPE);
    open STDIN,  '<&', $input  or die "stdin: $!\n";
    open STDOUT, '>',  '/dev/null' or die "stdout: $!\n";
    open STDERR, '>&', $err_in or die "stderr: $!\n";
    close $_ for $err, $feed;
    chdir $option{directory} or die "$option{directory}: $!\n" if $option{directory};
    exec { $option{command}[0] } @{ $option{command} } or POSIX::_exit(127);
  }
  close $_ for $err_in, $input;
  fcntl $err, F_SETFL, fcntl($err, F_GETFL, 0) | O_NONBLOCK;
  return bless { pid => $pid, err => $err, feed => $feed, log => '', rest => '', name => $option{name} },
    $class;
}

sub pid { return $_[0]{pid} }

sub stopped { return !defined $_[0]{pid} }

# All that was said on standard error.
sub log {
  my ($self) = @_;
  $self->drain;
  return $self->{log};
}

# Takes what there is to read, waiting for the first of it at most so long; false at the end.
sub drain {
  my ($self, $seconds) = @_;
  my $bits = '';
  while ($self->{err}) {
    vec($bits = '', fileno $self->{err}, 1) = 1;
    return 1 if select($bits, undef, undef, $seconds // 0) <= 0;
    $seconds = 0;
    my $got = sysread $self->{err}, $self->{log}, 1 << 16, length $self->{log};
    close delete $self->{err} if defined $got && !$got;
  }
  return 0;
}

# The first line that matches and was not there at `mark` (see mark()): waits for it. Undefined when
# the program ends before.
sub wait_line {
  my ($self, $pattern, $mark) = @_;
  my $until = time + PATIENCE;
  while (1) {
    return $1 if substr($self->{log}, $mark // 0) =~ /^(.*$pattern.*)\n/m;
    return undef if !$self->{err};
    die "$self->{name}: no line like $pattern\n$self->{log}\n" if time > $until;
    $self->drain(1);
  }
}

# Ends its input and waits for it to end by itself.
sub stop {
  my ($self) = @_;
  close delete $self->{feed} if $self->{feed};
  return $self->wait;
}

# Where the log stands now.
sub mark {
  my ($self) = @_;
  return length $self->log;
}

sub signal {
  my ($self, $name) = @_;
  return CORE::kill $name, $self->{pid};
}

# Waits until the program has ended by itself; its wait status.
sub wait {
  my ($self) = @_;
  my $until = time + PATIENCE;
  while ($self->{err}) {
    $self->drain(1);
    if (time > $until) {
      CORE::kill 'KILL', $self->{pid};
      last;
    }
  }
  close delete $self->{feed} if $self->{feed};
  waitpid $self->{pid}, 0;
  delete $self->{pid};
  return $?;
}

# The port it listens at: the kernel chose it, and the kernel knows it.
sub listening_port {
  my ($self) = @_;
  my $until = time + PATIENCE;
  while (time < $until) {
    my %own = map { /\Asocket:\[(\d+)\]/ ? ($1 => 1) : () }
      map { readlink($_) // '' } glob "/proc/$self->{pid}/fd/*";
    open my $table, '<', "/proc/$self->{pid}/net/tcp" or die "$self->{name} has ended\n";
    while (my $line = <$table>) {
      my @column = split ' ', $line;
      next if $column[3] ne '0A' || !$own{ $column[9] };
      return hex((split /:/, $column[1])[1]);
    }
    die "$self->{name} has ended\n" . $self->log if !$self->drain(0.02);
  }
  die "$self->{name} does not listen\n";
}

sub kill {
  my ($self) = @_;
  return if $self->stopped;
  CORE::kill 'KILL', $self->{pid};
  waitpid delete $self->{pid}, 0;
  return;
}

# Sanitizers' words in a program's standard error.
sub complaints {
  my ($log) = @_;
  return grep { /ERROR: \w*Sanitizer|runtime error:|SUMMARY: \w*Sanitizer|Assertion .* failed/ }
    split /\n/, $log;
}

# run(OPTIONS, COMMAND...): to its end, with standard input from OPTIONS->{input}.
sub run {
  my ($option, @command) = @_;
  my %file = map { $_ => File::Temp->new } qw(in out err);
  binmode $_ for values %file;
  print { $file{in} } $option->{input} // '';
  $file{in}->flush;
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    $SIG{$_} = 'DEFAULT' for qw(INT TERM ALRM PIPE);
    open STDIN,  '<', $file{in}->filename  or die "stdin: $!\n";
    open STDOUT, '>', $file{out}->filename or die "stdout: $!\n";
    open STDERR, '>', $file{err}->filename or die "stderr: $!\n";
    @ENV{ keys %{ $option->{env} } } = values %{ $option->{env} } if $option->{env};
    chdir $option->{directory} or die "$option->{directory}: $!\n" if $option->{directory};
    exec { $command[0] } @command or POSIX::_exit(127);
  }
  waitpid $pid, 0;
  my $status = $?;
  my @text = map { Silang::Test::slurp($file{$_}->filename) } qw(out err);
  return ($status & 127 ? 128 + ($status & 127) : $status >> 8, @text);
}

1;
