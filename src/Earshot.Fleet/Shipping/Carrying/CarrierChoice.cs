namespace Earshot.Fleet.Shipping;

/// <summary>Chooses the connection that carries: the first of those with a session, which remains it for as long as it has that session. Not thread-safe.</summary>
internal sealed class CarrierChoice
{
    private readonly List<JournalTap> _ready = []; // in the order in which their sessions were ready

    /// <summary>The carrier; null: no connection has a session that can be used.</summary>
    public JournalTap? Current { get; private set; }

    /// <summary>The session of a connection may have changed. Returns whether that of the carrier has, or there is another carrier.</summary>
    public bool Change(JournalTap tap, int session, TimeSpan now)
    {
        if (session == tap.Session || !tap.MayCarry)
        {
            return false;
        }

        (tap.Session, tap.ReadySince) = (session, now);
        _ready.Remove(tap);
        if (session > 0)
        {
            _ready.Add(tap);
        }

        if (Current is not null && Current != tap)
        {
            return false;
        }

        Current = _ready.Count > 0 ? _ready[0] : null;
        return true;
    }
}
