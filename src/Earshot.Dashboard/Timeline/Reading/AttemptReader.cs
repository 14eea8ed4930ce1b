namespace Earshot.Dashboard.Timeline;

/// <summary>Reads the outcomes of connect attempts from events.</summary>
internal static class AttemptReader
{
    internal static IReadOnlyList<AttemptMark> Read(IReadOnlyList<TimedEvent> events)
    {
        var marks = new List<AttemptMark>();
        foreach (TimedEvent e in events)
        {
            switch (e.Event)
            {
                case NatsConnectAttemptFailedEvent { Abandoned: false } failed:
                    marks.Add(new AttemptMark(
                        e.Time, ServerText.Of(failed.Server)!, $"{failed.Phase}: {failed.ServerError?.Text ?? failed.Exception.Message}", failed.RepeatCount));
                    break;
                case NatsConnectedEvent connected:
                    marks.Add(new AttemptMark(e.Time, ServerText.Of(connected.Server)!, null, 1));
                    break;
                case NatsReconnectedEvent reconnected:
                    marks.Add(new AttemptMark(e.Time, ServerText.Of(reconnected.Server)!, null, 1));
                    break;
            }
        }

        return marks;
    }
}
