using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>The id of a connection, and the name by which a server can distinguish the connections of one service.</summary>
public sealed partial class ConnectionIdTests
{
    [Fact]
    public async Task The_id_comes_from_the_random_numbers_of_the_connection()
    {
        await using var one = new ConnectionRig(random: new Random(7));
        await using var same = new ConnectionRig(random: new Random(7));
        await using var other = new ConnectionRig(random: new Random(8));
        Assert.Matches(TwelveDigits, one.Connection.ConnectionId);
        Assert.Equal(one.Connection.ConnectionId, same.Connection.ConnectionId);
        Assert.NotEqual(one.Connection.ConnectionId, other.Connection.ConnectionId);
    }

    [Fact]
    public async Task Every_event_and_its_export_have_the_id_in_the_snapshot()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        string id = rig.Connection.ConnectionId;
        Assert.All(rig.Connection.Events.ToList(), e => Assert.Equal(id, e.Snapshot.ConnectionId));
        Assert.Equal(id, rig.Connection.Snapshot.ConnectionId);
        using var file = new MemoryStream();
        await NatsJournalExport.WriteAsync(rig.Connection.Events.ToList(), file, rig.Token);
        file.Position = 0;
        await foreach (NatsConnectionEvent e in NatsJournalExport.ReadAsync(file, rig.Token))
        {
            Assert.Equal(id, e.Snapshot.ConnectionId);
        }
    }

    [Theory]
    [InlineData("0123456789ab", "0123456789ab")]
    [InlineData("ffffffffffff", "ffffffffffff")]
    [InlineData("0123456789AB", "0123456789ab")]
    [InlineData("000000000000", null)]
    [InlineData("0123456789abc", null)]
    [InlineData(" 123456789ab", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_snapshot_keeps_what_is_an_id(string? text, string? kept) => Assert.Equal(kept, new NatsConnectionSnapshot { ConnectionId = text }.ConnectionId);

    [Fact]
    public void Small_numbers_of_a_snapshot_are_kept_and_large_ones_limited()
    {
        var snapshot = new NatsConnectionSnapshot { PoolSize = 100_000, ParkedServers = 65_535, DiscoveredServers = 100_000, PingsOutstanding = 2 };
        Assert.Equal((100_000, 65_535, 65_535, 2), (snapshot.PoolSize, snapshot.ParkedServers, snapshot.DiscoveredServers, snapshot.PingsOutstanding));
    }

    [Fact]
    public async Task A_unique_name_has_the_process_and_the_number_of_the_connection()
    {
        string first = await NameOfAsync(unique: true);
        string second = await NameOfAsync(unique: true);
        Match one = UniqueName.Match(first);
        Match two = UniqueName.Match(second);
        Assert.True(one.Success && two.Success, $"{first} {second}");
        Assert.Equal(one.Groups["process"].Value, two.Groups["process"].Value);
        Assert.NotEqual(one.Groups["number"].Value, two.Groups["number"].Value);
    }

    [Fact]
    public async Task Without_the_option_the_server_sees_the_name_as_it_is() => Assert.Equal("orders-api", await NameOfAsync(unique: false));

    [GeneratedRegex("^[0-9a-f]{12}$")]
    private static partial Regex TwelveDigits { get; }

    [GeneratedRegex(@"^orders-api#(?<process>[0-9a-f]{6})\.(?<number>[1-9][0-9]*)$")]
    private static partial Regex UniqueName { get; }

    private static async Task<string> NameOfAsync(bool unique)
    {
        await using var rig = new ConnectionRig(opts => opts with { Name = "orders-api", UniqueName = unique });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        string line = (await peer.HandshakeAsync(rig.Token)).Line;
        await connecting;
        using var connect = JsonDocument.Parse(line["CONNECT ".Length..]);
        return connect.RootElement.GetProperty("name").GetString()!;
    }
}
