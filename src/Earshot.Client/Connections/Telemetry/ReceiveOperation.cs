using System.Diagnostics;
using Earshot.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>
/// Messages that the application requested and receives together, while this is observed: one activity with a link to the context of each
/// message. The activity is created when the operation ends, so that its links are known and it is never current. For one reader at a time.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="origin">The origin of the messages.</param>
[ForExtensions]
internal sealed class ReceiveOperation(INatsConnection connection, MessageOrigin origin)
{
    /// <summary>The number of messages of which one activity has links. OpenTelemetry keeps no more by default.</summary>
    public const int MaxLinks = 128;

    private readonly DateTimeOffset _begun = TimeProvider.System.GetUtcNow(); // as other activities, whose clock cannot be replaced
    private readonly long _started = connection.Opts.TimeProvider.GetTimestamp();
    private readonly List<ActivityLink> _links = [];
    private DateTimeOffset _last;

    /// <summary>The number of messages.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the messages are those of one call, whose duration is measured; otherwise they are those that were there together.</summary>
    public bool IsCall { get; init; }

    /// <summary>Whether the call requests one message only, so that its number says nothing.</summary>
    public bool IsOfOne { get; init; }

    private int Declined { get; set; } // by the filter

    /// <summary>Adds a message that the application receives; does not throw.</summary>
    public void Add(in ReceivedContext message)
    {
        Count++;
        if (!EarshotActivities.HasListeners)
        {
            return;
        }

        _last = TimeProvider.System.GetUtcNow();
        try
        {
            AddLink(message);
        }
        catch (Exception)
        {
            // of a callback: the message is already the application's
        }
    }

    /// <summary>Creates the activity, a child of the current one, and measures; does not throw. Call it once.</summary>
    /// <param name="error">Why the call failed; null: it succeeded.</param>
    public void End(Exception? error)
    {
        string? errorType = error?.GetType().FullName;
        if (IsCall && EarshotMeter.OperationDuration.Enabled)
        {
            TagList tags = MessageTelemetry.MetricTags(connection, MessageTelemetry.Receive);
            origin.AddTo(ref tags);
            MessageTelemetry.AddError(ref tags, errorType);
            Instruments.Record(EarshotMeter.OperationDuration, connection.Opts.TimeProvider.GetElapsedTime(_started).TotalSeconds, tags);
        }

        if (!EarshotActivities.HasListeners || (Count > 0 && Declined == Count))
        {
            return;
        }

        string name = origin.Name is { } from ? $"{MessageTelemetry.Receive} {from}" : MessageTelemetry.Receive;
        Activity? activity = EarshotActivities.Start(name, ActivityKind.Client, links: _links, startTime: _begun);
        if (activity is null)
        {
            return;
        }

        MessageTelemetry.Describe(activity, connection, MessageTelemetry.Receive, MessageTelemetry.Receive, origin.Name);
        origin.AddTo(activity);
        if (!IsOfOne)
        {
            activity.SetTag(TelemetryNames.BatchCount, Count - Declined);
        }

        if (!IsCall && _last != default)
        {
            activity.SetEndTime(_last.UtcDateTime); // what follows is the application's
        }

        MessageTelemetry.End(activity, errorType, error?.Message);
    }

    private void AddLink(in ReceivedContext message)
    {
        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        ActivityContext sender = message.Headers is { } headers ? options.Propagation.Extract(headers, out _) : default;
        var context = new NatsInstrumentationContext(message.Subject, message.Headers, message.ReplyTo, origin.QueueGroup, null, message.Size, message.Connection, sender);
        if (options.Filter?.Invoke(context) == false)
        {
            Declined++;
        }
        else if (sender != default && _links.Count < MaxLinks)
        {
            _links.Add(new ActivityLink(sender));
        }
    }
}
