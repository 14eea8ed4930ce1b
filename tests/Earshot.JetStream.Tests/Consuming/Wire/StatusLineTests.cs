using System.Text;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>The statuses of a pull request, as sent by nats-server 2.15.1.</summary>
public sealed class StatusLineTests
{
    private const string Pending = "Nats-Pending-Messages: 7\r\nNats-Pending-Bytes: 140\r\n";

    [Theory]
    [InlineData("100 Idle Heartbeat", PullStatusKind.Heartbeat)]
    [InlineData("100 FlowControl Request", PullStatusKind.OtherControl)]
    [InlineData("404 No Messages", PullStatusKind.PullEnded)]
    [InlineData("408 Request Timeout", PullStatusKind.PullEnded)]
    [InlineData("408 Requests Pending", PullStatusKind.PullEnded)]
    [InlineData("408 Interest Expired", PullStatusKind.PullEnded)]
    [InlineData("409 Message Size Exceeds MaxBytes", PullStatusKind.SizeExceeded)]
    [InlineData("409 Batch Completed", PullStatusKind.PullEnded)]
    [InlineData("409 Consumer Deleted", PullStatusKind.ConsumerDeleted)]
    [InlineData("409 Leadership Change", PullStatusKind.LeadershipChange)]
    [InlineData("409 Server Shutdown", PullStatusKind.ServerShutdown)]
    [InlineData("409 Consumer is push based", PullStatusKind.PushBased)]
    [InlineData("409 Exceeded MaxRequestBatch of 2", PullStatusKind.LimitExceeded)]
    [InlineData("409 Exceeded MaxRequestExpires of 2s", PullStatusKind.LimitExceeded)]
    [InlineData("409 Exceeded MaxRequestMaxBytes of 1000", PullStatusKind.LimitExceeded)]
    [InlineData("409 Exceeded MaxWaiting", PullStatusKind.TooManyPulls)]
    [InlineData("400 Bad Request - heartbeat value too large", PullStatusKind.Refused)]
    [InlineData("412 Required Api Level", PullStatusKind.Refused)]
    [InlineData("423 Nats-Pin-Id mismatch", PullStatusKind.PinMismatch)]
    [InlineData("423 Nats-Wrong-Pin-Id", PullStatusKind.PinMismatch)]
    [InlineData("503", PullStatusKind.NoResponders)]
    [InlineData("409 Something New", PullStatusKind.Unknown)]
    [InlineData("499 Something New", PullStatusKind.Unknown)]
    public void Each_status_has_its_kind(string line, object kind)
    {
        Assert.True(StatusLine.TryRead(Encoding.UTF8.GetBytes($"NATS/1.0 {line}\r\n{Pending}\r\n"), out PullStatus status));
        Assert.Equal(kind, status.Kind);
        Assert.Equal(int.Parse(line[..3], null), status.Code);
        Assert.Equal(status.Kind == PullStatusKind.Heartbeat ? (-1, -1) : (7, 140), (status.PendingMsgs, status.PendingBytes));
    }

    [Fact]
    public void Status_without_counts_has_no_pending_amounts()
    {
        Assert.True(StatusLine.TryRead("NATS/1.0 404 No Messages\r\n\r\n"u8, out PullStatus status));
        Assert.False(status.HasPending);
    }

    [Fact]
    public void Heartbeat_contains_the_position_of_the_consumer()
    {
        Assert.True(StatusLine.TryRead("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 12\r\nNats-Last-Stream: 18446744073709551\r\n\r\n"u8, out PullStatus status));
        Assert.Equal((12UL, 18446744073709551UL), (status.LastConsumerSeq, status.LastStreamSeq));
    }

    [Theory]
    [InlineData("NATS/1.0\r\nNats-Msg-Id: 1\r\n\r\n")]
    [InlineData("NATS/1.0 4x4 No\r\n\r\n")]
    [InlineData("NATS/1.0 40")]
    [InlineData("")]
    public void Other_headers_are_not_a_status(string block) => Assert.False(StatusLine.TryRead(Encoding.UTF8.GetBytes(block), out _));
}
