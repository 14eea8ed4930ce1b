using Earshot.Timing;

namespace Earshot.Sessions;

/// <summary>Ends a session whose write failed, a moment later: so long the read loop may find the server's own reason.</summary>
internal sealed class WriteFailureGrace(Session session, TimeProvider time) : TimerEntry
{
    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(50);

    public void Start() => TimerQueue.For(time).Schedule(this, s_grace);

    protected override void Fire() => session.WriteGraceOver();
}
