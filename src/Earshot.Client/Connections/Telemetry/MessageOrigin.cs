using System.Diagnostics;
using Earshot.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>
/// What received messages have in common, in terms of few values: only these are tags of measurements and parts of the names of activities.
/// The default value has none.
/// </summary>
[ForExtensions]
internal readonly record struct MessageOrigin
{
    /// <summary>The pattern of the subscription; null: there is none, or it is an inbox, which is unique.</summary>
    public string? Template { get; init; }

    /// <summary>The queue group of the subscription; null: none.</summary>
    public string? QueueGroup { get; init; }

    /// <summary>What stores the messages, such as a stream; null: they are not stored.</summary>
    public string? Destination { get; init; }

    /// <summary>The part of the destination that is read, by a name that stays the same; null: none, or its name is unique.</summary>
    public string? Subscription { get; init; }

    /// <summary>What the names of activities contain; null: nothing.</summary>
    public string? Name => Template ?? Destination;

    /// <summary>Returns the origin of the messages of a subscription.</summary>
    /// <param name="subscription">The subscription; null: it is not known.</param>
    /// <param name="connection">The connection, which knows what an inbox is; null: it is not known.</param>
    public static MessageOrigin Of(INatsSub? subscription, INatsConnection? connection) => subscription is null ? default : new MessageOrigin
    {
        Template = connection is not null && IsInbox(subscription.Subject, connection) ? null : subscription.Subject,
        QueueGroup = subscription.QueueGroup,
    };

    /// <summary>Whether a subject is an inbox of the connection.</summary>
    public static bool IsInbox(string subject, INatsConnection connection) =>
        connection.Opts.InboxPrefix is { Length: > 0 } prefix && subject.Length > prefix.Length && subject[prefix.Length] == '.' && subject.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Adds the tags of a measurement.</summary>
    public void AddTo(ref TagList tags)
    {
        Add(ref tags, TelemetryNames.DestinationTemplate, Template);
        Add(ref tags, TelemetryNames.ConsumerGroup, QueueGroup);
        Add(ref tags, TelemetryNames.DestinationName, Destination);
        Add(ref tags, TelemetryNames.SubscriptionName, Subscription);
    }

    /// <summary>Adds the tags of an activity, whose destination is already described.</summary>
    public void AddTo(Activity activity)
    {
        Add(activity, TelemetryNames.DestinationTemplate, Template);
        Add(activity, TelemetryNames.ConsumerGroup, QueueGroup);
        Add(activity, TelemetryNames.Stream, Destination);
        Add(activity, TelemetryNames.SubscriptionName, Subscription);
    }

    private static void Add(ref TagList tags, string name, string? value)
    {
        if (value is not null)
        {
            tags.Add(name, value);
        }
    }

    private static void Add(Activity activity, string name, string? value)
    {
        if (value is not null)
        {
            activity.SetTag(name, value);
        }
    }
}
