using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P65 to P73 where the INFO changes something that is observed later.</summary>
internal static class InfoScenarios
{
    public static async Task MalformedInfosAsync()
    {
        const int Count = 10_000;
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync(string.Concat(Enumerable.Repeat("INFO {bad\r\n", Count)));
        await session.SettleAsync();
        session.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        await session.SendAsync("INFO {bad\r\n");
        await session.SettleAsync();
        Assert.Equal([1, Count], session.Events().OfType<NatsConfigurationWarningEvent>().Select(warning => warning.RepeatCount));
    }

    public static async Task MaxPayloadAsync(string announced, int expected)
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.Peer.SendInfoAsync(more: $"\"max_payload\":{announced}");
        await session.SettleAsync();
        Assert.Equal(expected, session.Connection.ServerInfo!.MaxPayload);
        Assert.DoesNotContain(session.Events(), e => e is NatsConfigurationWarningEvent);
        int sent = Math.Min(expected, 1_048_576);
        await session.Connection.PublishAsync("a", new byte[sent], cancellationToken: session.Rig.Token);
        await session.Peer.ExpectAsync($"PUB a {sent}", session.Rig.Token);
        if (expected <= 1_048_576)
        {
            await Assert.ThrowsAsync<NatsPayloadTooLargeException>(() => session.Connection.PublishAsync("a", new byte[expected + 1], cancellationToken: session.Rig.Token).AsTask());
        }
    }

    public static async Task HundredThousandUrlsAsync()
    {
        string urls = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"{Base36(i)}{(i % 50 == 49 ? ":x" : ":1")}\""));
        Assert.InRange(urls.Length, 600_000, 1_000_000);
        await using OpenSession session = await OpenSession.StartAsync();
        await session.SendAsync($"INFO {{\"connect_urls\":[{urls}]}}\r\n");
        await session.SettleAsync();
        Assert.InRange(session.Connection.DiscoveredServers.Count, 1000 - 50, 1024 - 20); // of the first 1,024 entries those that are valid
        Assert.InRange(session.Events().OfType<NatsConfigurationWarningEvent>().Count(w => w.Code == "AdvertisedAddressRejected"), 1, 64);
        ScriptedServer first = session.Rig.Dialer.Server(Base36(0), 1); // the only one of them that exists
        session.Peer.Cut();
        await (await first.AcceptAsync(session.Rig.Token)).HandshakeAsync(session.Rig.Token);
        await session.Rig.WhenAsync<NatsReconnectedEvent>();
    }

    public static async Task FlappingServerAsync()
    {
        const int Seconds = 60, PerSecond = 1000;
        await using OpenSession session = await OpenSession.StartAsync(opts => opts with { LameDuckPolicy = NatsLameDuckPolicy.Notify, PingInterval = TimeSpan.Zero });
        for (int second = 0; second < Seconds; second++)
        {
            for (int i = 0; i < PerSecond; i++)
            {
                string ldm = i % 2 == 0 ? "true" : "false";
                await session.SendAsync($"INFO {{\"server_id\":\"a\",\"max_payload\":1048576,\"connect_urls\":[\"10.1.0.{i % 3}:4222\"],\"ldm\":{ldm}}}\r\n");
            }

            await session.SettleAsync();
            session.Rig.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await session.SettleAsync();
        List<NatsConnectionEvent> events = session.Events();
        Assert.Single(events.OfType<NatsLameDuckModeEvent>());
        Assert.InRange(events.OfType<NatsServerInfoUpdatedEvent>().Count(), 1, Seconds + 2);
        Assert.InRange(events.OfType<NatsServerPoolChangedEvent>().Count(), 1, Seconds + 2);
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
    }

    public static async Task TlsRequiredLaterAsync()
    {
        await using OpenSession session = await OpenSession.StartAsync();
        await session.Peer.SendInfoAsync(more: "\"tls_required\":true");
        await session.SettleAsync();
        Assert.Equal(NatsServerInfoChanges.Security, Assert.Single(session.Events().OfType<NatsServerInfoUpdatedEvent>()).Changed & NatsServerInfoChanges.Security);
        Assert.Equal(NatsConnectionState.Open, session.Connection.ConnectionState);
        session.Peer.Cut();
        ScriptedPeer next = await session.Rig.Server().AcceptAsync(session.Rig.Token);
        await next.SendInfoAsync(more: "\"tls_required\":true");
        byte[] hello = new byte[2];
        await next.Pair.ReadAsync(hello, session.Rig.Token);
        Assert.Equal([0x16, 0x03], hello);
    }

    public static async Task NonceOfALiveSessionAsync()
    {
        string seed = Client.Tests.Authentication.Keys.Seed();
        await using var rig = new ConnectionRig(opts => opts with { AuthOpts = new NatsAuthOpts { Seed = seed } });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync(more: "\"nonce\":\"first\"");
        await peer.FinishHandshakeAsync(rig.Token);
        await connecting;
        long mark = rig.Connection.Events.LastSequence;
        await peer.SendInfoAsync(more: "\"nonce\":\"second\"");
        Task ping = rig.Connection.PingAsync(rig.Token).AsTask();
        await peer.ExpectAsync("PING", rig.Token); // and no second CONNECT
        await peer.SendAsync("PONG");
        await ping;
        Assert.Equal("first", ((NatsServerInfo)rig.Connection.ServerInfo!).Nonce);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e.Sequence > mark && e is NatsServerInfoUpdatedEvent);
    }

    private static string Base36(int number)
    {
        const string Digits = "abcdefghijklmnopqrstuvwxyz0123456789";
        string text = "";
        for (int rest = number; rest > 0 || text.Length == 0; rest /= 36)
        {
            text = Digits[rest % 36] + text;
        }

        return text;
    }
}
