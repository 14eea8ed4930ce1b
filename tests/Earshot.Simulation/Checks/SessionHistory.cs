namespace Earshot.Simulation.Checks;

/// <summary>The sessions of one connection, as its events describe them.</summary>
internal sealed class SessionHistory(TimeProvider clock)
{
    private long _lastChange;

    public int Disconnected { get; private set; }

    public int Reconnected { get; private set; }

    public int Resubscribed { get; private set; }

    /// <summary>The uncertain messages of all sessions that have ended.</summary>
    public long Uncertain { get; private set; }

    /// <summary>How long no session has begun, ended, or been prepared.</summary>
    public TimeSpan Quiet => clock.GetElapsedTime(_lastChange);

    public void Accept(NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsDisconnectedEvent disconnected:
                Disconnected++;
                Uncertain += disconnected.UncertainMessages;
                break;
            case NatsReconnectedEvent:
                Reconnected++;
                break;
            case NatsResubscribedEvent:
                Resubscribed++;
                break;
            case NatsConnectedEvent or NatsForceReconnectEvent or NatsLameDuckModeEvent or NatsConnectPhaseCompletedEvent:
                break;
            default:
                return;
        }

        _lastChange = clock.GetTimestamp();
    }
}
