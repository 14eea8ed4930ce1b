using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>What is too long for the control line of the server is refused before a byte is written.</summary>
public sealed class ControlLineTests
{
    private static readonly string s_long = new('a', 4_200);

    [Fact]
    public async Task A_control_line_above_the_limit_is_refused_with_the_option_that_raises_it()
    {
        await using var rig = new ConnectionRig();
        string half = s_long[..2_100];
        Func<Task>[] calls =
        [
            () => rig.Connection.PublishAsync(s_long, "x", cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.PublishAsync(half, "x", replyTo: half, cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.PublishAsync(half, "x", new NatsHeaders { ["a"] = "b" }, half, cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.RequestAsync<string, string>(s_long, "x", cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.SubscribeCoreAsync<string>(s_long, cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.SubscribeCoreAsync<string>(half, half, cancellationToken: rig.Token).AsTask(),
        ];
        foreach (Func<Task> call in calls)
        {
            NatsInvalidSubjectException refused = await Assert.ThrowsAsync<NatsInvalidSubjectException>(call);
            Assert.Contains("4,096 bytes", refused.Message, StringComparison.Ordinal);
            Assert.Contains("NatsOpts.MaxControlLine", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(NatsConnectionState.Closed, rig.Connection.ConnectionState);
    }

    [Fact]
    public async Task A_raised_limit_lets_longer_lines_through()
    {
        await using var rig = new ConnectionRig(o => o with { MaxControlLine = 16_384 });
        ScriptedPeer peer = await rig.OpenAsync();
        await rig.Connection.PublishAsync(s_long, "1", cancellationToken: rig.Token);
        await rig.Connection.PublishAsync(s_long, "2", cancellationToken: rig.Token);
        await rig.Connection.PublishAsync(s_long, "3", replyTo: s_long, cancellationToken: rig.Token);
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>(s_long, cancellationToken: rig.Token);

        Assert.Equal("1", (await peer.ExpectAsync($"PUB {s_long} 1", rig.Token)).PayloadText);
        Assert.Equal("2", (await peer.ExpectAsync($"PUB {s_long} 1", rig.Token)).PayloadText);
        Assert.Equal("3", (await peer.ExpectAsync($"PUB {s_long} {s_long} 1", rig.Token)).PayloadText);
        await peer.ExpectAsync($"SUB {s_long} 1", rig.Token);
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(() => rig.Connection.PublishAsync(new string('a', 17_000), "x", cancellationToken: rig.Token).AsTask());
    }

    [Theory]
    [InlineData(63)]
    [InlineData(65_001)]
    public void A_limit_out_of_range_is_refused(int limit) =>
        Assert.Throws<ArgumentOutOfRangeException>("MaxControlLine", () => new NatsConnection(new NatsOpts { MaxControlLine = limit }));
}
