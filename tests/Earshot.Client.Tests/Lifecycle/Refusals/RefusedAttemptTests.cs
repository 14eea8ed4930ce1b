using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>What an -ERR in a handshake is worth, by its text and by where it came.</summary>
public sealed class RefusedAttemptTests
{
    [Theory]
    [InlineData("tls://10.0.0.1:4222", false)]
    [InlineData("nats://10.0.0.1:4222", true)]
    public async Task An_error_in_plain_text_before_the_TLS_that_the_options_demand_is_no_refusal(string url, bool counts)
    {
        await using var rig = new ConnectionRig(o => o with { RetryOnInitialConnect = true }, url);
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Task<ScriptedPeer> accepting = rig.Server().AcceptAsync(rig.Token);
            await rig.PassUntilAsync(accepting);
            ScriptedPeer peer = await accepting;
            await peer.SendAsync("-ERR 'Authorization Violation'");
            peer.Close();
        }

        await rig.PassUntilAsync(rig.Connection.Events.WhenAsync<NatsConnectAttemptFailedEvent>(0, failed => failed.AttemptId == 3, rig.Token));
        NatsConnectionEvent[] events = [.. rig.Connection.Events.ToList()];
        Assert.Equal(counts ? 3 : 0, events.OfType<NatsAuthenticationErrorEvent>().Count());
        Assert.Equal(counts ? 3 : 0, events.OfType<NatsServerErrorEvent>().Count());
        Assert.All(events.OfType<NatsConnectAttemptFailedEvent>(), failed => Assert.Contains("Authorization Violation", failed.Exception.Message, StringComparison.Ordinal));
        await rig.Connection.CloseAsync();
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connecting);
    }

    [Theory]
    [InlineData("maximum connections exceeded", NatsLimit.MaxConnections, NatsConnectPhase.Info, "max_connections")]
    [InlineData("maximum account active connections exceeded", NatsLimit.MaxAccountConnections, NatsConnectPhase.Authentication, "of connections per account")]
    public async Task A_server_that_is_full_fails_the_attempt_in_the_phase_in_which_it_refused_and_the_limit_is_named(string text, NatsLimit limit, NatsConnectPhase phase, string name)
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        await peer.SendInfoAsync();
        await peer.ExpectAsync("CONNECT", rig.Token);
        await peer.SendAsync($"-ERR '{text}'");
        peer.Close();

        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => connecting);
        Assert.Equal(phase, Assert.Single(failed.Failures).Phase);
        Assert.Contains(name, failed.Failures[0].Exception.Message, StringComparison.Ordinal);
        Assert.Equal(limit, (await rig.WhenAsync<NatsLimitExceededEvent>()).Limit);
        NatsConnectAttemptFailedEvent attempt = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal((phase, 1UL), (attempt.Phase, attempt.ClientId));
    }
}
