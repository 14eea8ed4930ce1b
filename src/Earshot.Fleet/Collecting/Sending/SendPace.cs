namespace Earshot.Fleet.Collecting;

/// <summary>
/// How many records are sent next, how long their acks may take, and after which delay. While the stream stores nothing, few are sent and often: a stream that has no leader gets
/// another one within seconds. The delay is an eighth of the time that it has lasted. Pure; not thread-safe.
/// </summary>
internal sealed class SendPace
{
    public const int Most = 256;
    public const int Few = 16;

    private static readonly TimeSpan s_ackLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_probeLimit = TimeSpan.FromMilliseconds(750);
    private static readonly TimeSpan s_shortest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private TimeSpan? _since;
    private bool _isProbing;

    /// <summary>The number of records of the next batch.</summary>
    public int Size => _isProbing ? Few : Most;

    /// <summary>How long an ack may take.</summary>
    public TimeSpan AckLimit => _isProbing ? s_probeLimit : s_ackLimit;

    /// <summary>The time until the next batch.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>A batch was sent.</summary>
    /// <param name="stored">The number of records that were acknowledged.</param>
    /// <param name="failed">The number of records that were not.</param>
    /// <param name="now">The time.</param>
    public void Sent(int stored, int failed, TimeSpan now)
    {
        if (failed == 0)
        {
            (_since, _isProbing, Delay) = (null, false, TimeSpan.Zero);
            return;
        }

        _since ??= now;
        _isProbing = stored == 0;
        TimeSpan part = (now - _since.Value) / 8;
        Delay = part < s_shortest ? s_shortest : part > s_longest ? s_longest : part;
    }
}
