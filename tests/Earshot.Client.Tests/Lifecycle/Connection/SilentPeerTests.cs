using System.Text;
using Earshot.Lifecycle;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A silent peer is probed once, shortly before the attempt times out.</summary>
public sealed class SilentPeerTests
{
    [Theory]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0028", "TlsMode.Implicit")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "monitoring port")]
    public async Task Silent_peer_is_probed_and_the_failure_names_the_option_to_change(string answer, string hint)
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        byte[] question = new byte[256];
        Task<int> asked = peer.Pair.ReadAsync(question, rig.Token).AsTask();
        rig.Time.Advance(TimeSpan.FromSeconds(4.7));
        Assert.False(asked.IsCompleted);
        await rig.PassAsync(asked, TimeSpan.FromSeconds(0.2), stepMilliseconds: 10);
        Assert.Equal([0x16, 0x03], question[..2]);
        Assert.EndsWith("\r\n\r\n", Encoding.Latin1.GetString(question, 0, await asked), StringComparison.Ordinal);
        await peer.SendRawAsync(Encoding.Latin1.GetBytes(answer));

        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => connecting);
        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal(NatsConnectPhase.Info, failed.Phase);
        Assert.Contains(hint, failed.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(rig.Time.GetUtcNow(), failed.Timestamp);
    }

    [Fact]
    public async Task Silent_peer_is_probed_once_per_server_and_the_attempt_still_ends_in_time()
    {
        await using var rig = new ConnectionRig(opts => opts with { RetryOnInitialConnect = true });
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        byte[] buffer = new byte[256];
        ScriptedPeer first = await rig.Server().AcceptAsync(rig.Token);
        DateTimeOffset began = rig.Time.GetUtcNow();
        await rig.PassAsync(first.Pair.ReadAsync(buffer, rig.Token).AsTask(), TimeSpan.FromSeconds(4.95));
        await rig.PassAsync(rig.WhenAsync<NatsConnectAttemptFailedEvent>(), began + TimeSpan.FromSeconds(5) - rig.Time.GetUtcNow());
        Assert.Equal(TimeSpan.FromSeconds(5), rig.Time.GetUtcNow() - began);

        Task<ScriptedPeer> again = rig.Server().AcceptAsync(rig.Token);
        await rig.PassUntilAsync(again);
        Task ended = (await again).ReadToEndAsync(rig.Token);
        await rig.PassUntilAsync(ended);
        Assert.Equal("C> (cut)\r\n", (await again).Transcript);
        await rig.Connection.CloseAsync();
        await Assert.ThrowsAnyAsync<NatsException>(() => connecting);
    }

    [Fact]
    public async Task Server_whose_INFO_follows_the_probe_is_dialled_again_and_receives_no_CONNECT_behind_the_probe()
    {
        await using var rig = new ConnectionRig(opts => opts with { RetryOnInitialConnect = true });
        DateTimeOffset began = rig.Time.GetUtcNow();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer late = await rig.Server().AcceptAsync(rig.Token);
        byte[] question = new byte[256];
        rig.Time.Advance(TimeSpan.FromSeconds(4.7));
        await rig.PassAsync(late.Pair.ReadAsync(question, rig.Token).AsTask(), TimeSpan.FromSeconds(0.2), stepMilliseconds: 10);
        TimeSpan after = rig.Time.GetUtcNow() - began;
        Task failing = rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        await late.SendInfoAsync();
        await failing;
        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal(NatsConnectPhase.Info, failed.Phase);
        Assert.InRange(after, TimeSpan.FromSeconds(4.75), TimeSpan.FromSeconds(4.95));
        Assert.Contains(FormattableString.Invariant($"sent INFO after {after.TotalSeconds:0.###} s"), Assert.IsType<TimeoutException>(failed.Exception).Message, StringComparison.Ordinal);
        Assert.Empty(await late.ReadToEndAsync(rig.Token));

        Task<ScriptedPeer> again = rig.Server().AcceptAsync(rig.Token);
        await rig.PassUntilAsync(again);
        await (await again).HandshakeAsync(rig.Token);
        await connecting;
    }

    [Fact]
    public void Every_server_of_a_large_pool_is_probed_once()
    {
        var memory = new SharedAttemptState();
        for (int server = 0; server < 100; server++)
        {
            Assert.Equal((true, false), (memory.IsFirstProbe(server), memory.IsFirstProbe(server)));
        }
    }

    [Fact]
    public async Task Server_that_is_only_slow_reads_nothing_before_CONNECT()
    {
        await using var rig = new ConnectionRig();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        ScriptedPeer peer = await rig.Server().AcceptAsync(rig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(4.7));
        await peer.HandshakeAsync(rig.Token);
        await connecting;
    }
}
