namespace Earshot.Hosting.Health;

/// <summary>Follows the events of one connection and keeps what a health check reports and the snapshot does not contain. Thread-safe.</summary>
internal sealed class ConnectionHealth
{
    private static readonly NatsEventFilter s_filter = NatsEventFilter.Lifecycle | NatsEventFilter.Of(
        NatsEventKind.LameDuckMode, NatsEventKind.SlowConsumer, NatsEventKind.SlowConsumerRecovered, NatsEventKind.SubscriptionRemoved, NatsEventKind.ConnectAttemptFailed);

    private readonly Lock _lock = new();
    private readonly NatsConnection _connection;
    private readonly HashSet<string> _slow = [];
    private readonly long _created;
    private TimeSpan? _lostAt; // by the clock of the connection; null: a session is open, or it has not begun to connect
    private string? _lastError;
    private bool _isAlone;
    private bool _isOver;

    public ConnectionHealth(NatsConnection connection)
    {
        _connection = connection;
        _created = connection.Opts.TimeProvider.GetTimestamp();
        connection.Events.Add(new Listener(this), NatsReplay.All, NatsDispatch.Inline);
    }

    /// <summary>What is known at this moment.</summary>
    public HealthFacts Read()
    {
        NatsConnectionState state = _connection.ConnectionState;
        TimeSpan now = _connection.Opts.TimeProvider.GetElapsedTime(_created);
        NatsConnectionSnapshot snapshot = _connection.Snapshot;
        lock (_lock)
        {
            // A session can be lost before its event is appended.
            bool isUnused = state == NatsConnectionState.Closed && !_isOver;
            TimeSpan? outage = state == NatsConnectionState.Open || isUnused ? null : now - (_lostAt ?? now);
            return new HealthFacts
            {
                Connection = _connection.Opts.Name,
                State = state,
                IsOver = _isOver,
                Outage = outage < TimeSpan.Zero ? TimeSpan.Zero : outage,
                IsServerLeaving = _isAlone,
                SlowConsumers = _slow.Count,
                Server = (snapshot.Server ?? snapshot.LastServer)?.ToString(),
                Rtt = snapshot.LastRtt,
                LastError = _lastError,
                Reconnects = snapshot.Stats.Reconnects,
                CredentialsExpireAt = _connection.Port.CredentialsExpireAt,
            };
        }
    }

    private void Follow(NatsConnectionEvent e)
    {
        lock (_lock)
        {
            switch (e)
            {
                case NatsConnectedEvent or NatsReconnectedEvent:
                    (_lostAt, _isAlone, _lastError) = (null, false, null);
                    break;
                case NatsDisconnectedEvent disconnected:
                    _lostAt ??= e.Elapsed;
                    _lastError = disconnected.ServerError?.Text ?? disconnected.Exception?.Message ?? disconnected.Reason.ToString();
                    break;
                case NatsConnectAttemptFailedEvent { Abandoned: false } failed:
                    _lastError = failed.ServerError?.Text ?? failed.Exception.Message;
                    break;
                case NatsLameDuckModeEvent lame:
                    _isAlone = lame.OtherServers.Count == 0;
                    break;
                case NatsSlowConsumerEvent { Policy: not NatsSlowConsumerPolicy.Wait } slow:
                    _slow.Add(slow.Sid);
                    break;
                case NatsSlowConsumerRecoveredEvent recovered:
                    _slow.Remove(recovered.Subscription.Sid);
                    break;
                case NatsSubscriptionRemovedEvent removed:
                    _slow.Remove(removed.Sid);
                    break;
                case NatsClosedEvent closed:
                    (_isOver, _lastError) = (true, closed.Exception?.Message ?? _lastError);
                    _slow.Clear();
                    break;
                case NatsConnectingEvent:
                    (_isOver, _lostAt) = (false, e.Elapsed); // also when a failed connection connects again
                    break;
            }
        }
    }

    private sealed class Listener(ConnectionHealth health) : INatsConnectionListener
    {
        public NatsEventFilter Filter => s_filter;

        public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
        {
            health.Follow(e);
            return default;
        }
    }
}
