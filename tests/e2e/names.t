#!/usr/bin/perl
# Names of partners, asked of a name server that does everything wrong: who can be reached is, and
# the others cost nothing but their own records.
use strict;
use warnings;
use utf8;
use IO::Socket::IP ();
use Socket ();
use Silang::Test;

my $zone = workdir() . '/zone';

# A port of 127.0.0.1 and nowhere else, whoever asks.
my $good  = target(script => "name good\nhits 2\n");
my $port  = $good->port;
my $other = target(script => "name other\nhits 3\n", listen => '127.0.0.2', port => $port);

# Addresses whose port never takes a connection: the backlog is full.
my @silent;
for my $last (11 .. 18) {
  my $address = "127.0.0.$last";
  my $door    = IO::Socket::IP->new(LocalHost => $address, LocalPort => $port, Listen => 1, Type => Socket::SOCK_STREAM)
    // die "$address:$port: $@\n";
  push @silent, $door;
  push @silent, IO::Socket::IP->new(PeerHost => $address, PeerPort => $port, Type => Socket::SOCK_STREAM, Blocking => 0) for 1 .. 4;
}
my $dead = join ' ', map { "127.0.0.$_" } 11 .. 18;

my %names = (
  plain    => [ '* 127.0.0.1',                            qr/\Aok\z/ ],
  nowhere  => [ '* none',                                 qr/\Afailed unresolved .*no such name/ ],
  empty    => [ '* empty',                                qr/\Afailed unresolved .*no address from the name servers/ ],
  broken   => [ '* fail',                                 qr/\Afailed unresolved .*no address from the name servers/ ],
  silent   => [ '* silent',                               qr/\Afailed unresolved .*no address from the name servers/ ],
  garbage  => [ '* garbage',                              qr/\Afailed unresolved .*no address from the name servers/ ],
  stranger => [ '* stranger',                             qr/\Afailed unresolved .*no address from the name servers/ ],
  slow     => [ '* slow 300 127.0.0.1',                   qr/\Aok\z/ ],
  lossy    => [ '* lossy 127.0.0.1',                      qr/\Aok\z/ ],
  six      => [ '* 2001:db8::1 127.0.0.1',                qr/\Aok\z/ ],
  refused6 => [ '* ::1 127.0.0.1',                        qr/\Aok\z/ ],
  foursome => [ "A 127.0.0.1\nfoursome.test AAAA silent", qr/\Aok\z/ ],
  refusing => [ '* 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.6 127.0.0.7 127.0.0.8 127.0.0.9 127.0.0.10 127.0.0.1', qr/\Aok\z/ ],
  eight    => [ "* $dead 127.0.0.1",                      qr/\Aok\z/ ],
  nobody   => [ '* 127.0.0.3 127.0.0.4',                  qr/\Afailed refused .*127\.0\.0\.[34]:$port/ ],
);
my @ids = sort keys %names;

sub named {
  return join '', map { partner($_, host => "$_.test", port => $port, target => 'breaker="0" idle="10ms"') } @_;
}
sub zone { return spew($zone, join '', @_) }

my $zone_text = join '', map { "$_.test $names{$_}[0]\n" } @ids;
zone($zone_text);
my $server = program(name => 'name_server', command => [ 'python3', top_srcdir() . '/tests/e2e/name_server.py', $zone ]);
my ($server_port) = ($server->wait_line(qr/listening/) // die $server->log) =~ /(\d+)/;
my $resolve = qq(<resolve nameserver="127.0.0.1:$server_port"/>);

# The status, its reason and what is said to people.
sub told {
  my ($answer, $id) = @_;
  my $detail = $answer->partners->{$id}{detail} // '';
  return $answer->outcome($id) . ($detail eq '' ? '' : " $detail");
}

my $gateway = gateway(partners => named(@ids), more => $resolve);
my $answer = $gateway->search('union', query => 'dc.title=moon', maximumRecords => 50);
for my $id (@ids) {
  like(told($answer, $id), $names{$id}[1], "$id: " . told($answer, $id));
}
is_deeply([ $answer->diagnostics ], [], 'no diagnostic');
my @reached = grep { $answer->outcome($_) eq 'ok' } @ids;
is(scalar(map { @$_ } $answer->holdings), 2 * @reached, 'records of all who were reached');

# Questions that are never answered do not hold up those of others.
subtest 'a crowd of names without an answer' => sub {
  my @crowd = map { "crowd$_" } 1 .. 150;
  zone($zone_text, map { "$_.test * silent\n" } @crowd);
  my $busy = gateway(partners => named(@crowd, 'plain'), more => $resolve, search => { deadline => '3s' });
  my $found = $busy->search('union', query => 'dc.title=moon');
  is($found->outcome('plain'), 'ok', 'who has a name that is answered is found');
  is_deeply([ grep { $found->outcome($_) ne 'late connect' } @crowd ], [], 'the others are late: connect');
};

# Names are asked for again for each new connection, whatever time to live they were given.
subtest 'a name that moves' => sub {
  zone("moving.test * 127.0.0.1\n");
  my $house = gateway(partners => named('moving'), more => $resolve, search => { retry => '1ms', cache => '1ms' });
  is($house->search('union', query => 'dc.title=first')->hits, 2, 'it is found where it was');
  $house->wait_idle('moving');
  zone("moving.test * 127.0.0.2\n");
  is($house->search('union', query => 'dc.title=second')->hits, 3, 'and where it has moved to');
};

# A name server that comes back is asked again.
subtest 'a name server that was away' => sub {
  zone("back.test * silent\n");
  my $house = gateway(partners => named('back'), more => $resolve, search => { deadline => '500ms' });
  is($house->search('union', query => "dc.title=try$_")->outcome('back'), 'late connect', "search $_ is late") for 1 .. 4;
  zone("back.test * 127.0.0.1\n");
  is($house->search('union', query => 'dc.title=again', 'x-deadline' => '60s')->outcome('back'), 'ok', 'then it is found');
};

# Tries that hang, with the search's end and the gateway's.
subtest 'eight addresses that never answer' => sub {
  zone("hopeless.test * $dead\n");
  my $house = gateway(partners => named('hopeless'), more => $resolve, search => { deadline => '700ms' });
  is($house->search('union', query => 'dc.title=moon')->outcome('hopeless'), 'late connect', 'late: connect');
};

finish();
