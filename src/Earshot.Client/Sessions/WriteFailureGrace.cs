using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>Ends a session whose write failed after a short delay, in which the read loop may receive the server's own reason.</summary>
internal sealed class WriteFailureGrace(Session session, TimeProvider time) : TimerEntry
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(50);

    public void Start() => TimerQueue.For(time).Schedule(this, s_grace);

    protected override void Fire() => session.WriteGraceOver();
}
