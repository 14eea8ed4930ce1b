using System.Buffers;
using Earshot.Outbound;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>
/// Finds the subscription over which servers end the session. After a session that ended during its replay, the next replays have a PING
/// behind each SUB, so that the PONGs show the last SUB that was processed; two session ends at the same SUB are attributed to it. Under the
/// outbound lock or by the connection loop, one session after the other.
/// </summary>
internal sealed class ReplayWatch(PingQueue pings)
{
    private const int MaxEnds = 2;

    private readonly List<(InboundTarget? Target, PingWaiter Behind)> _steps = [];
    private PingWaiter? _barrier;
    private InboundTarget? _suspect;
    private int _ends;
    private bool _isProbing;

    /// <summary>The subscriptions that were left out, in events that wait for the next session.</summary>
    public List<NatsResubscribeFailedEvent> Skipped { get; } = [];

    /// <summary>A replay begins.</summary>
    public void BeginLocked(IBufferWriter<byte> replay)
    {
        _steps.Clear();
        StepLocked(null, replay); // nothing is a SUB's fault before this one is answered
    }

    /// <summary>The SUB of this target is written.</summary>
    public void StepLocked(InboundTarget? target, IBufferWriter<byte> replay)
    {
        if (_isProbing)
        {
            _steps.Add((target, pings.EnqueueInFrontLocked()));
            replay.Write(ClientOperationWriter.Ping);
        }
    }

    /// <summary>The replay is written, with this PING behind it.</summary>
    public void EndLocked(PingWaiter barrier) => _barrier = barrier;

    /// <summary>A session has ended, and its PINGs have failed. Returns the target that is to be left out from now on, or null.</summary>
    /// <param name="byServer">The server ended it, and not the client or the keep-alive.</param>
    public InboundTarget? SessionEnded(bool byServer)
    {
        bool isConfirmed = _barrier is not { Answered.IsCompletedSuccessfully: false };
        _barrier = null;
        if (isConfirmed || !byServer)
        {
            (_isProbing, _suspect, _ends) = (_isProbing && !isConfirmed, isConfirmed ? null : _suspect, isConfirmed ? 0 : _ends);
            return null;
        }

        InboundTarget? failed = _steps.Find(static step => !step.Behind.Answered.IsCompletedSuccessfully).Target;
        _isProbing = true;
        (_suspect, _ends) = failed is null ? (null, 0) : (failed, failed == _suspect ? _ends + 1 : 1);
        if (_ends < MaxEnds)
        {
            return null;
        }

        (_suspect, _ends) = (null, 0);
        return failed;
    }
}
