#!/usr/bin/perl
# SRU servers as partners: Zebra's and a second Silang's beside Z39.50 targets, over https with good
# and bad certificates, compressed, in chunks, redirected, and with a password.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use Socket ();
use Silang::Test;

my $zebra = zebra();
my $port  = $zebra->port;

sub z { return partner($_[0], port => $port, database => $_[0]) }

# Over SRU: the whole of a database's path at Zebra.
sub sru { return sru_partner($_[0], "http://127.0.0.1:$port/" . ($_[1] // $_[0]), $_[2]) }

# All entries page by page: [[holding, …], …] and the last answer.
sub walk {
  my ($gateway, $database, $size, @pairs) = @_;
  my ($next, @entries, $answer) = (1);
  while ($next) {
    $answer = $gateway->search($database, maximumRecords => $size, startRecord => $next, @pairs);
    my @diagnostics = $answer->diagnostics;
    die "startRecord=$next: @diagnostics\n" if @diagnostics;
    push @entries, map { [@$_] } $answer->holdings;
    $next = $answer->next_position;
  }
  return (\@entries, $answer);
}

# Without their order, which rests on counts of words that SRU does not tell.
sub as_set { return [ sort map { join ', ', sort @$_ } @{ $_[0] } ] }

sub leads { return [ map { $_->[0] } @{ $_[0] } ] }

my $second = gateway(partners => z('polmed') . z('umsu'));
my $union  = 'http://' . $second->address . '/sru/union';
my $gateway = gateway(partners => z('ugm') . z('uinsuka') . sru('perpusnas') . sru_partner('second', $union), search => { window => 20 });

subtest 'a federation of two kinds gives one answer' => sub {
  my @all      = qw(ugm uinsuka perpusnas);
  my $plain    = gateway(partners => join('', map { z($_) } @all), search => { window => 100 });
  my $mixed    = gateway(partners => z('ugm') . z('uinsuka') . sru('perpusnas'), search => { window => 100 });
  for my $query ('dc.title="bumi manusia"', 'dc.title=islam or dc.subject=hukum', 'dc.creator=toer not dc.title=bumi') {
    my ($expected) = walk($plain, 'union', 50, query => $query);
    my ($got, $answer) = walk($mixed, 'union', 50, query => $query);
    is_deeply(as_set($got), as_set($expected), "$query: the same entries as over Z39.50 alone: " . scalar @$got);
    is($answer->outcome('perpusnas'), 'ok', 'perpusnas answered');
  }
};

subtest 'paging to the end yields every entry once' => sub {
  for my $case ([ 'dc.title=hukum', 7 ], [ 'dc.language=ind', 100 ]) {
    my ($query, $size) = @$case;
    walk($gateway, 'union', $size, query => $query);
    # Once more: what was found to be a duplicate later is in its entry by now.
    my ($entries, $answer) = walk($gateway, 'union', $size, query => $query);
    my (%lead, %holding);
    $lead{$_}++ for @{ leads($entries) };
    $holding{$_}++ for map { @$_ } @$entries;
    is_deeply([ grep { $lead{$_} > 1 } keys %lead ], [], "$query: each entry once");
    my $partners = $answer->partners;
    my $hits = 0;
    for my $id (qw(ugm uinsuka perpusnas second)) {
      is($answer->outcome($id), 'ok', "$id answered");
      is($partners->{$id}{fetched}, $partners->{$id}{hits}, "and gave all of its $partners->{$id}{hits}");
      $hits += $partners->{$id}{hits};
      my ($own) = walk($gateway, $id, 100, query => $query);
      is(scalar @$own, $partners->{$id}{hits}, 'as many as are in its own database');
    }
    my $held = 0;
    $held += $_ for values %holding;
    is($held, $hits, "every record is in one entry: $hits in " . scalar @$entries);
  }
};

subtest 'one library over SRU' => sub {
  my $direct = gateway(partners => z('perpusnas'));
  my $query  = 'dc.title=hukum';
  my ($sru, $z) = map { $_->search('perpusnas', query => $query, maximumRecords => 10) } ($gateway, $direct);
  is_deeply([ $sru->controls ], [ $z->controls ], 'its own records in its own order');
  is($sru->hits, $z->hits, 'its own count');
  my @titles = $gateway->search('perpusnas', query => "$query sortby dc.title")->texts('//marc:datafield[@tag="245"]/marc:subfield[@code="a"]');
  cmp_ok(scalar @titles, '>', 3, 'it sorts');
  my @letters = map { join ' ', (split ' ', lc =~ s/[^a-z ]//gr)[0, 1] } @titles;
  is_deeply(\@letters, [ sort @letters ], 'by title');
};

subtest 'a gateway that is asked by itself says loop' => sub {
  # The port is known before the daemon runs: each of two gateways has the other as its partner.
  my $hold  = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Type => Socket::SOCK_STREAM, ReuseAddr => 1, Listen => 1);
  my $free  = $hold->sockport;
  close $hold;
  my $one   = gateway(partners => z('ugm') . sru_partner('two', "http://127.0.0.1:$free/sru/union"));
  my $two   = gateway(listen => "127.0.0.1:$free", partners => z('uinsuka') . sru_partner('one', 'http://' . $one->address . '/sru/union'));
  my $answer = $one->search('union', query => 'dc.title=hukum', maximumRecords => 5);
  is_deeply([ $answer->diagnostics ], [], 'the answer is one');
  is($answer->outcome('ugm'), 'ok', 'with its own library');
  is($answer->outcome('two'), 'ok', 'and the other gateway');
  ok(!exists $answer->partners->{two}{detail}, 'of which nothing is missing');
  is($answer->text('/*/zs:resultCountPrecision'), 'info:srw/vocabulary/resultCountPrecision/1/exact', 'so that the count is exact');
  my $seen = $two->wait_line(qr/path=\/sru\/union .*answered=1\/2/);
  like($seen, qr/answered=1\/2/, 'which was told of the loop');
  my $back = $one->search('union', query => 'dc.title=hukum', 'x-silang-via' => 'other');
  is($back->outcome('ugm'), 'ok', 'other hop marks do not matter');
};

# It is told how long is waited for it, and tells whom it has left out.
subtest 'a gateway with a partner that never answers' => sub {
  my $mute  = IO::Socket::IP->new(LocalHost => '127.0.0.1', LocalPort => 0, Type => Socket::SOCK_STREAM, Listen => 5);
  my $inner = gateway(partners => z('umsu') . partner('mute', port => $mute->sockport), search => { deadline => '60s' });
  my $outer = gateway(partners => z('ugm') . sru_partner('inner', 'http://' . $inner->address . '/sru/union'), search => { deadline => '4s' });
  my $answer = $outer->search('union', query => 'dc.title=hukum', maximumRecords => 50);
  is($answer->outcome('inner'), 'ok', 'it answers in time');
  is($answer->partners->{inner}{hits}, $inner->search('umsu', query => 'dc.title=hukum')->hits, 'with what it has');
  is($answer->partners->{inner}{detail}, 'answered 1 of 2: mute late (init)', 'and says what it has not');
  is($answer->text('/*/zs:resultCountPrecision'), 'info:srw/vocabulary/resultCountPrecision/1/estimate', 'so that the count is no exact one');
  my $scan = $outer->get('/sru/union?version=1.2&operation=scan&scanClause=dc.title%3Dhukum&maximumTerms=5');
  my ($told) = grep { $_->getAttribute('id') eq 'inner' } Silang::Test::Answer->new($scan)->nodes('//s:partner');
  is($told->getAttribute('status') . ': ' . ($told->getAttribute('detail') // ''), 'ok: answered 1 of 2: mute late (init)', 'a scan, too');
};

subtest 'over IPv6, by number and by name' => sub {
  my $six    = gateway(listen => '[::1]:0', partners => z('umsu'));
  my ($at)   = $six->address =~ /(\d+)\z/;
  my $answer = gateway(partners => sru_partner('number', "http://[::1]:$at/sru/union") . sru_partner('name', "http://localhost:$at/sru/union"))
    ->search('union', query => 'dc.title=hukum');
  is($answer->outcome($_), 'ok', $_) for qw(number name);
};

subtest 'scan over SRU' => sub {
  my $z = gateway(partners => z('perpusnas'));
  my %ask = (path => '/sru/union?version=1.2&operation=scan&scanClause=dc.title%3Dhukum&maximumTerms=5');
  my ($one, $other) = map { Silang::Test::Answer->new(curl($_->url($ask{path}))) } (gateway(partners => sru('perpusnas')), $z);
  is_deeply([ $one->texts('//zs:term/zs:value') ], [ $other->texts('//zs:term/zs:value') ], 'the same terms');
  my @terms = $one->nodes('//zs:term');
  is(scalar @terms, 5, 'five');
};

my $door = program(name => 'sru_door', command => [ 'python3', top_srcdir() . '/tests/e2e/sru_door.py', $port ]);
my ($way) = ($door->wait_line(qr/listening/) // die $door->log) =~ /(\d+)/;
sub through { return sru_partner($_[0], "http://localhost:$way/$_[1]/umsu", $_[2]) }

subtest 'compressed, in chunks, redirected, locked' => sub {
  my $password = spew(workdir() . '/password', "rahasia\n");
  my $wrong    = spew(workdir() . '/wrong', "hilang\n");
  my $g = gateway(search => { deadline => '20s' }, partners => z('umsu')
    . through('gzip', 'gzip') . through('deflate', 'deflate') . through('chunked', 'chunked') . through('moved', 'moved') . through('latin', 'latin')
    . through('known', 'basic', qq(user="ani" password-file="$password")) . through('stranger', 'basic') . through('wrong', 'basic', qq(user="ani" password-file="$wrong"))
    . through('flood', 'flood') . through('bomb', 'bomb'));
  my $answer = $g->search('union', query => 'dc.title=hukum', maximumRecords => 50);
  my $hits   = $answer->partners->{umsu}{hits};
  cmp_ok($hits, '>', 1, "umsu has $hits");
  for my $id (qw(gzip deflate chunked moved latin known)) {
    is($answer->outcome($id), 'ok', "$id: ok") or diag explain $answer->partners->{$id};
    is($answer->partners->{$id}{fetched}, $hits, "$id: its $hits records");
  }
  is($answer->outcome($_), 'failed authentication', "$_ is not let in") for qw(stranger wrong);
  is($answer->outcome($_), 'failed too-large', "$_ is cut short") for qw(flood bomb);
};

subtest 'https' => sub {
  my $dir = workdir();
  my $openssl = sub { my ($status, undef, $error) = run('openssl', @_); die "openssl @_: $error" if $status; };
  my $certificate = sub {
    my ($name, $names) = @_;
    spew("$dir/$name.ext", "subjectAltName=$names\n");
    $openssl->(qw(req -new -newkey rsa:2048 -nodes -subj), "/CN=$name", '-keyout', "$dir/$name.key", '-out', "$dir/$name.csr");
    $openssl->(qw(x509 -req -in), "$dir/$name.csr", '-CA', "$dir/ca.pem", '-CAkey', "$dir/ca.key", '-CAcreateserial', '-extfile', "$dir/$name.ext", '-days', 2, '-out', "$dir/$name.pem");
    spew("$dir/$name.pem", slurp("$dir/$name.pem") . slurp("$dir/$name.key"));
    return "$dir/$name.pem";
  };
  $openssl->(qw(req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout), "$dir/ca.key", '-out', "$dir/ca.pem");
  my $tls = sub {
    my $program = program(name => 'tls_door', command => [ 'python3', top_srcdir() . '/tests/e2e/tls_door.py', $_[0], $port, $_[1] // () ]);
    my ($p) = ($program->wait_line(qr/listening/) // die $program->log) =~ /(\d+)/;
    return $p;
  };
  my $behind = sub { my ($id, $p, $attributes) = @_; return sru_partner($id, "https://localhost:$p/umsu", $attributes) };
  my $ca     = qq(tls-ca-file="$dir/ca.pem");
  my $good   = $tls->($certificate->('good', 'DNS:localhost'));
  my $number = $tls->($certificate->('number', 'IP:127.0.0.1'));
  my $strict = $tls->("$dir/good.pem", "$dir/ca.pem");
  my $client = $certificate->('client', 'DNS:client');
  my $g = gateway(search => { deadline => '20s' }, partners => z('umsu')
    . $behind->('good', $good, $ca)
    . sru_partner('number', "https://127.0.0.1:$number/umsu", $ca)
    . $behind->('known', $strict, qq($ca tls-certificate="$client"))
    . $behind->('name', $tls->($certificate->('name', 'DNS:elsewhere.example')), $ca)
    . $behind->('system', $good, '')
    . $behind->('plain', $port, $ca)
    . $behind->('nobody', $strict, $ca)
    . $behind->('nofile', $good, qq(tls-ca-file="$dir/ca.pem" tls-certificate="$dir/ca.pem" tls-key="$dir/good.key")));
  my $answer = $g->search('union', query => 'dc.title=hukum', maximumRecords => 50);
  my $hits   = $answer->partners->{umsu}{hits};
  for my $id (qw(good number known)) {
    is($answer->outcome($id), 'ok', "$id is searched") or diag explain $answer->partners->{$id};
    is($answer->partners->{$id}{fetched}, $hits, 'with all its records');
  }
  for my $id (qw(name system plain nofile)) {
    is($answer->outcome($id), 'failed tls', "$id is a failure of TLS: " . ($answer->partners->{$id}{detail} // ''));
  }
  like($answer->outcome('nobody'), qr/\Afailed (?:tls|reset|closed)\z/, 'nobody is let in without a certificate');
};

subtest 'servers that do wrong' => sub {
  my %case = (
    healthy   => ['',                                        qr/\Aok\z/],
    mute      => ['search silent',                           qr/\Alate search\z/],
    drips     => ['search drip 1 every 100ms',               qr/\Alate search\z/],
    refuses   => ['connect refuse',                          qr/\Afailed refused\z/],
    ignores   => ['connect silent',                          qr/\Alate connect\z/],
    resets    => ['search reset',                            qr/\Afailed reset\z/],
    hangsup   => ['search close',                            qr/\Afailed closed\z/],
    cuts      => ['search close after half',                 qr/\Afailed closed\z/],
    halfway   => ['search reset after half',                 qr/\Afailed reset\z/],
    garbage   => ['search garbage',                          qr/\Afailed protocol\z/],
    page      => ['search http',                             qr/\Afailed protocol\z/],
    huge      => ['search huge',                             qr/\Afailed too-large\z/],
    endless   => ['search endless',                          qr/\A(?:failed too-large|late search)\z/],
    longer    => ['search lying +100, close after reply',    qr/\Afailed closed\z/],
    shorter   => ['search lying -100',                       qr/\Afailed protocol\z/],
    fault     => ['search status 500 no',                    qr/\Afailed protocol\z/],
    busy      => ['search status 503',                       qr/\Afailed protocol\z/],
    locked    => ['search status 401',                       qr/\Afailed authentication\z/],
    forbidden => ['search status 403',                       qr/\Afailed authentication\z/],
    nowhere   => ['search status 404',                       qr/\Afailed protocol\z/],
    circle    => ['search moved /sru?%q',                    qr/\Afailed protocol\z/],
    away      => ['search moved http://elsewhere.example/',  qr/\Afailed protocol\z/],
    empty     => ['search body empty',                       qr/\Afailed protocol\z/],
    text      => ['search body text, type text/plain',       qr/\Afailed protocol\z/],
    other     => ['search body other',                       qr/\Afailed protocol\z/],
    bomb      => ['search body bomb',                        qr/\Afailed protocol\z/],
    external  => ['search body external',                    qr/\Afailed protocol\z/],
    latin     => ['search body latin1',                      qr/\Afailed protocol\z/],
    diagnoses => ['search diagnostic 10 syntax',             qr/\Afailed diagnostic srw:10\z/],
    middle    => ['hits 60|present diagnostic 2 disk',       qr/\Afailed diagnostic srw:2\z/],
    moved     => ['search #1 moved /b?%q',                   qr/\Aok\z/],
    chunks    => ['search chunked, drip 30 every 1ms',       qr/\Aok\z/],
    octets    => ['search type application/octet-stream',    qr/\Aok\z/],
    old       => ['versions 1.1',                            qr/\Aok\z/],
    surrogate => ['search record 2 surrogate 67 no',         qr/\Aok\z/],
    fewer     => ['search records 2|present records 1',      qr/\Aok\z/],
    forgets   => ['connection 1 search #2 close',            qr/\Aok\z/],
  );
  my @names  = sort keys %case;
  my $target = target(count => scalar @names,
    script => join '', map { my $n = $_ + 1; (my $rules = $case{ $names[$_] }[0]) =~ s/\|/\n/g; "target $n\nname $names[$_]\nsru yes\nhits 4\n$rules\n" } 0 .. $#names);
  my $g = gateway(search => { deadline => '3s', window => 60 },
    partners => join '', map { sru_partner($names[$_], 'http://127.0.0.1:' . $target->port($_) . '/sru', 'breaker="0"') } 0 .. $#names);
  for my $query ('dc.title=water', 'dc.title=fire') {
    my $answer = $g->search('union', query => $query, maximumRecords => 100);
    is($answer->status, 200, "$query: HTTP 200");
    is_deeply([ $answer->diagnostics ], [], 'a success');
    for my $id (@names) {
      like($answer->outcome($id), $case{$id}[1], "$id: " . $answer->outcome($id) . ' ' . ($answer->partners->{$id}{detail} // ''));
    }
    is($answer->partners->{healthy}{fetched}, 4, 'the healthy one is there in full');
    is($answer->partners->{$_}{fetched}, 4, "and so is $_") for qw(moved chunks octets old surrogate fewer forgets);
    is($answer->partners->{middle}{fetched}, 50, 'what came before the middle stays');
  }
};

finish();
