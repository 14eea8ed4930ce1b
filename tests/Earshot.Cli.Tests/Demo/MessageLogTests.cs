using Earshot.Cli.Demo;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>The account of the numbered messages, which the summary of the demo rests on.</summary>
public sealed class MessageLogTests
{
    private readonly MessageLog _ledger = new(TimeProvider.System);

    [Fact]
    public void Accepted_message_that_is_never_received_is_lost()
    {
        _ledger.Accepted(_ledger.Begin(live: true));
        Assert.Equal((1, 0, 1), (_ledger.Published, _ledger.Received, _ledger.Lost));
        Assert.Equal(1, _ledger.LostBetween(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        Assert.Equal(0, _ledger.LostBetween(DateTimeOffset.MinValue, DateTimeOffset.UnixEpoch));
    }

    [Fact]
    public void Refused_message_is_neither_published_nor_lost()
    {
        _ledger.Begin(live: true);
        Assert.Equal((0, 1, 0), (_ledger.Published, _ledger.Refused, _ledger.Lost));
    }

    [Fact]
    public void Message_published_without_a_server_counts_as_replayed_once_it_is_received()
    {
        long number = _ledger.Begin(live: false);
        _ledger.Accepted(number);
        Assert.Equal(0, _ledger.Replayed);
        _ledger.MarkReceived(number);
        Assert.Equal((1, 1, 0), (_ledger.Replayed, _ledger.Received, _ledger.Lost));
    }

    [Fact]
    public void Message_received_twice_counts_once_and_is_shown_as_duplicate()
    {
        long number = _ledger.Begin(live: true);
        _ledger.Accepted(number);
        _ledger.MarkReceived(number);
        _ledger.MarkReceived(number);
        Assert.Equal((1, 1), (_ledger.Received, _ledger.Duplicates));
    }
}
