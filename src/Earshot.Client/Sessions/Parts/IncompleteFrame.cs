namespace Earshot.Sessions;

/// <summary>
/// A frame of which only a part has been received. A connection on which bytes arrive is not silent, but one that delivers a frame byte by byte
/// is of no use: the PONG behind it does not arrive either.
/// </summary>
/// <param name="since">When it was found.</param>
/// <param name="parsed">Position of its first byte in what was received.</param>
/// <param name="received">Bytes received until then.</param>
internal sealed class IncompleteFrame(long since, long parsed, long received)
{
    /// <summary>The bytes of a frame that must arrive within the timeout, unless it ends: 1.1 KB per second with the default timeout.</summary>
    public const int LeastProgress = 64 * 1024;

    /// <summary>Whether the same frame is still incomplete and has not made enough progress to be given the whole timeout again.</summary>
    public bool IsSame(long parsedNow, long receivedNow) => parsedNow == parsed && receivedNow - received < LeastProgress;

    public bool IsStalled(long now, SessionOptions options, TimeProvider time) => time.GetElapsedTime(since, now) >= options.FrameTimeout;
}
