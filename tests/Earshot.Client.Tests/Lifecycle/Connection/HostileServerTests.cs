using Earshot.Client.Tests.Servers;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Hostile advertised addresses, and passwords without TLS, tested with a whole connection.</summary>
public sealed class HostileServerTests
{
    [Fact]
    public async Task Sixty_hostile_addresses_in_one_INFO_change_only_the_journal_and_reconnecting_continues()
    {
        await using var rig = new ConnectionRig();
        string[] hostile = [.. HostileAdvertisedTests.Hostile.Select(row => row.Data).OfType<string>().Where(text => text.Length < 1_000)];
        Assert.True(hostile.Length >= 60);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(hostile);
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        Assert.Single(rig.Connection.Servers);
        Assert.Empty(rig.Connection.DiscoveredServers);
        Assert.True(rig.Connection.Events.ToList().OfType<NatsConfigurationWarningEvent>().Count(w => w.Code == "AdvertisedAddressRejected") >= 60);

        peer.Cut();
        await rig.AcceptAsync();
        await rig.WhenAsync<NatsReconnectedEvent>();
        Assert.All(rig.Dialer.Dials, dial => Assert.Equal("10.0.0.1", dial.Target.Host));
    }

    [Theory]
    [InlineData("password", "nats://10.0.0.1:4222", true)]
    [InlineData("token", "nats://10.0.0.1:4222", true)]
    [InlineData("url", "nats://ann:c4n4ry@10.0.0.1:4222", true)]
    [InlineData("seed", "nats://10.0.0.1:4222", false)]
    [InlineData("nothing", "nats://10.0.0.1:4222", false)]
    [InlineData("password", "nats://127.0.0.1:4222", false)]
    public async Task Passwords_in_plain_text_to_another_machine_are_warned_of_once_per_connection(string way, string url, bool isWarned)
    {
        await using var rig = new ConnectionRig(
            opts => opts with
            {
                AuthOpts = way switch
                {
                    "password" => new NatsAuthOpts { Username = "ann", Password = "c4n4ry" },
                    "token" => new NatsAuthOpts { Token = "c4n4ry" },
                    "seed" => new NatsAuthOpts { Seed = Authentication.Keys.Seed() },
                    _ => NatsAuthOpts.Default,
                },
            },
            url);
        ScriptedServer server = rig.Dialer.Server(new Uri(url).Host);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await server.AcceptAsync(rig.Token);
        await peer.HandshakeAsync(rig.Token);
        await connecting;
        peer.Cut();
        await (await server.AcceptAsync(rig.Token)).HandshakeAsync(rig.Token);
        await rig.WhenAsync<NatsReconnectedEvent>();
        Assert.Equal(isWarned ? 1 : 0, rig.Connection.Events.ToList().OfType<NatsConfigurationWarningEvent>().Count(w => w.Code == "PlaintextCredentials"));
    }
}
