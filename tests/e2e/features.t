#!/usr/bin/perl
# Sorting, facets and scan over the sample libraries, as portals ask for them.
use strict;
use warnings;
use utf8;
use JSON::PP ();
use Unicode::Normalize ();
use Silang::Test;

my $zebra    = zebra();
my $partners = sample_partners($zebra);

# One of the libraries sorts itself.
spew(workdir() . '/sorts.properties', slurp(top_srcdir() . '/etc/profiles/zebra.properties'), <<'END');
feature.sort = embedded
sort.dc.title = 1=4
sort.dc.creator = 1=1003
sort.dc.date = 1=31
END
$partners =~ s{(/uinsuka")}{$1 profile="sorts.properties"};
my $gateway = gateway(partners => $partners);

sub json {
  my ($database, %parameter) = @_;
  my $answer = $gateway->get("/sru/$database?"
      . $gateway->parameters(recordSchema => 'dc', httpAccept => 'application/json', %parameter));
  return JSON::PP->new->utf8->decode($answer->{body});
}

sub years { return map { $_->{record}{date}[0] // () } @{ $_[0]{records} } }

sub titles { return map { lc $_->{record}{title}[0] } @{ $_[0]{records} } }

subtest 'sorting' => sub {
  my $answer = json('union', query => 'dc.title=islam sortby dc.date/descending', maximumRecords => 50);
  my @years = years($answer);
  cmp_ok(scalar @years, ">", 10, 'there are dates');
  is_deeply(\@years, [ sort { $b <=> $a } @years ], 'the newest first');
  is_deeply($answer->{sort}, { keys => 'dc.date/descending', complete => JSON::PP::true() },
    'the order covers everything, since everything was fetched');
  my $keys = json('union', query => 'dc.title=islam', sortKeys => 'date,,0', maximumRecords => 50);
  is_deeply([ titles($keys) ], [ titles($answer) ], 'sortKeys say the same');
  my @all = titles(json('union', query => 'dc.title=islam sortby title', maximumRecords => 50));
  my @filed = map { my $title = Unicode::Normalize::NFD($_); $title =~ s/\A(?:al-|the )//; $title =~ /([a-z])/ } @all;
  is_deeply(\@filed, [ sort @filed ], 'by title, passing over articles');
  my @paged = map { titles(json('union', query => 'dc.title=islam sortby title', startRecord => $_, maximumRecords => 7)) }
    map { 7 * $_ + 1 } 0 .. $#all / 7;
  is_deeply(\@paged, \@all, 'page by page the same');
  my $own = json('uinsuka', query => 'dc.title=islam sortby dc.date', maximumRecords => 50);
  @years = years($own);
  is_deeply(\@years, [ sort { $a <=> $b } @years ], 'a library that sorts does so when asked alone');
  is($own->{partners}[0]{query}, '@or @attr 1=4 @attr 4=2 islam @attr 1=31 @attr 7=1 0', 'by its own means');
  like(json('ugm', query => 'dc.title=islam sortby dc.date')->{diagnostics}[0]{uri}, qr{/80\z},
    'another refuses');
  like(json('union', query => 'dc.title=islam sortby dc.rights')->{diagnostics}[0]{uri}, qr{/88\z},
    'what nothing is known of is refused');
  is_deeply([ titles(json('union', query => 'dc.title=islam sortby relevance')) ],
    [ titles(json('union', query => 'dc.title=islam')) ], 'relevance is the order there is');
};

subtest 'facets' => sub {
  my @question = (query => 'dc.title=islam', maximumRecords => 50);
  my $answer = json('union', @question, facetLimit => 100);
  my %facet = map { $_->{name} => $_ } @{ $answer->{facets} };
  is_deeply([ map { $_->{name} } @{ $answer->{facets} } ],
    [qw(subject author date language format publisher library)], 'all of them');
  ok($facet{date}{complete}, 'counted over everything');
  is($facet{date}{entries}, $answer->{numberOfRecords}, 'every entry');
  my %year;
  $year{$_}++ for years($answer);
  is_deeply({ map { $_->{term} => $_->{count} } @{ $facet{date}{terms} } }, \%year, 'years as in the records');
  my %library;
  for my $record (@{ $answer->{records} }) {
    my %held = map { $_->{partner} => 1 } @{ $record->{holdings} };
    $library{$_}++ for keys %held;
  }
  is_deeply({ map { $_->{term} => $_->{count} } @{ $facet{library}{terms} } }, \%library,
    'libraries as in the holdings');
  for my $name (qw(subject author date language format publisher library)) {
    my ($term) = @{ $facet{$name}{terms} };
    my $narrowed = json('union', query => $term->{query}, maximumRecords => 50);
    is_deeply($narrowed->{diagnostics}, [], "$name: its query is answered");
    cmp_ok($narrowed->{numberOfRecords}, $name eq 'format' ? '<=' : '<', $answer->{numberOfRecords}, 'it narrows');
    cmp_ok($narrowed->{numberOfRecords}, '>', 0, 'to something');
  }
  my $one = json('union', query => $facet{library}{terms}[0]{query}, maximumRecords => 1);
  is_deeply([ map { $_->{id} } @{ $one->{partners} } ], [ $facet{library}{terms}[0]{term} ], 'a library narrows the partners');
  my $few = json('union', @question, facetLimit => '2:dc.date', facetStart => '2', facetSort => 'alphanumeric');
  my @sorted = sort keys %year;
  is_deeply([ map { $_->{term} } @{ $few->{facets}[0]{terms} } ], [ @sorted[ 1, 2 ] ], 'a piece of one of them');
  my $xml = $gateway->search('union', @question, facetLimit => '3:subject');
  is($xml->text('/*/zs:extraResponseData/s:facets/@complete'), 'true', 'XML says whether it is a sample');
  like(json('union', query => 'dc.title=islam and rec.collectionName=nobody')->{diagnostics}[0]{uri}, qr{/36\z},
    'an unknown library');
  return;
};

# Clicking on any term of any facet: what it counted is there, and nothing that was not there before.
subtest 'every term of every facet narrows' => sub {
  my $answer = json('union', query => 'dc.title=islam', maximumRecords => 100, facetLimit => 500);
  my %before = map { map { ("$_->{partner} $_->{id}" => 1) } @{ $_->{holdings} } } @{ $answer->{records} };
  my (@wrong, $clicks);
  for my $facet (@{ $answer->{facets} }) {
    for my $term (@{ $facet->{terms} }) {
      my $narrowed = json('union', query => $term->{query}, maximumRecords => 100, "facetCount:$facet->{name}" => $term->{term});
      my $count = $narrowed->{facets}[0]{terms}[0]{count} // -1;
      my @other = grep { !$before{$_} } map { map { "$_->{partner} $_->{id}" } @{ $_->{holdings} } } @{ $narrowed->{records} };
      push @wrong, "$term->{query}: $term->{count}, then $count @other" if $count < $term->{count} || @other;
      $clicks++;
      next if $facet->{name} ne 'format';
      push @wrong, "$term->{query}: $narrowed->{numberOfRecords}" if $narrowed->{numberOfRecords} != $term->{count};
    }
  }
  cmp_ok($clicks, '>', 50, 'many of them');
  is_deeply(\@wrong, [], 'each finds what it counted, and nothing else');
  my ($library) = map { @{ $_->{terms} } } grep { $_->{name} eq 'library' } @{ $answer->{facets} };
  my $inside = json('union', query => $library->{query}, maximumRecords => 100, facetLimit => '1:date');
  my $date   = $inside->{facets}[0]{terms}[0];
  like($date->{query}, qr/\Q rec.collectionName = $library->{term} and dc.date = $date->{term}\E\z/, 'one after the other');
  my $both = json('union', query => $date->{query}, maximumRecords => 100);
  is_deeply([ map { $_->{id} } @{ $both->{partners} } ], [ $library->{term} ], 'still in that library alone');
  cmp_ok($both->{numberOfRecords}, '>=', $date->{count}, 'with what was counted');
  return;
};

# A format is known of merged entries alone: the gateway keeps those itself.
sub precision { return "$_[0]{resultCountPrecision} $_[0]{numberOfRecords}" }

sub places { return map { join ' ', map { "$_->{partner} $_->{position}" } @{ $_->{holdings} } } @{ $_[0]{records} } }

sub ids { return map { join ' ', sort map { "$_->{partner} $_->{id}" } @{ $_->{holdings} } } @{ $_[0]{records} } }

sub facet { my ($answer, $name) = @_; my ($facet) = grep { $_->{name} eq $name } @{ $answer->{facets} }; return $facet }

subtest 'a format narrows' => sub {
  my $all = json('union', query => 'dc.title=indonesia', maximumRecords => 100, facetLimit => 500);
  my @terms = @{ facet($all, 'format')->{terms} };
  cmp_ok(scalar @terms, '>', 1, 'there are several');
  ok(facet($all, 'format')->{complete}, 'counted over everything');
  my (%seen, @twice);
  for my $term (@terms) {
    my $url = $term->{requestUrl};
    like($url, qr{\A\Q@{[ $gateway->url("/sru/union?") ]}\E}, 'an address to follow');
    my $kept = JSON::PP->new->utf8->decode($gateway->get($url =~ s{\Ahttp://[^/]+}{}r)->{body});
    is(precision($kept), "exact $term->{count}", "$term->{term}: as many as were counted");
    is(scalar @{ $kept->{records} }, $term->{count}, 'and they are there');
    is_deeply($kept->{narrowed}, { by => 'silang.format = ' . ($term->{term} =~ / / ? "\"$term->{term}\"" : $term->{term}),
      leftOut => $all->{numberOfRecords} - $term->{count}, complete => JSON::PP::true() }, 'it says what it left out');
    is_deeply([ map { $_->{term} } @{ facet($kept, 'format')->{terms} } ], [ $term->{term} ], 'of that format alone');
    push @twice, grep { $seen{$_}++ } places($kept);
    is_deeply($kept->{partners}, $all->{partners}, 'partners are not asked again');
  }
  my %there = map { $_ => 1 } places($all);
  is_deeply([ grep { !$there{$_} } keys %seen ], [], 'nothing that was not there before');
  is_deeply(\@twice, [], 'and nothing in two formats');

  my ($first, $second) = @terms;
  my $ask  = sub { json('union', query => "dc.title=indonesia $_[0]", maximumRecords => 100, @_[ 1 .. $#_ ]) };
  my $term = sub { "silang.format = \"$_[0]{term}\"" };
  my $both = $ask->('and (' . $term->($first) . ' or ' . $term->($second) . ')');
  is(precision($both), 'exact ' . ($first->{count} + $second->{count}), 'several by or');
  is(precision($ask->('and (' . $term->($second) . ' or ' . $term->($first) . ')')), precision($both), 'in any order');
  my $rest = $ask->('not ' . $term->($first));
  is(precision($rest), 'exact ' . ($all->{numberOfRecords} - $first->{count}), 'all others by not');
  is(precision($ask->("and silang.format <> \"\U$first->{term}\"")), precision($rest), 'or <>, whatever the case');
  is(precision($ask->('and ' . $term->($first) . ' and ' . $term->($second))), 'exact 0', 'nothing has two');
  my @paged = map { places($ask->('and ' . $term->($first), startRecord => $_, maximumRecords => 3)) } map { 3 * $_ + 1 } 0 .. ($first->{count} - 1) / 3;
  my $whole = $ask->('and ' . $term->($first));
  is_deeply(\@paged, [ places($whole) ], 'page by page');
  my $none = $ask->('and ' . $term->($first), maximumRecords => 0);
  is_deeply([ precision($none), $none->{records} ], [ precision($whole), [] ], 'a count looks at what is there');
  my $sorted = $ask->('and ' . $term->($second) . ' sortby dc.date');
  is_deeply([ sort { $a cmp $b } ids($sorted) ], [ sort { $a cmp $b } ids($ask->('and ' . $term->($second))) ], 'sorted, too');

  my $by_id = json('union', query => "cql.resultSetId=$whole->{resultSetId}", maximumRecords => 100, facetLimit => '3:language');
  is_deeply([ places($by_id) ], [ places($whole) ], 'the set has an id');
  my $click = facet($by_id, 'language')->{terms}[0];
  my $clicked = json('union', query => $click->{query}, maximumRecords => 100, facetLimit => '9:format');
  is_deeply([ map { $_->{term} } @{ facet($clicked, 'format')->{terms} } ], [ $first->{term} ], 'and what narrows it keeps the format');
  my $ugm = json('union', query => 'dc.title=indonesia and rec.collectionName=ugm', maximumRecords => 100);
  $by_id  = json('union', query => "cql.resultSetId=$ugm->{resultSetId}", maximumRecords => 100, facetLimit => '9:format');
  for my $click (@{ facet($by_id, 'format')->{terms} }) {
    my $narrowed = json('union', query => $click->{query}, maximumRecords => 100);
    is_deeply([ precision($narrowed), map { $_->{id} } @{ $narrowed->{partners} } ], [ "exact $click->{count}", 'ugm' ], "and its library: $click->{query}");
  }
  $by_id = json('ugm', query => "cql.resultSetId=$whole->{resultSetId}", facetLimit => '3:language');
  ok(!defined $by_id->{facets}[0]{terms}[0]{query}, 'no query of another database is given');

  my $long = json('union', query => join(' or ', 'dc.title=indonesia', map { "dc.title=xyzzyxyzzy$_" } 1 .. 250), facetLimit => '1:date');
  ok(defined facet($long, 'date')->{terms}[0]{query} && !defined facet($long, 'date')->{terms}[0]{requestUrl}, 'no address that is too long to be followed');
  my $via = json('union', query => 'dc.title=indonesia', facetLimit => '1:date', startRecord => 2, 'x-dedup' => 'off', 'x-silang-via' => 'abc');
  unlike(facet($via, 'date')->{terms}[0]{requestUrl}, qr/startRecord|silang-via/, 'the address has what belongs to the next question,');
  like(facet($via, 'date')->{terms}[0]{requestUrl}, qr/[?&]x-dedup=off&/, 'and no less');

  my %wrong = ('silang.format=book' => 48, 'rec.collectionName=ugm' => 48, 'rec.collectionName=ugm not dc.title=a' => 48, 'dc.title=a or silang.format=book' => 48, 'silang.format=book not dc.title=a' => 48,
    '(dc.title=a and silang.format=book) or dc.title=b' => 48, 'dc.title=a prox silang.format=book' => 48, 'rec.collectionName=ugm and silang.format=book' => 48,
    'dc.title=a not (dc.title=b and silang.format=book)' => 48, 'dc.title=a and silang.format=novel' => 36, 'dc.title=a and silang.format=b*' => 28,
    'dc.title=a and silang.format any "book map"' => 19, 'dc.title=a and silang.format =/fuzzy book' => 20,
    "cql.resultSetId=$whole->{resultSetId} and silang.format=book" => 50, "cql.resultSetId=$whole->{resultSetId} and rec.collectionName=ugm" => 50);
  for my $query (sort keys %wrong) {
    like(json('union', query => $query)->{diagnostics}[0]{uri}, qr{/$wrong{$query}\z}, "$query: $wrong{$query}");
  }
  return;
};

sub counts { return map { my $f = $_; map { join ' ', grep { defined } $f->{index} // $f->{name}, $f->{relation}, $_->{term}, $_->{count} } @{ $f->{terms} } } @{ $_[0]{facets} } }

subtest 'facetCount' => sub {
  my @question = (query => 'dc.title=islam', maximumRecords => 50);
  my %year;
  $year{$_}++ for years(json('union', @question));
  my $between = sub { my ($from, $to) = @_; my $sum = 0; $sum += $year{$_} for grep { $_ >= $from && $_ <= $to } keys %year; return $sum };
  my $ask = sub {
    my $url = '/sru/union?' . $gateway->parameters(@question, httpAccept => 'application/json', @_);
    return JSON::PP->new->utf8->decode($gateway->get($url)->{body});
  };
  my $answer = $ask->(map { (facetCount => $_) } 'dc.date within "1990 1999"', 'dc.date < 1990', 'date=1974', 'dc.date within "2000 2009"',
    'dc.date >= 2000', 'dc.date <= 1989', 'dc.date > 1999');
  is_deeply([ counts($answer) ],
    [ 'dc.date within 1990 1999 ' . $between->(1990, 1999), 'dc.date within 2000 2009 ' . $between->(2000, 2009),
      'dc.date < 1990 ' . $between->(0, 1989), "dc.date = 1974 $year{1974}", 'dc.date >= 2000 ' . $between->(2000, 9999),
      'dc.date <= 1989 ' . $between->(0, 1989), 'dc.date > 1999 ' . $between->(2000, 9999) ], 'ranges, and a year');
  for my $facet (@{ $answer->{facets} }) {
    for my $term (@{ $facet->{terms} }) {
      is(json('union', query => $term->{query}, maximumRecords => 50)->{numberOfRecords}, $term->{count}, $term->{query});
    }
  }
  my ($subject) = @{ $ask->(facetLimit => '1:subject')->{facets}[0]{terms} };
  is_deeply([ counts($ask->('facetCount:dc.subject' => uc $subject->{term}, 'facetCount:library' => 'ugm', 'facetCount:author' => 'nobody at all')) ],
    [ 'dc.subject = ' . uc($subject->{term}) . " $subject->{count}", 'rec.collectionName = ugm ' . $ask->('facetCount' => 'rec.collectionName=ugm')->{facets}[0]{terms}[0]{count},
      'dc.creator = nobody at all 0' ], 'single values, whatever their case');
  like($ask->('facetCount:dc.language' => 'i*')->{facets}[0]{terms}[0]{query}, qr/and dc\.language = "?i\\\*"?\z/, 'which are no masks');
  is_deeply([ counts($ask->('facetLimit:dc.date' => 1, facetCount => 'dc.language=ind')) ],
    [ counts($ask->(facetLimit => '1:dc.date')), counts($ask->(facetCount => 'dc.language = "ind"')) ], 'beside terms');
  is_deeply([ counts($ask->(facetLimit => 2, 'facetLimit:dc.date' => 3, 'facetLimit:library' => 0)) ],
    [ counts($ask->(facetLimit => '2,3:dc.date,0:library')) ], 'facetLimit:INDEX says the same as its list');
  is_deeply([ counts($ask->('facetLimit:dc.date' => 2, 'facetStart:dc.date' => 2)) ],
    [ (counts($ask->('facetLimit:dc.date' => 3)))[ 1, 2 ] ], 'and facetStart:INDEX');
  my $xml = $gateway->search('union', @question, facetCount => 'dc.date within "1990 1999"');
  is($xml->text('//*[local-name()="facet"]/*[local-name()="relation"]'), 'within', 'XML has the relation');
  for my $bad ('', 'dc.title=x', 'dc.date', 'dc.date=19*', 'dc.date=^1990', 'dc.subject all "a b"', 'dc.subject < a', 'dc.date within 1990',
    'dc.date within "a b"', 'dc.date within "1990 2000 2010"', 'dc.date =/fuzzy 1990', 'dc.date=1990 sortby title', 'dc.date=1990 or dc.date=1991', '(') {
    is($ask->(facetCount => $bad)->{diagnostics}[0]{details}, 'facetCount', "facetCount=$bad is refused");
  }
  for my $name ('facetCount:dc.title', 'facetCount:', 'facetLimit:dc.title', 'facetStart:a.b.c') {
    like($ask->($name => 1)->{diagnostics}[0]{uri}, qr{/6\z}, "$name, too");
  }
  like($ask->('facetSort:dc.date' => 'alphanumeric')->{diagnostics}[0]{uri}, qr{/8\z}, 'facetSort is for all');
  my %order;
  for my $sort ('recordCount', 'recordCount,ascending', 'recordCount,descending', 'alphanumeric', 'alphanumeric,ascending', 'alphanumeric,descending',
    'alphanumeric,ascending,caseInsensitive', 'alphanumeric,descending,caseSensitive') {
    $order{$sort} = [ map { [ @$_{qw(term count)} ] } map { @{ $_->{terms} } } @{ $ask->(facetLimit => '100:dc.date', facetSort => $sort)->{facets} } ];
  }
  my @by_count = map { $_->[1] } @{ $order{recordCount} };
  is_deeply(\@by_count, [ sort { $b <=> $a } @by_count ], 'the most frequent first');
  is_deeply($order{'recordCount,descending'}, $order{recordCount}, 'which is descending');
  is_deeply([ map { $_->[1] } @{ $order{'recordCount,ascending'} } ], [ sort { $a <=> $b } @by_count ], 'or the least');
  is_deeply([ map { $_->[0] } @{ $order{alphanumeric} } ], [ sort keys %year ], 'or in the order of terms');
  is_deeply($order{$_}, $order{alphanumeric}, $_) for 'alphanumeric,ascending', 'alphanumeric,ascending,caseInsensitive';
  is_deeply($order{$_}, [ reverse @{ $order{alphanumeric} } ], $_) for 'alphanumeric,descending', 'alphanumeric,descending,caseSensitive';
  return;
};

sub scan {
  my ($database, @parameter) = @_;
  my $answer = $gateway->get("/sru/$database?" . $gateway->parameters(httpAccept => 'application/json', @parameter));
  return JSON::PP->new->utf8->decode($answer->{body});
}

subtest 'scan' => sub {
  my $scan = scan('union', scanClause => 'dc.title=islam', maximumTerms => 9, responsePosition => 4);
  my @terms = @{ $scan->{terms} };
  is(scalar @terms, 9, 'as many terms as asked for');
  is($terms[3]{value}, 'islam', 'the term at its place');
  is_deeply([ map { $_->{value} } @terms ], [ sort map { $_->{value} } @terms ], 'in order');
  my $sum = 0;
  for my $partner (@{ $scan->{partners} }) {
    is($partner->{status}, 'ok', "$partner->{id} has answered");
    my $own = scan($partner->{id}, scanClause => 'dc.title=islam', maximumTerms => 1);
    $sum += $own->{terms}[0]{numberOfRecords} if $own->{terms}[0]{value} eq 'islam';
  }
  is($terms[3]{numberOfRecords}, $sum, 'counts are added');
  my @paged;
  push @paged, @{ scan('union', scanClause => "dc.title=\"$paged[-1]{value}\"", responsePosition => 0,
      maximumTerms => 3)->{terms} } while @paged < 6 && (@paged || push @paged, $terms[2]);
  is_deeply([ map { $_->{value} } @paged[ 1 .. 6 ] ], [ map { $_->{value} } @terms[ 3 .. 8 ] ], 'page by page the same');
  for my $version ('1.1', '1.2') {
    my $answer = Silang::Test::Answer->new($gateway->get('/sru/union?' . $gateway->parameters(version => $version,
        operation => 'scan', scanClause => 'dc.title=islam', maximumTerms => 2)));
    is_deeply([ $answer->texts('/*/zs:terms/zs:term/zs:value') ], [ 'islam', 'islami' ], "SRU $version");
    is($answer->text('/*/zs:echoedScanRequest/zs:scanClause'), 'dc.title=islam', 'with its echo');
  }
  for my $case ([ 'dc.date=a', 'ugm' ], [ 'dc.date=a', 'union' ], [ 'bath.issn=zzz', 'union' ]) {
    my $behind = scan($case->[1], scanClause => $case->[0]);
    is_deeply([ @$behind{qw(terms diagnostics)} ], [ [], [] ], "$case->[0] at $case->[1]: nothing is behind the end");
  }
  my $last = scan('union', scanClause => 'dc.date=a', responsePosition => 4, maximumTerms => 3)->{terms};
  is_deeply([ map { $_->{whereInList} } @$last ], [qw(inner inner last)], 'the last before it');
  my @first = map { $_->{value} } @{ scan('union', scanClause => 'dc.title=""', maximumTerms => 5)->{terms} };
  is(scalar @first, 5, 'the first terms');
  is_deeply([ map { $_->{value} } @{ scan('union', scanClause => 'dc.title=""', maximumTerms => $_)->{terms} } ], [ @first[ 0 .. $_ - 1 ] ], "as many as $_")
    for 1 .. 4;
  my $term = $terms[3]{value};
  for my $position (0 .. 10) {
    my @piece = map { $_->{value} } @{ scan('union', scanClause => "dc.title=$term", maximumTerms => 9, responsePosition => $position)->{terms} };
    my @place = grep { $piece[ $_ - 1 ] eq $term } 1 .. @piece;
    is_deeply([ scalar @piece, @place ], [ 9, $position >= 1 && $position <= 9 ? $position : () ], "position $position");
  }
  my %refused = (120 => [ responsePosition => 12, maximumTerms => 10 ], 121 => [ maximumTerms => 101 ],
    16 => [ scanClause => 'dc.nosuch=x' ], 28 => [ scanClause => 'dc.title=x*' ], 48 => [ scanClause => 'a or b' ],
    19 => [ scanClause => 'dc.date < 2000' ]);
  for my $number (sort keys %refused) {
    my $answer = scan('union', $number > 100 ? (scanClause => 'x') : (), @{ $refused{$number} });
    like($answer->{diagnostics}[0]{uri}, qr{/$number\z}, "@{ $refused{$number} } is $number");
  }
  return;
};

subtest 'scan of partners that misbehave' => sub {
  my $target = target(count => 4, script => <<'END');
target 1
terms apel 3, jeruk 5, mangga 1
target 2
terms Apel 4, nanas 2
scan delay 30s
target 4
terms apel 1
scan diagnostic 114 4
END
  my $other = gateway(search => { deadline => '700ms' },
    partners => join '', map { partner("p$_", port => $target->port($_ - 1)) } 1 .. 4);
  my $answer = Silang::Test::Answer->new($other->get('/sru/union?scanClause=dc.title%3Dapel'));
  is_deeply([ map { "$_ " . $answer->outcome($_) } qw(p1 p2 p3 p4) ],
    [ 'p1 ok', 'p2 late search', 'p3 skipped query srw:4', 'p4 failed diagnostic bib1:114' ], 'each says why');
  is_deeply([ $answer->texts('//*[local-name()="value"]') ], [qw(apel jeruk mangga)], 'who answered is shown');
  is_deeply([ $answer->texts('//*[local-name()="whereInList"]') ], [qw(inner inner last)], 'with what is known');
  $answer = Silang::Test::Answer->new($other->get('/sru/union?scanClause=dc.title%3Dapel&x-partners=p2,p3'));
  like(($answer->diagnostics)[0], qr/\A2 p2: late search; p3: skipped query/, 'none answered');
  return;
};

finish();
