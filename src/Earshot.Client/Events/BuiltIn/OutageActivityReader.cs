using System.Diagnostics;
using System.Net;
using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>Makes one activity per outage, from Disconnected to Resubscribed or Closed, with its connect attempts as children.</summary>
internal sealed class OutageActivityReader
{
    private readonly string _connection;
    private Activity? _outage;

    private OutageActivityReader(string connection) => _connection = connection;

    public static IDisposable Attach(Journal journal)
    {
        var reader = new OutageActivityReader(journal.Options.ConnectionName ?? "");
        NatsEventFilter filter = NatsEventFilter.Lifecycle | NatsEventFilter.Of(NatsEventKind.ConnectAttemptFailed);
        return EventPump.Start(journal, new ReaderSpec { Name = nameof(OutageActivityReader), Filter = filter, From = NatsEventPosition.Now }, (e, _) =>
        {
            reader.Follow(e);
            return default;
        });
    }

    private void Follow(NatsConnectionEvent e)
    {
        switch (e)
        {
            case NatsDisconnectedEvent { WillReconnect: true } disconnected:
                Stop(e, ActivityStatusCode.Error, "the session was lost again");
                Start(disconnected);
                break;
            case NatsConnectAttemptFailedEvent failed when _outage is not null:
                AddAttempt(e, failed.Server, failed.Endpoint, failed.Duration, failed);
                break;
            case NatsReconnectedEvent reconnected when _outage is not null:
                AddAttempt(e, reconnected.Server, reconnected.Server.Endpoint, reconnected.Timings.Total, null);
                _outage.SetTag("nats.attempts", reconnected.Attempts).SetTag("nats.server", reconnected.Server.Url.ToString());
                _outage.AddEvent(new ActivityEvent("reconnected", e.Timestamp));
                break;
            case NatsResubscribedEvent: Stop(e, ActivityStatusCode.Ok, null); break;
            case NatsClosedEvent closed: Stop(e, ActivityStatusCode.Error, closed.Reason.ToString()); break;
        }
    }

    private void Start(NatsDisconnectedEvent e)
    {
        // Starting sets Activity.Current, which is restored: outages have no parent, and what follows here does not belong to them.
        Activity? current = Activity.Current;
        _outage = EarshotActivities.Start(EarshotActivities.Outage, ActivityKind.Client, startTime: e.Timestamp);
        Activity.Current = current;
        if (_outage is null)
        {
            return;
        }

        _outage.SetTag(TelemetryNames.ConnectionName, _connection).SetTag(TelemetryNames.System, TelemetryNames.Nats).SetTag("nats.outage", e.OutageId).SetTag("nats.session", e.SessionId)
            .SetTag("nats.reason", e.Reason.ToString()).SetTag(TelemetryNames.ErrorType, e.Reason.ToString());
        TelemetryNames.AddServer(_outage, e.Server.Url, e.Server.Endpoint as IPEndPoint);
    }

    // An attempt is known when it is over: then its activity is made, with the times it had.
    private void AddAttempt(NatsConnectionEvent e, NatsServer server, EndPoint? peer, TimeSpan duration, NatsConnectAttemptFailedEvent? failed)
    {
        Activity? current = Activity.Current;
        Activity? attempt = EarshotActivities.Start(EarshotActivities.Attempt, ActivityKind.Client, _outage!.Context, startTime: e.Timestamp - duration);
        Activity.Current = current;
        if (attempt is null)
        {
            return;
        }

        attempt.SetTag(TelemetryNames.ConnectionName, _connection).SetTag(TelemetryNames.System, TelemetryNames.Nats).SetTag("nats.outage", e.OutageId);
        TelemetryNames.AddServer(attempt, server.Url, (peer ?? server.Endpoint) as IPEndPoint);
        if (failed is { Abandoned: true })
        {
            attempt.SetTag("nats.attempt", failed.Attempt).SetTag("nats.phase", failed.Phase.ToString()).SetTag("nats.abandoned", true);
        }
        else if (failed is not null)
        {
            attempt.SetTag("nats.attempt", failed.Attempt).SetTag("nats.phase", failed.Phase.ToString()).SetTag(TelemetryNames.ErrorType, failed.Exception.GetType().FullName);
            attempt.SetStatus(ActivityStatusCode.Error, failed.Message);
        }

        attempt.SetEndTime(e.Timestamp.UtcDateTime);
        EarshotActivities.End(attempt);
    }

    private void Stop(NatsConnectionEvent e, ActivityStatusCode status, string? description)
    {
        if (_outage is null)
        {
            return;
        }

        _outage.SetStatus(status, description);
        _outage.SetEndTime(e.Timestamp.UtcDateTime);
        EarshotActivities.End(_outage);
        _outage = null;
    }
}
