using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Sessions;
using Earshot.Transport;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

/// <summary>A server that sends a frame byte by byte keeps the connection from being silent, and a PONG behind the frame never comes.</summary>
public sealed class IncompleteFrameTests
{
    private static readonly TimeSpan s_timeout = DefaultOptions.Session.FrameTimeout;
    private SessionRig _rig = new();

    [Fact]
    public async Task A_frame_that_arrives_at_a_byte_per_second_makes_the_connection_stale_after_the_timeout()
    {
        await BeginMessageAsync(1000);
        await DripAsync(s_timeout.TotalSeconds - 3, 1);
        Assert.False(_rig.WasGivenUp);
        await DripAsync(5, 1);

        SessionEnd end = await _rig.EndAsync();
        Assert.Equal(NatsDisconnectReason.ReadTimeout, end.Reason);
        Assert.Contains("A frame of the server has not ended", end.Exception!.Message, StringComparison.Ordinal);
        Assert.Equal(NatsStaleConnectionReason.IncompleteFrame, Assert.Single(_rig.Rig.Events().OfType<NatsStaleConnectionEvent>()).Reason);
    }

    [Fact]
    public async Task A_large_message_that_makes_progress_is_given_the_timeout_again()
    {
        await BeginMessageAsync(1_000_000);
        await DripAsync(200, IncompleteFrame.LeastProgress / 50);

        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public async Task Frames_that_end_are_given_the_timeout_each()
    {
        await BeginMessageAsync(30);
        for (int message = 0; message < 6; message++)
        {
            await DripAsync(30, 1);
            await SendAsync("\r\nMSG foo 1 30\r\n"); // the end of one, and the next one has begun
        }

        Assert.False(_rig.WasGivenUp);
    }

    [Fact]
    public async Task Bytes_that_this_process_has_not_read_do_not_count_against_the_server()
    {
        await BeginMessageAsync(1000);
        _rig.Pair.Client.Pulses = static () => new TransportProgress(0, 0, 5);
        await DripAsync(2 * s_timeout.TotalSeconds, 0);
        Assert.False(_rig.WasGivenUp);
        _rig.Pair.Client.Pulses = static () => new TransportProgress(0, 0, 0);
        await DripAsync(s_timeout.TotalSeconds + 3, 1);

        Assert.Equal(NatsDisconnectReason.ReadTimeout, (await _rig.EndAsync()).Reason);
    }

    [Fact]
    public async Task A_frame_that_is_being_parsed_is_not_incomplete()
    {
        using var isParsing = new ManualResetEventSlim();
        using var canEnd = new ManualResetEventSlim();
        _rig = new SessionRig(DefaultOptions.Session with { PingInterval = TimeSpan.FromHours(1) });
        _rig.OnInfo = () =>
        {
            isParsing.Set();
            canEnd.Wait(PartsRig.Token);
        };
        _rig.Started();
        await _rig.Peer.SendRawAsync("INFO {}\r\n"u8.ToArray());
        isParsing.Wait(PartsRig.Token);
        await DripAsync(2 * s_timeout.TotalSeconds, 0);
        canEnd.Set();

        Assert.False(_rig.WasGivenUp);
    }

    private async Task BeginMessageAsync(int length)
    {
        _rig.Rig.Subscribe("foo");
        _rig.Started();
        await SendAsync($"MSG foo 1 {length}\r\n");
    }

    // A second of the clock and then this many bytes, again and again.
    private async Task DripAsync(double seconds, int bytes)
    {
        for (int second = 0; second < seconds && !_rig.WasGivenUp; second++)
        {
            for (int i = 0; i < 10; i++)
            {
                _rig.Rig.Time.Advance(TimeSpan.FromMilliseconds(100));
                await Conditions.UntilAsync(() => _rig.WasGivenUp || _rig.Rig.Outbound is { PendingBytes: 0, WriteAge: null });
            }

            await (_rig.WasGivenUp || bytes == 0 ? Task.CompletedTask : SendAsync(new string('x', bytes)));
        }
    }

    private async Task SendAsync(string text)
    {
        long before = _rig.Session.ReceivedBytes;
        await _rig.Peer.SendRawAsync(Encoding.ASCII.GetBytes(text));
        await Conditions.UntilAsync(() => _rig.WasGivenUp || (_rig.Session.ReceivedBytes >= before + text.Length && _rig.Session.IsReceiving));
    }
}
