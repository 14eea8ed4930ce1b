using Earshot.Fleet.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>What lists of servers show that events did not.</summary>
public sealed class ConnectionBookTests
{
    private const string Server = "ID1";
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 3, 0, 0, TimeSpan.Zero);

    private readonly ConnectionBook _book = new(new BookRules(TimeSpan.FromSeconds(2), TimeSpan.FromDays(1), TimeSpan.FromHours(1)));

    [Fact]
    public void Connection_without_an_event_is_recorded_once_a_day()
    {
        Assert.Equal([1UL], Compare(s_now, Row(1)).New);
        Assert.Empty(Compare(s_now.AddSeconds(15), Row(1)).New);
        Assert.Equal([1UL], Compare(s_now.AddDays(1), Row(1)).New);
        Assert.Empty(Compare(s_now.AddDays(1).AddSeconds(15), Row(1)).New);
    }

    [Fact]
    public void Connection_with_an_event_needs_no_record_for_a_day()
    {
        _book.Recorded(Of(ServerRecordKind.Connect, 1));
        Assert.Empty(Compare(s_now, Row(1)).New);
        Assert.Equal([1UL], Compare(s_now.AddDays(1), Row(1)).New);
    }

    [Fact]
    public void Event_of_a_new_connection_may_arrive_behind_the_list()
    {
        ServerRecord row = Row(1, s_now.AddSeconds(-1));
        Assert.Empty(Compare(s_now, row).New);
        _book.Recorded(Of(ServerRecordKind.Connect, 1));
        Assert.Empty(Compare(s_now.AddSeconds(15), row).New);
    }

    [Fact]
    public void Connection_that_a_list_has_no_more_is_missing_once_and_then_forgotten()
    {
        _book.Recorded(Of(ServerRecordKind.Connect, 1));
        Assert.True(Compare(s_now).IsMissing);
        Assert.Equal(1, _book.Open);
        Assert.False(Compare(s_now.AddSeconds(15)).IsMissing);
        Assert.Equal(0, _book.Open);
    }

    [Theory]
    [InlineData(ServerRecordKind.Disconnect)]
    [InlineData(ServerRecordKind.Filled)]
    public void Connection_that_has_ended_is_neither_missing_nor_open_again(ServerRecordKind end)
    {
        _book.Recorded(Of(ServerRecordKind.Connect, 1));
        _book.Recorded(Of(end, 1));
        Assert.True(_book.HasEnd(Server, 1));
        (IReadOnlyList<ulong> late, bool isMissing) = Compare(s_now, Row(1));
        Assert.Empty(late);
        Assert.False(isMissing);
        Assert.Equal(0, _book.Open);
    }

    [Fact]
    public void Ends_are_remembered_for_an_hour()
    {
        _book.Recorded(Of(ServerRecordKind.Disconnect, 1));
        Compare(s_now.AddMinutes(59));
        Assert.True(_book.HasEnd(Server, 1));
        Compare(s_now.AddMinutes(61));
        Assert.False(_book.HasEnd(Server, 1));
    }

    [Fact]
    public void Connections_between_servers_are_in_no_list_and_so_not_missing()
    {
        ServerRecord leaf = Of(ServerRecordKind.Connect, 1);
        _book.Recorded(leaf with { Client = leaf.Client! with { Kind = "Leafnode" } });
        Assert.False(Compare(s_now).IsMissing);
    }

    [Fact]
    public void Server_that_ended_takes_its_connections_along_and_lost_records_are_made_again()
    {
        _book.Recorded(Of(ServerRecordKind.Connect, 1));
        _book.Forget(Server, 1);
        Assert.Equal([1UL], Compare(s_now, Row(1)).New);
        _book.Recorded(Of(ServerRecordKind.Disconnect, 2));
        _book.Forget(Server, 2);
        Assert.False(_book.HasEnd(Server, 2));
        _book.Forget(Server);
        Assert.Equal(0, _book.Open);
    }

    private (IReadOnlyList<ulong> New, bool IsMissing) Compare(DateTimeOffset now, params ServerRecord[] rows)
    {
        (IReadOnlyList<ServerRecord> unknown, bool isMissing) = _book.Compare(Server, rows, now);
        return ([.. unknown.Select(record => record.Client!.Id)], isMissing);
    }

    private static ServerRecord Row(ulong client, DateTimeOffset? start = null) => Of(ServerRecordKind.Open, client) with { Client = new ServerClient(client) { Start = start ?? s_now.AddMinutes(-5), Kind = "Client" } };

    private static ServerRecord Of(ServerRecordKind kind, ulong client) =>
        new() { Kind = kind, At = s_now, Server = new ServerIdentity(Server), Client = new ServerClient(client) { Start = s_now.AddMinutes(-5), Kind = "Client" } };
}
