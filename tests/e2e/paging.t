#!/usr/bin/perl
# Result sets: paging from 1 to the end over broad and narrow queries, the same pages again, sets by
# name, hasty clients, and one library's database in its own order.
use strict;
use warnings;
use utf8;
use Silang::Test;

my $zebra   = zebra();
my $gateway = gateway(partners => sample_partners($zebra), search => { window => 20 });

# All entries, page by page as nextRecordPosition leads; [first holding, ...] and the answers.
sub walk {
  my ($database, $size, @pairs) = @_;
  my ($next, @entries, @answers) = (1);
  while ($next) {
    my $answer = $gateway->search($database, maximumRecords => $size, startRecord => $next, @pairs);
    push @answers, $answer;
    my @diagnostics = $answer->diagnostics;
    die "startRecord=$next: @diagnostics\n" if @diagnostics;
    my @positions = $answer->texts('//zs:recordPosition');
    die "startRecord=$next: positions @positions\n" if "@positions" ne "@{[ $next .. $next + @positions - 1 ]}";
    push @entries, map { [@$_] } $answer->holdings;
    my $following = $answer->next_position;
    die "startRecord=$next: next is $following\n" if $following && $following != $next + @positions;
    die "startRecord=$next: a short page before the end\n" if $following && @positions < $size;
    $next = $following;
  }
  return (\@entries, \@answers);
}

sub leads { return [ map { $_->[0] } @{ $_[0] } ] }

for my $case ([ 'dc.title="bumi manusia"', 3 ], [ 'dc.title=hukum', 7 ], [ 'dc.creator=toer', 5 ],
  [ 'dc.title=islam or dc.subject=hukum', 25 ], [ 'dc.language=ind', 100 ]) {
  my ($query, $size) = @$case;
  subtest "$query by $size" => sub {
    my ($first, $answers) = walk('union', $size, query => $query);
    my %lead;
    $lead{$_}++ for @{ leads($first) };
    is_deeply([ grep { $lead{$_} > 1 } keys %lead ], [], 'each entry once');
    my ($second) = walk('union', $size, query => $query);
    is_deeply(leads($second), leads($first), 'asked twice, the same pages');
    my %holding;
    $holding{$_}++ for map { @$_ } @$second;
    is_deeply([ grep { $holding{$_} > 1 } keys %holding ], [], "no library's record in two entries");
    my $partners = $answers->[-1]->partners;
    my $hits     = 0;
    $hits += $_->{hits} for values %$partners;
    is(scalar keys %holding, $hits, "every record of every library is in it: $hits");
    is($answers->[-1]->hits, scalar @$first, 'at the end the count is that of the entries');
    is($answers->[-1]->text('/*/zs:resultCountPrecision'), 'info:srw/vocabulary/resultCountPrecision/1/exact', 'and exact');
    note(scalar(@$answers), ' pages, ', scalar(@$first), ' entries');
  };
}

subtest 'beyond the end' => sub {
  my $all = $gateway->search('union', query => 'dc.title="bumi manusia"', maximumRecords => 100);
  my $n   = $all->records;
  my $end = $gateway->search('union', query => 'dc.title="bumi manusia"', startRecord => $n + 1);
  like(($end->diagnostics)[0] // '', qr/\A61\b/, 'past the end is diagnostic 61');
  my $far = $gateway->search('union', query => 'dc.title=hukum', startRecord => 10001);
  like(($far->diagnostics)[0] // '', qr/\A61 .*10000/, 'beyond depth is 61 with the depth');
};

subtest 'a set by its name' => sub {
  my $answer = $gateway->search('union', query => 'dc.title=hukum', maximumRecords => 6);
  my $set    = $answer->set;
  like($set, qr/\A[0-9a-f]{32}\z/, 'it has 128 bits of name');
  my $page = $gateway->search('union', query => "cql.resultSetId=$set", startRecord => 4, maximumRecords => 3);
  is_deeply([ map { $_->[0] } $page->holdings ], [ map { $_->[0] } ($answer->holdings)[ 3 .. 5 ] ], 'asked for by it');
  my $none = $gateway->search('union', query => 'cql.resultSetId=' . '0' x 32);
  like(($none->diagnostics)[0] // '', qr/\A51\b/, 'an unknown one is diagnostic 51');
};

subtest 'starting in the middle' => sub {
  my $query = 'dc.subject=indonesia';
  my $late  = $gateway->search('union', query => $query, startRecord => 11, maximumRecords => 10);
  my ($all) = walk('union', 10, query => $query);
  is_deeply([ map { $_->[0] } $late->holdings ], [ @{ leads($all) }[ 10 .. 19 ] ], 'freezes what is before it, too');
};

subtest 'a hasty client' => sub {
  my $query = 'dc.title=sejarah';
  my $hasty = $gateway->search('union', query => $query, 'x-deadline' => '1ms');
  my ($entries, $answers) = walk('union', 10, query => $query);
  my $partners = $answers->[0]->partners;
  is_deeply([ grep { $partners->{$_}{status} ne 'ok' } sort keys %$partners ], [], "spoils nobody else's set");
  cmp_ok(scalar @$entries, '>', 5, 'which has its records');
};

subtest "one library's database" => sub {
  for my $id (qw(ugm uinsgd)) {
    my ($entries, $answers) = walk($id, 10, query => 'dc.title=hukum');
    my ($status, $out) = run({ input => "base $id\nfind \@attr 1=4 \@attr 4=2 hukum\nformat usmarc\nshow 1+" . $answers->[0]->hits . "\nquit\n" },
      'yaz-client', '127.0.0.1:' . $zebra->port);
    my ($hits) = $out =~ /Number of hits: (\d+)/;
    is($answers->[0]->hits, $hits, "$id: the library's own count");
    my @controls = $out =~ /^001 (.*?)\s*$/mg;
    is(scalar @controls, $hits, 'yaz-client shows them all');
    is_deeply([ map { (split / /, $_->[0], 2)[1] } @$entries ], \@controls, "the library's own order");
    is_deeply([ map { scalar @$_ } @$entries ], [ (1) x @controls ], 'no clustering');
    is_deeply([ map { $_->scores } @$answers ], [], 'no scores');
    is($answers->[-1]->text('/*/zs:resultCountPrecision'), 'info:srw/vocabulary/resultCountPrecision/1/exact', 'exact');
  }
  my $first = $gateway->search('uinsuka', query => 'dc.title=hukum', maximumRecords => 1);
  my $own = curl('http://127.0.0.1:' . $zebra->port
      . '/uinsuka?version=1.1&operation=searchRetrieve&query=dc.title%3Dhukum&maximumRecords=1&recordSchema=marcxml');
  my $theirs = Silang::Test::Answer->new($own);
  my $fields = sub { my ($answer) = @_;
    [ map { ($_->getAttribute('tag') // 'leader') . ' ' . ($_->getAttribute('ind1') // '') . ($_->getAttribute('ind2') // '') . ' '
          . join('', map { ('$' . ($_->getAttribute('code'))) . $_->textContent } $answer->nodes('marc:subfield', $_))
          . ($answer->nodes('marc:subfield', $_) ? '' : $_->textContent) }
      $answer->nodes('(//zs:recordData)[1]/marc:record/*[not(self::marc:leader)]') ] };
  is_deeply($fields->($first), $fields->($theirs), 'the record is that of the library, field by field');
};

finish();
