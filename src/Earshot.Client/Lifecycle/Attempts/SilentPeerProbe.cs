using Earshot.Sessions;
using Earshot.Timing;
using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>
/// Probes a peer that has not sent one byte of INFO, shortly before the attempt times out. It sends a TLS client hello, which a TLS server
/// answers with a TLS record, followed by an empty line, to which an HTTP server responds with an error. The handshake reads the answer and
/// reports the protocol. To a NATS server the probe is an unknown operation, so a connection that was probed is not used, even if INFO follows.
/// </summary>
internal sealed class SilentPeerProbe(ITransport transport, ReceiveBuffer buffer, Func<bool> isFirst) : TimerEntry
{
    // How much of the time an answer gets: a server that is there answers immediately.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(250);

    private const int Waiting = 0;
    private const int Sent = 1;
    private const int Ended = 2;

    private static readonly byte[] s_question =
    [
        0x16, 0x03, 0x01, 0x00, 0x33, // handshake record of 51 bytes
        0x01, 0x00, 0x00, 0x2F, 0x03, 0x03, // client hello of 47 bytes, TLS 1.2; then 32 bytes that need not be random
        .. "what does listen here, if not NA"u8,
        0x00, // no session
        0x00, 0x08, 0xC0, 0x2B, 0xC0, 0x2F, 0xC0, 0x30, 0x00, 0x2F, // four cipher suites; a refusal is an answer as well
        0x01, 0x00, // no compression
        .. "\r\n\r\n"u8,
    ];

    private int _state;

    /// <summary>Sends no probe from here on. False if one is sent, or is being sent.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _state, Ended, Waiting) != Sent;

    /// <summary>When to send the probe, for an attempt with this much time left.</summary>
    public static TimeSpan DueWithin(TimeSpan left)
    {
        TimeSpan wait = left / 10 < s_longestWait ? left / 10 : s_longestWait;
        return left > wait ? left - wait : TimeSpan.Zero;
    }

    protected override void Fire()
    {
        if (buffer.ReceivedBytes == 0 && isFirst() && Interlocked.CompareExchange(ref _state, Sent, Waiting) == Waiting)
        {
            _ = AskAsync();
        }
    }

    private async Task AskAsync()
    {
        try
        {
            await transport.SendAsync(s_question).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The attempt is about to fail, and fails with what its receive finds.
        }
    }
}
