#!/usr/bin/perl
# silangd as a program: its options, its exit status, its signals, and what it tells of itself.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Silang::Test;

my $silangd = top_builddir() . '/src/silangd';
my $target  = target(count => 2, script => "hits 3\ntarget 2\nsearch delay 700ms\n");
my $partner = partner('one', port => $target->port);

sub file {
  my ($name, $text) = @_;
  return spew(workdir() . "/$name", $text);
}

sub configuration { return Silang::Test::Gateway::configuration(partners => $partner, @_) }

subtest 'options' => sub {
  my ($status, $out, $err) = run($silangd, '-V');
  is($status, 0, '-V');
  like($out, qr/\Asilangd \d+\.\d+\.\d+\n\z/, 'prints the version');
  for my $case ([], ['--nosuch'], ['-c'], [ '-c', 'a', 'b' ], [ '--today=2024-02-30', '-c', 'x' ], [ '--today=yesterday', '-c', 'x' ]) {
    ($status, $out, $err) = run($silangd, @$case);
    is($status, 2, "'@$case': exit status 2");
    is($out, '', 'nothing on standard output');
    like($err, qr/usage:|--today/, 'the reason on standard error');
  }
};

subtest '-t' => sub {
  my $good = file('good.xml', configuration());
  my ($status, $out, $err) = run($silangd, '-t', '-c', $good);
  is($status, 0, 'a good file');
  is($err, '', 'says nothing');
  is((run($silangd, '-t', $good))[0], 0, '-t FILE is the same');
  is((run($silangd, '-t', '-c', top_srcdir() . '/etc/silang.xml.sample'))[0], 0, 'the sample that ships is good');
  my $bad = file('bad.xml', <<'XML');
<silang xmlns="urn:silang:config:1">
  <listen sru="127.0.0.1:99999"/>
  <search dedline="5s"/>
  <partner id="one">
    <name>One</name>
    <agreement begins="2024-02-30"/>
    <target url="z3950://127.0.0.1/"/>
  </partner>
  <group id="g" members="one two"/>
</silang>
XML
  ($status, $out, $err) = run($silangd, '-t', '-c', $bad);
  is($status, 1, 'a bad file');
  is_deeply([ map { /\A\Q$bad\E:(\d+): \S/ ? $1 : $_ } split /\n/, $err ], [ 2, 3, 6, 7, 9 ], 'each error with FILE:LINE')
    or diag($err);
  like($err, qr/:3: .*"dedline".*"deadline"/, 'and what would be right');
  is((run($silangd, '-c', $bad))[0], 1, 'it does not start with it');
  ($status, $out, $err) = run($silangd, '-t', '-c', workdir() . '/nosuch.xml');
  is($status, 1, 'a file that is not there');
  like($err, qr/nosuch\.xml/, 'is named');
  is((run($silangd, '-t', '-c', file('cut.xml', '<silang')))[0], 1, 'not XML');
};

subtest 'addresses' => sub {
  my $gateway = gateway(partners => $partner);
  my ($port)  = $gateway->address =~ /:(\d+)\z/;
  my ($status, $out, $err) = gateway_refused(partners => $partner, listen => "127.0.0.1:$port");
  is($status, 1, 'a port in use: exit status 1');
  like($err, qr/\b127\.0\.0\.1\b.*\b$port\b/, 'with the address in the log');
  $gateway->stop;
  if (eval { IO::Socket::IP->new(LocalHost => '::1', LocalPort => 0, Listen => 1, Type => Socket::SOCK_STREAM) }) {
    my $six = gateway(partners => $partner, listen => '[::1]:0');
    like($six->address, qr/\A\[::1\]:[1-9]\d*\z/, 'IPv6');
    is($six->search('union', query => 'dc.title=x')->hits, 3, 'it serves');
    $six->stop;
  }
  my $all = gateway(partners => $partner, listen => '0.0.0.0:0');
  like($all->address, qr/\A0\.0\.0\.0:[1-9]\d*\z/, 'every address');
  $all->stop;
};

subtest 'TERM with a request under way' => sub {
  for my $signal (qw(TERM INT)) {
    my $gateway = gateway(partners => partner('slow', port => $target->port(1)));
    my $idle    = $gateway->socket;
    my $socket  = $gateway->socket;
    syswrite $socket, "GET /sru?query=dc.title%3D$signal HTTP/1.1\r\nHost: localhost\r\n\r\n";
    # Until the gateway has the request.
    1 until JSON::PP->new->utf8->decode($gateway->get('/status')->{body})->{searches}{waiting};
    my $mark = $gateway->mark;
    $gateway->signal($signal);
    ok($gateway->wait_line(qr/ draining /, $mark), "$signal: it drains");
    my $answer = '';
    1 while sysread $socket, $answer, 1 << 16, length $answer;
    like($answer, qr/\AHTTP\/1\.1 200 .*<zs:numberOfRecords>3</s, 'the request under way is answered');
    like($answer, qr/^Connection: close\r$/mi, 'as the last on its connection');
    $gateway->ended;
  }
};

subtest 'TERM twice' => sub {
  my $never   = target(script => "any silent\n");
  my $gateway = gateway(partners => partner('never', port => $never->port));
  my $socket  = $gateway->socket;
  syswrite $socket, "GET /sru?query=a HTTP/1.1\r\nHost: localhost\r\n\r\n";
  1 until JSON::PP->new->utf8->decode($gateway->get('/status')->{body})->{searches}{waiting};
  my $mark = $gateway->mark;
  $gateway->signal('TERM');
  $gateway->wait_line(qr/ draining /, $mark);
  $gateway->signal('TERM');
  $gateway->ended;
};

subtest 'HUP' => sub {
  my $gateway = gateway(partners => $partner);
  my $client  = $gateway->socket;
  my $ask     = sub {
    syswrite $client, "GET /sru?query=dc.title%3Dx&maximumRecords=0 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    my $all = '';
    until ($all =~ /\A(.*?\r\n\r\n)/s && length($all) - length($1) >= ($all =~ /^Content-Length: (\d+)\r$/mi)[0]) {
      sysread($client, $all, 1 << 16, length $all) or return 'closed';
    }
    return join ' ', $all =~ /<partner id="(\w+)"/g;
  };
  is($ask->(), 'one', 'before');
  like($gateway->reload(partners => $partner . partner('two', port => $target->port)), qr/ reloaded .*partners=2/, 'a good file');
  is($ask->(), 'one two', 'is in force, on the same connection');
  my $line = $gateway->reload(text => configuration(partners => $partner, search => { deadline => 'soon' }));
  like($line, qr/ reload-refused /, 'a bad file is refused');
  like($gateway->log, qr/^\S+\.xml:\d+: .*deadline/m, 'with FILE:LINE');
  is($ask->(), 'one two', 'the old one stays in force');
  is(Silang::Test::Answer->new($gateway->get('/sru/two'))->text('//zr:database'), 'sru/two', 'for explain, too');
  like($gateway->reload(partners => $partner), qr/ reloaded .*partners=1/, 'and it can be mended');
  unlike($gateway->log, qr/ listen-unchanged /, 'listen is the same');
  is($ask->(), 'one', 'and is in force');
  like(($gateway->search('two', query => 'dc.title=x')->diagnostics)[0], qr/\A235\b/, 'the other partner is gone');
  $gateway->stop;
};

subtest 'HUP with another address to listen on' => sub {
  my $gateway = gateway(partners => $partner);
  like($gateway->reload(partners => $partner, listen => '127.0.0.1:1'), qr/ reloaded /, 'is taken');
  like($gateway->log, qr/ warning listen-unchanged reason=".*started anew"/, 'the log says that the address stays');
  is($gateway->get('/ready')->{status}, 200, 'and it does');
  $gateway->stop;
};

subtest 'HUP with a search under way' => sub {
  my $gateway = gateway(partners => partner('slow', port => $target->port(1)));
  my $socket  = $gateway->socket;
  syswrite $socket, "GET /sru?query=dc.title%3Dhup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  1 until JSON::PP->new->utf8->decode($gateway->get('/status')->{body})->{searches}{waiting};
  like($gateway->reload(partners => $partner), qr/ reloaded /, 'its partner leaves the configuration');
  my $answer = '';
  1 while sysread $socket, $answer, 1 << 16, length $answer;
  like($answer, qr/<partner id="slow" status="ok" hits="3"/, 'the search ends under the one it began with');
  $gateway->stop;
};

subtest '/health, /ready, /status' => sub {
  my $gateway = gateway(partners => $partner . partner('two', port => $target->port));
  my $health  = $gateway->get('/health');
  is($health->{status}, 200, '/health');
  is($gateway->get('/ready')->{status}, 200, '/ready');
  my $status = JSON::PP->new->utf8->decode($gateway->get('/status')->{body});
  is_deeply([ map { $_->{state} } @{ $status->{partners} } ], [ ('unasked') x 2 ], '/status before the first question');
  $gateway->search('one', query => 'dc.title=x');
  my $answer = $gateway->get('/status');
  like($answer->{type}, qr{\Aapplication/json}, '/status is JSON');
  $status = JSON::PP->new->utf8->decode($answer->{body});
  my ($one) = @{ $status->{partners} };
  is_deeply([ @$one{qw(id name isil state reason)} ], [ 'one', 'Library one', undef, 'ok', undef ], 'a partner that answered');
  is_deeply($one->{agreement}, { state => 'undated', begins => undef, ends => undef }, 'its agreement');
  like($one->{since}, qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/, 'since when');
  ok($one->{latency}, 'and how quickly');
  $gateway->stop;
};

subtest '/metrics' => sub {
  my $gateway = gateway(partners => $partner . partner('gone', port => 1));
  $gateway->search('union', query => "dc.title=$_") for qw(a b);
  $gateway->search('union', query => 'dc.title=');
  my $answer = $gateway->get('/metrics');
  is($answer->{status}, 200, 'HTTP 200');
  like($answer->{type}, qr{\Atext/plain; version=0\.0\.4}, 'the type of the text format');
  my ($samples, $errors) = metrics($answer->{body});
  is_deeply($errors, [], 'every line follows the exposition format');
  is($samples->{'silang_partner_searches_total{partner="one",status="ok",reason=""}'}, 2, 'a partner that answered twice');
  is($samples->{'silang_partner_searches_total{partner="gone",status="failed",reason="refused"}'}, 2, 'one that refused twice');
  is($samples->{'silang_requests_total{kind="search"}'}, 2, 'two searches');
  is($samples->{'silang_requests_total{kind="refused"}'}, 1, 'one refused');
  $gateway->stop;
};

# A small reader of the Prometheus text format 0.0.4: samples, and what is wrong.
sub metrics {
  my ($text) = @_;
  my (%sample, @errors, %type, %closed, %help, $family, %bucket);
  push @errors, 'the last line has no end' if $text !~ /\n\z/;
  for my $line (split /\n/, $text) {
    if ($line =~ /\A# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)\z/) {
      my ($what, $name, $rest) = ($1, $2, $3);
      if (($family // '') ne $name) {
        push @errors, "$name: its lines do not stand together" if $closed{$name}++;
        $family = $name;
      }
      push @errors, "$name: $what twice" if ($what eq 'HELP' ? $help{$name}++ : exists $type{$name});
      $type{$name} = $rest if $what eq 'TYPE';
      push @errors, "$name: type $rest" if $what eq 'TYPE' && $rest !~ /\A(?:counter|gauge|histogram|summary|untyped)\z/;
      next;
    }
    my $label = qr/[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"/;
    if ($line !~ /\A([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:$label(?:,$label)*)?,?)\})? ([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|Inf)|NaN)\z/) {
      push @errors, $line;
      next;
    }
    my ($name, $labels, $value) = ($1, $2 // '', $3);
    my $key = $labels eq '' ? $name : "$name\{$labels}";
    push @errors, "$key: twice" if exists $sample{$key};
    $sample{$key} = $value;
    my $base = $name =~ s/_(?:bucket|sum|count)\z//r;
    my $of   = ($type{$base} // '') eq 'histogram' ? $base : $name;
    push @errors, "$name: stands with $family" if $of ne ($family // '');
    push @errors, "$name: a counter below zero" if ($type{$of} // '') eq 'counter' && $value < 0;
    if ($of eq $base && $name =~ /_bucket\z/) {
      my ($le) = $labels =~ /le="([^"]*)"/;
      (my $rest = $labels) =~ s/,?le="[^"]*"//;
      push @errors, "$key: buckets fall" if ($bucket{"$base $rest"}{last} // 0) > $value;
      $bucket{"$base $rest"} = { last => $value, inf => $le eq '+Inf' };
    }
  }
  for my $name (sort keys %bucket) {
    my ($base, $labels) = split / /, $name, 2;
    my $count = $sample{ $labels ne '' ? "${base}_count\{$labels}" : "${base}_count" };
    push @errors, "$name: no +Inf bucket" if !$bucket{$name}{inf};
    push @errors, "$name: count differs" if !defined $count || $count != $bucket{$name}{last};
  }
  return (\%sample, \@errors);
}

finish();
