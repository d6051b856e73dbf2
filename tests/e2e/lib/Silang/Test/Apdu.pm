package Silang::Test::Apdu;

# Z39.50 messages byte by byte, for clients that no library would make: many at once, or wrong ones.
use strict;
use warnings;
use utf8;
use Exporter 'import';

our @EXPORT = qw(ber init_request search_request present_request close_request apdu_end read_apdu);

# ber(TAG, CONTENT): context tags by number, constructed when negative; 'SEQUENCE', 'OID'.
sub ber {
  my ($tag, @content) = @_;
  my $content = join '', @content;
  my $length  = length $content;
  my %universal = (SEQUENCE => 0x30, OID => 0x06);
  my $class   = $tag =~ /\A-/ ? 0xA0 : 0x80;
  my $number  = $tag =~ /\A-?(\d+)\z/ ? $1 : undef;
  my $head    = !defined $number ? chr $universal{$tag} : $number < 31 ? chr($class | $number)
    : $number < 128 ? pack('CC', $class | 31, $number) : pack('CCC', $class | 31, 0x80 | $number >> 7, $number & 127);
  return $head . ($length < 128 ? chr $length : pack 'CN', 0x84, $length) . $content;
}

# Version 3; search, present, delSet, scan, sort, concurrent operations, named sets.
sub init_request {
  return ber(-20, ber(3, "\x05\xE0"), ber(4, "\x01\xE9\x83\x00"), ber(5, "\x10\x00\x00"), ber(6, "\x10\x00\x00"));
}

# search_request(word => 'air', set => 'default', database => 'union', records => 0)
sub search_request {
  my (%option) = @_;
  my $records = $option{records} // 0;
  my $term    = $option{operand} // ber('-0', ber(-102, ber(-44, ber('SEQUENCE', ber(120, "\x01"), ber(121, "\x04"))), ber(45, $option{word} // 'air')));
  return ber(-22, ber(13, "\x00"), ber(14, "\x7F\xFF\xFF"), ber(15, chr $records), ber(16, "\x01"), ber(17, $option{set} // 'default'),
    ber(-18, ber(105, $option{database} // 'union')),
    ber(-21, ber(-1, ber('OID', "\x2A\x86\x48\xCE\x13\x03\x01"), $term)));
}

# present_request(set => 'default', start => 1, count => 1)
sub present_request {
  my (%option) = @_;
  return ber(-24, ber(31, $option{set} // 'default'), ber(30, chr($option{start} // 1)), ber(29, chr($option{count} // 1)));
}

sub close_request { return ber(-48, ber(211, "\x00")) }

# Where the element that begins at `$at` ends; undefined when it is not whole.
sub apdu_end {
  my ($bytes, $at) = @_;
  my $size = length $$bytes;
  return if $at + 2 > $size;
  my $first = ord substr $$bytes, $at++, 1;
  if (($first & 31) == 31) {
    while ($at < $size && ord(substr $$bytes, $at, 1) & 128) { $at++ }
    $at++;
  }
  return if $at >= $size;
  my $length = ord substr $$bytes, $at++, 1;
  if ($length == 128) {
    while (1) {
      return if $at + 2 > $size;
      return $at + 2 if substr($$bytes, $at, 2) eq "\0\0";
      $at = apdu_end($bytes, $at) // return;
    }
  }
  if ($length > 128) {
    my $count = $length & 127;
    return if $at + $count > $size;
    $length = 0;
    $length = $length << 8 | ord substr $$bytes, $at++, 1 for 1 .. $count;
  }
  return $at + $length <= $size ? $at + $length : undef;
}

# The next message that comes; what is left of one when the other side closes. What has come behind it is
# kept for the next call.
my %behind;

sub read_apdu {
  my ($socket) = @_;
  my $bytes = delete $behind{$socket} // '';
  my $end;
  until (defined($end = apdu_end(\$bytes, 0))) {
    sysread $socket, $bytes, 1 << 16, length $bytes or return $bytes;
  }
  $behind{$socket} = substr $bytes, $end, length $bytes, '' if $end < length $bytes;
  return $bytes;
}

1;
