using System.Text;
using Earshot.KeyValueStore.Entries;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Entries;

/// <summary>The headers of entries, read from their wire format.</summary>
public sealed class EntryHeadersTests
{
    [Fact]
    public void Last_header_value_wins()
    {
        EntryHeaders headers = Read("Nats-Sequence: 1", "Nats-Subject: $KV.a.k", "KV-Operation: DEL", "Nats-Sequence: 22", "nats-subject:  $KV.b.k ", "KV-Operation: PURGE");
        Assert.Equal((22UL, "$KV.b.k", NatsKVOperation.Purge), (headers.Sequence, Encoding.UTF8.GetString(headers.Subject), headers.Operation));
    }

    [Theory]
    [InlineData(NatsKVOperation.Put, "Other: DEL")]
    [InlineData(NatsKVOperation.Del, "KV-Operation: DEL")]
    [InlineData(NatsKVOperation.Purge, "KV-Operation: PURGE")]
    [InlineData(NatsKVOperation.Put, "KV-Operation: something")]
    [InlineData(NatsKVOperation.Purge, "Nats-Marker-Reason: MaxAge")]
    [InlineData(NatsKVOperation.Purge, "Nats-Marker-Reason: Purge")]
    [InlineData(NatsKVOperation.Del, "Nats-Marker-Reason: Remove")]
    [InlineData(NatsKVOperation.Put, "Nats-Marker-Reason: other")]
    [InlineData(NatsKVOperation.Del, "Nats-Marker-Reason: MaxAge", "KV-Operation: DEL")]
    public void Operation_of_the_client_comes_before_the_reason_of_a_marker(NatsKVOperation expected, params string[] lines) =>
        Assert.Equal(expected, Read(lines).Operation);

    [Theory]
    [InlineData("2026-11-28T12:13:14Z", 0)]
    [InlineData("2026-11-28T12:13:14.5Z", 5_000_000)]
    [InlineData("2026-11-28T12:13:14.123456789Z", 1_234_567)]
    [InlineData("2026-11-28T12:13:14.12~~~~Z", 1_200_000)]
    [InlineData("2026-11-28T13:13:14.5+01:00", 5_000_000)]
    public void Time_has_up_to_nine_digits(string text, long ticks) =>
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 12, 13, 14, TimeSpan.Zero).AddTicks(ticks), Read($"Nats-Time-Stamp: {text}").Time);

    [Theory]
    [InlineData("Nats-Time-Stamp: 2026-13-28T12:13:14Z")]
    [InlineData("Nats-Time-Stamp: x")]
    [InlineData("Nats-Time-Stamp: 2026-11-28T-2:13:14Z")]
    [InlineData("Nats-Time-Stamp: 2026-11-28T12:13:-1.5Z")]
    [InlineData("Nats-Sequence: 12x")]
    [InlineData("no colon")]
    public void Line_that_cannot_be_read_is_no_value(string line) => Assert.Equal((default, 0UL), (Read(line).Time, Read(line).Sequence));

    [Theory]
    [InlineData("NATS/1.0 404 Message Not Found\r\n\r\n", 404)]
    [InlineData("NATS/1.0 503\r\n\r\n", 503)]
    [InlineData("NATS/1.0\r\nA: b\r\n\r\n", 0)]
    [InlineData("", 0)]
    public void Status_is_in_the_first_line(string block, int status) => Assert.Equal(status, EntryHeaders.Read(Encoding.UTF8.GetBytes(block)).Status);

    private static EntryHeaders Read(params string[] lines) => EntryHeaders.Read(Encoding.UTF8.GetBytes($"NATS/1.0\r\n{string.Join("\r\n", lines)}\r\n\r\n"));
}
