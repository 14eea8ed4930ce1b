using System.Diagnostics;
using System.Net;
using Earshot.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>
/// Activities and measurements of messages, with the names of OpenTelemetry's semantic conventions for messaging (version 1.44). Does
/// not allocate while nothing in the process listens.
/// </summary>
[ForExtensions]
internal static class MessageTelemetry
{
    public const string Publish = "publish";
    public const string Request = "request";
    public const string Process = "process";
    public const string Receive = "receive";

    private const string Send = "send";

    /// <summary>Something listens to activities of messages or measures sent ones.</summary>
    public static bool IsSendObserved => EarshotActivities.HasListeners || EarshotMeter.SentMessages.Enabled || EarshotMeter.OperationDuration.Enabled;

    /// <summary>Something listens to activities of messages or measures received ones.</summary>
    public static bool IsReceiveObserved => EarshotActivities.HasListeners || EarshotMeter.ConsumedMessages.Enabled || EarshotMeter.OperationDuration.Enabled;

    /// <summary>Something listens to activities of messages or measures their handling.</summary>
    public static bool IsProcessObserved => EarshotActivities.HasListeners || EarshotMeter.ProcessDuration.Enabled;

    /// <summary>Begins to send a message: its activity is current until the operation ends. Throws what a callback of the application throws.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="operation"><see cref="Publish"/> or <see cref="Request"/>.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="headers">The headers of the caller, which are not changed.</param>
    /// <param name="replyTo">The reply subject.</param>
    public static SendOperation BeginSend(INatsConnection connection, string operation, string subject, NatsHeaders? headers, string? replyTo)
    {
        var sending = new SendOperation(connection, operation, headers);
        if (!EarshotActivities.HasListeners)
        {
            return sending;
        }

        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        var context = new NatsInstrumentationContext(subject, headers, replyTo, null, null, null, connection, Activity.Current?.Context ?? default);
        if (options.Filter?.Invoke(context) == false)
        {
            return sending;
        }

        string name = options.SpanDestinationNameFormatter is { } format ? $"{operation} {format(subject)}" : operation;
        Activity? activity = EarshotActivities.Start(name, operation == Request ? ActivityKind.Client : ActivityKind.Producer);
        if (activity is null)
        {
            // Not sampled here: what is sent still belongs to the trace of the caller.
            return Activity.Current is { } current && connection.Opts.Headers ? sending.With(null, Inject(current.Context, headers, options)) : sending;
        }

        try
        {
            Describe(activity, connection, operation, Send, subject);
            options.Enrich?.Invoke(activity, context);
            return sending.With(activity, connection.Opts.Headers ? Inject(activity.Context, headers, options) : headers);
        }
        catch (Exception e)
        {
            End(activity, e.GetType().FullName, e.Message);
            throw;
        }
    }

    /// <summary>Begins to handle a received message; null: nothing listens, the filter declines, or a callback or listener threw.</summary>
    /// <param name="message">The message.</param>
    /// <param name="subscription">The subscription that received it; null: not known.</param>
    /// <param name="name">The name of the activity; empty: the operation and the pattern of the subscription.</param>
    public static Activity? StartProcess(in ReceivedContext message, INatsSub? subscription, string name = "") =>
        EarshotActivities.HasListeners ? StartProcess(message, MessageOrigin.Of(subscription ?? message.Headers?.Source as INatsSub, message.Connection), name) : null;

    /// <summary>Begins to handle a received message; null: nothing listens, the filter declines, or a callback or listener threw.</summary>
    /// <param name="message">The message.</param>
    /// <param name="origin">The origin of the message.</param>
    /// <param name="name">The name of the activity; empty: the operation and the name of the origin.</param>
    public static Activity? StartProcess(in ReceivedContext message, in MessageOrigin origin, string name = "")
    {
        if (!EarshotActivities.HasListeners)
        {
            return null;
        }

        Activity? activity = null;
        try
        {
            return StartProcess(message, origin, name, ref activity);
        }
        catch (Exception)
        {
            EarshotActivities.End(activity); // a callback of the application threw
            return null;
        }
    }

    /// <summary>Begins to handle a received message and to measure for how long. Call it only while <see cref="IsProcessObserved"/>.</summary>
    /// <param name="connection">The connection of the message.</param>
    /// <param name="message">The message.</param>
    /// <param name="origin">The origin of the message.</param>
    public static ProcessOperation BeginProcess(INatsConnection connection, in ReceivedContext message, in MessageOrigin origin) => new(connection, origin, StartProcess(message, origin));

    /// <summary>Counts a message that was delivered to the application.</summary>
    public static void Consumed(INatsConnection connection, in MessageOrigin origin)
    {
        TagList tags = MetricTags(connection, Receive);
        origin.AddTo(ref tags);
        Instruments.Add(EarshotMeter.ConsumedMessages, 1, tags);
    }

    /// <summary>Measures for how long a message was handled.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="origin">The origin of the message.</param>
    /// <param name="duration">The duration.</param>
    /// <param name="errorType">The kind of the error of the handler; null: it succeeded.</param>
    public static void Processed(INatsConnection connection, in MessageOrigin origin, TimeSpan duration, string? errorType)
    {
        if (!EarshotMeter.ProcessDuration.Enabled)
        {
            return;
        }

        TagList tags = MetricTags(connection, Process);
        origin.AddTo(ref tags);
        AddError(ref tags, errorType);
        Instruments.Record(EarshotMeter.ProcessDuration, duration.TotalSeconds, tags);
    }

    internal static TagList MetricTags(INatsConnection connection, string operation)
    {
        TagList tags = default;
        tags.Add(TelemetryNames.System, TelemetryNames.Nats);
        tags.Add(TelemetryNames.OperationName, operation);
        tags.Add(TelemetryNames.ConnectionName, connection.Opts.Name);
        if (connection is ILiveServer { LiveServer: { } server })
        {
            TelemetryNames.AddServer(ref tags, server.Url);
        }

        return tags;
    }

    internal static void AddError(ref TagList tags, string? errorType)
    {
        if (errorType is not null)
        {
            tags.Add(TelemetryNames.ErrorType, errorType);
        }
    }

    /// <summary>Ends an activity.</summary>
    /// <param name="activity">The activity; null: nothing happens.</param>
    /// <param name="errorType">The kind of the error; null: the operation succeeded.</param>
    /// <param name="description">The text of the error; null: none.</param>
    internal static void End(Activity? activity, string? errorType, string? description)
    {
        if (errorType is not null)
        {
            activity?.SetStatus(ActivityStatusCode.Error, description).SetTag(TelemetryNames.ErrorType, errorType);
        }

        EarshotActivities.End(activity);
    }

    internal static void Describe(Activity activity, INatsConnection? connection, string operation, string type, string? destination)
    {
        if (!activity.IsAllDataRequested)
        {
            return;
        }

        activity.SetTag(TelemetryNames.System, TelemetryNames.Nats).SetTag(TelemetryNames.OperationName, operation).SetTag(TelemetryNames.OperationType, type)
            .SetTag(TelemetryNames.DestinationName, destination);
        if (connection is null)
        {
            return;
        }

        activity.SetTag(TelemetryNames.ConnectionName, connection.Opts.Name).SetTag(TelemetryNames.ClientId, connection.Opts.Name);
        if (destination is not null && MessageOrigin.IsInbox(destination, connection))
        {
            activity.SetTag(TelemetryNames.DestinationTemporary, true);
        }

        if (connection is ILiveServer { LiveServer: { } server })
        {
            TelemetryNames.AddServer(activity, server.Url, server.Endpoint as IPEndPoint);
        }
    }

    // Assigns the activity as soon as it runs, so that it can be ended when a callback throws behind that.
    private static Activity? StartProcess(in ReceivedContext message, in MessageOrigin origin, string name, ref Activity? activity)
    {
        NatsInstrumentationOptions options = NatsInstrumentationOptions.Default;
        IReadOnlyList<KeyValuePair<string, string?>>? baggage = null;
        ActivityContext parent = message.Headers is { } headers ? options.Propagation.Extract(headers, out baggage) : default;
        var context = new NatsInstrumentationContext(message.Subject, message.Headers, message.ReplyTo, origin.QueueGroup, null, message.Size, message.Connection, parent)
        {
            Baggage = options.PropagateBaggage ? baggage : null,
        };
        if (options.Filter?.Invoke(context) == false)
        {
            return null;
        }

        if (name.Length == 0)
        {
            string? destination = options.SpanDestinationNameFormatter?.Invoke(message.Subject) ?? origin.Name;
            name = destination is null ? Process : $"{Process} {destination}";
        }

        activity = EarshotActivities.Start(name, ActivityKind.Consumer, parent);
        if (activity is null)
        {
            return null;
        }

        Describe(activity, message.Connection, Process, Process, message.Subject);
        origin.AddTo(activity);
        foreach (KeyValuePair<string, string?> item in context.Baggage ?? [])
        {
            activity.AddBaggage(item.Key, item.Value);
        }

        options.Enrich?.Invoke(activity, context);
        return activity;
    }

    private static NatsHeaders Inject(ActivityContext context, NatsHeaders? headers, NatsInstrumentationOptions options)
    {
        NatsHeaders sent = headers?.Copy() ?? [];
        options.Propagation.Inject(context, options.BaggageSource?.Invoke(), sent, options);
        return sent;
    }
}
