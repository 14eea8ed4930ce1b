using System.Diagnostics;
using Earshot.Diagnostics;

namespace Earshot.Events;

/// <summary>Makes one activity per outage, from Disconnected to Resubscribed or Closed, with the failed attempts inside.</summary>
internal sealed class OutageActivityReader
{
    private Activity? _outage;

    private OutageActivityReader()
    {
    }

    public static IDisposable Attach(Journal journal)
    {
        var reader = new OutageActivityReader();
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
                _outage.AddEvent(new ActivityEvent("attempt failed", e.Timestamp, [new("phase", failed.Phase.ToString()), new("message", e.Message)]));
                break;
            case NatsReconnectedEvent reconnected when _outage is not null:
                _outage.SetTag("nats.attempts", reconnected.Attempts).SetTag("nats.server", reconnected.Server.Url.ToString());
                _outage.AddEvent(new ActivityEvent("reconnected", e.Timestamp));
                break;
            case NatsResubscribedEvent: Stop(e, ActivityStatusCode.Ok, null); break;
            case NatsClosedEvent closed: Stop(e, ActivityStatusCode.Error, closed.Reason.ToString()); break;
        }
    }

    private void Start(NatsDisconnectedEvent e)
    {
        // Starting sets Activity.Current, which belongs to nobody here: outages have no parent and are parent of nothing.
        Activity? current = Activity.Current;
        _outage = EarshotActivities.Source.StartActivity(EarshotActivities.Outage, ActivityKind.Client, default(ActivityContext), startTime: e.Timestamp);
        Activity.Current = current;
        _outage?.SetTag("nats.outage", e.OutageId).SetTag("nats.session", e.SessionId)
            .SetTag("nats.reason", e.Reason.ToString()).SetTag("nats.previous_server", e.Server.Url.ToString());
    }

    private void Stop(NatsConnectionEvent e, ActivityStatusCode status, string? description)
    {
        if (_outage is null)
        {
            return;
        }

        _outage.SetStatus(status, description);
        _outage.SetEndTime(e.Timestamp.UtcDateTime);
        _outage.Dispose();
        _outage = null;
    }
}
