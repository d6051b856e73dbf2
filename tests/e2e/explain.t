#!/usr/bin/perl
# Answers that explain themselves (x-explain=1), and silang explain-match, which decides as the
# gateway does.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Silang::Test;

my $zebra   = zebra();
my $gateway = gateway(partners => sample_partners($zebra));
my $silang  = top_builddir() . '/src/silang';
my $truth   = $zebra->truth;

sub json {
  my (%parameter) = @_;
  my $answer = $gateway->get('/sru/union?' . $gateway->parameters(recordSchema => 'dc', 'x-explain' => 1,
      httpAccept => 'application/json', maximumRecords => 20, %parameter));
  return JSON::PP->new->utf8->decode($answer->{body});
}

# The record as its library's catalogue has it.
sub record {
  my ($library, $id) = @_;
  my ($record) = grep { /\x1e\Q$id\E\x1e/ } map { "$_\x1d" }
    split /\x1d/, slurp("$zebra->{catalogues}/marc/$library.mrc");
  return $record;
}

sub sum { my $sum = 0; $sum += $_->{value} for @_; return $sum }

sub near { return abs($_[0] - $_[1]) < 0.01 }

my $bumi = json(query => 'dc.title="bumi manusia"');

subtest 'scores' => sub {
  my @records = @{ $bumi->{records} };
  cmp_ok(scalar @records, '>', 3, 'there are entries');
  for my $record (@records) {
    my $rank = $record->{why}{rank};
    ok(near(sum(@{ $rank->{parts} }), $rank->{sum}), "$record->{position}: the parts are the sum");
    ok(near($rank->{sum} / ($rank->{sum} + $rank->{half}), $record->{score}), 'which is the score');
  }
  for my $i (0 .. $#records - 1) {
    my ($rank, $next) = map { $_->{why}{rank} } @records[ $i, $i + 1 ];
    is($rank->{next}, $next->{sum}, 'what stands next is told');
    ok($rank->{above} eq 'score' ? $rank->{sum} >= $next->{sum} : near($rank->{sum}, $next->{sum}),
      "stands above it by $rank->{above}");
  }
  my $sorted = json(query => 'dc.title="bumi manusia" sortby dc.date');
  is($sorted->{records}[0]{why}{rank}{above}, 'sort', 'a sorted answer says so');
  return;
};

subtest 'joined and kept apart' => sub {
  my $apart = 0;
  for my $record (@{ $bumi->{records} }) {
    my @holdings = @{ $record->{holdings} };
    my $why      = $record->{why};
    is_deeply([ map { $_->{holding} } @{ $why->{joined} } ], [ 2 .. @holdings ], 'each further holding has its reason');
    is($why->{best}{by} eq 'alone', @holdings == 1, "the best record is chosen by $why->{best}{by}");
    for my $joined (@{ $why->{joined} }) {
      ok(near(sum(@{ $joined->{evidence} }), $joined->{sum}), 'its evidence adds up');
      cmp_ok($joined->{sum}, '>=', $joined->{threshold}, 'to enough');
    }
    for my $other (@{ $why->{apart} }) {
      my $holding = $holdings[ $other->{with} - 1 ];
      isnt($truth->{"$other->{partner} $other->{id}"}, $truth->{"$holding->{partner} $holding->{id}"},
        "kept apart by $other->{because}: another publication");
      $apart++;
    }
  }
  cmp_ok($apart, '>', 2, 'there were near misses');
  return;
};

subtest 'XML says the same' => sub {
  my $answer = $gateway->search('union', query => 'dc.title="bumi manusia"', 'x-explain' => 1, maximumRecords => 1);
  my $why    = $bumi->{records}[0]{why};
  my $path   = '//s:holdings/s:why';
  is($answer->text("$path/s:rank/\@sum") + 0, $why->{rank}{sum}, 'the sum');
  is($answer->text("$path/s:best/\@by"),      $why->{best}{by},  'the best record');
  is_deeply([ $answer->texts("$path/s:joined/\@sum") ], [ map { $_->{sum} } @{ $why->{joined} } ], 'what joined');
  is_deeply([ $answer->texts("$path/s:apart/\@because") ], [ map { $_->{because} } @{ $why->{apart} } ], 'what did not');
  is_deeply([ $answer->texts("$path/s:joined[1]/s:evidence/\@how") ],
    [ map { $_->{how} } @{ $why->{joined}[0]{evidence} } ], 'and why');
  unlike($gateway->get('/sru/union?query=dc.title%3Dmanusia')->{body}, qr/<why/, 'unasked nothing is explained');
  return;
};

subtest 'the command decides as the gateway does' => sub {
  my $file = workdir() . '/pair.mrc';
  my $seen = 0;
  for my $record (@{ $bumi->{records} }) {
    for my $pair (@{ $record->{why}{joined} }, @{ $record->{why}{apart} }) {
      my $with  = $record->{holdings}[ $pair->{with} - 1 ];
      my $other = $pair->{holding} ? $record->{holdings}[ $pair->{holding} - 1 ] : $pair;
      spew($file, record($with->{partner}, $with->{id}), record($other->{partner}, $other->{id}));
      my ($status, $out, $err) = run($silang, 'explain-match', $file, '-f', 'json');
      is($status, $pair->{holding} ? 0 : 1, "$with->{id} and $other->{id}") or diag($err);
      my ($normal) = grep { $_->{level} eq 'normal' } @{ JSON::PP->new->utf8->decode($out)->{levels} };
      is_deeply([ map { "$_->{name} $_->{how}" } @{ $normal->{evidence} } ],
        [ map { "$_->{name} $_->{how}" } @{ $pair->{evidence} } ], 'for the same reasons');
      is($normal->{because} // '', $pair->{because} // '', 'and in the same words');
      $seen++;
    }
  }
  cmp_ok($seen, '>', 10, 'many pairs');
  return;
};

finish();
