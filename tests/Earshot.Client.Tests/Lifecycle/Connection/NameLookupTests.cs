using System.Net;
using Earshot.Lifecycle;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Names that resolve slowly: the attempt ends in time, and the result of the query is used by a later one.</summary>
public sealed class NameLookupTests
{
    [Fact]
    public async Task A_name_that_resolves_slower_than_an_attempt_may_take_fails_in_phase_Dns_and_serves_the_next_attempt()
    {
        await using var rig = new ConnectionRig(o => o with { RetryOnInitialConnect = true, ConnectTimeout = TimeSpan.FromSeconds(1) }, url: "nats://slow.example:4222");
        rig.Dialer.ResolvesAfter("slow.example", TimeSpan.FromSeconds(1.2));
        ScriptedServer server = rig.Dialer.Server("slow.example");
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();

        Task<NatsConnectAttemptFailedEvent> failing = rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        await rig.PassUntilAsync(failing);
        NatsConnectAttemptFailedEvent failed = await failing;
        Assert.Equal(NatsConnectPhase.Dns, failed.Phase);
        Assert.InRange(failed.Duration, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.2));

        Task<ScriptedPeer> accepting = server.AcceptAsync(rig.Token);
        await rig.PassUntilAsync(accepting);
        await (await accepting).HandshakeAsync(rig.Token);
        await connecting;
        Assert.Equal(1, rig.Dialer.Resolutions);
    }

    [Fact]
    public async Task Query_that_finds_no_address_after_its_attempt_has_ended_is_not_used_by_the_next_one()
    {
        var time = new FakeTimeProvider();
        var dialer = new ScriptedDialer(time);
        var names = new NameLookups(dialer.ResolvesAfter("slow.example", TimeSpan.FromSeconds(1.2), hasAddress: false), time);
        using var stop = new CancellationTokenSource();
        Task<IPAddress[]> abandoned = names.ResolveAsync("slow.example", stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        time.Advance(TimeSpan.FromSeconds(1.2));

        dialer.Resolves("slow.example", IPAddress.Loopback);

        Assert.Equal([IPAddress.Loopback], await names.ResolveAsync("slow.example", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_dial_that_is_abandoned_during_name_resolution_reports_Dns()
    {
        await using var rig = new ConnectionRig(url: "nats://slow.example:4222,nats://10.0.0.2:4222");
        rig.Dialer.ResolvesAfter("slow.example", TimeSpan.FromSeconds(3));
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        Task<ScriptedPeer> accepting = rig.AcceptAsync(server: 2);
        await rig.PassUntilAsync(accepting);
        await connecting;

        NatsConnectAttemptFailedEvent abandoned = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal((true, NatsConnectPhase.Dns), (abandoned.Abandoned, abandoned.Phase));
    }

    [Fact]
    public async Task A_query_that_never_ends_delays_no_other_host_and_is_not_repeated()
    {
        await using var rig = new ConnectionRig(o => o with { RetryOnInitialConnect = true, ConnectTimeout = TimeSpan.FromSeconds(1) }, url: "nats://hung.example:4222,nats://fast.example:4222");
        rig.Dialer.ResolvesAfter("hung.example", TimeSpan.FromDays(1));
        ScriptedServer server = rig.Dialer.Resolves("fast.example", IPAddress.Loopback).Server("fast.example");
        server.RefusesNext(2);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        Task<ScriptedPeer> accepting = server.AcceptAsync(rig.Token);
        await rig.PassUntilAsync(accepting);
        await (await accepting).HandshakeAsync(rig.Token);
        await connecting;

        NatsConnectAttemptFailedEvent[] failed = [.. rig.Connection.Events.ToList().OfType<NatsConnectAttemptFailedEvent>()];
        Assert.Contains(failed, e => e.Phase == NatsConnectPhase.Dns);
        Assert.Equal(1 + 3, rig.Dialer.Resolutions); // the hung one, and one for each dial of the other
    }

    [Fact]
    public async Task Every_attempt_queries_its_name_again_when_the_result_was_used()
    {
        await using var rig = new ConnectionRig(url: "nats://fast.example:4222");
        ScriptedServer server = rig.Dialer.Resolves("fast.example", IPAddress.Loopback).Server("fast.example");
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await server.AcceptAsync(rig.Token);
        await peer.HandshakeAsync(rig.Token);
        await connecting;
        peer.Close();
        Task<ScriptedPeer> accepting = server.AcceptAsync(rig.Token);
        await rig.PassUntilAsync(accepting);
        await (await accepting).HandshakeAsync(rig.Token);
        await rig.WhenAsync<NatsReconnectedEvent>();
        Assert.Equal(2, rig.Dialer.Resolutions);
    }
}
