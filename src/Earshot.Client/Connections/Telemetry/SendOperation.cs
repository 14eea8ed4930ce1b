using System.Diagnostics;
using Earshot.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>One publish or request while it is observed: its activity, its headers with the trace context, and its start.</summary>
[ForExtensions]
internal readonly struct SendOperation(INatsConnection connection, string operation, NatsHeaders? headers)
{
    private readonly long _started = connection.Opts.TimeProvider.GetTimestamp();

    private Activity? Activity { get; init; }

    /// <summary>The headers to send.</summary>
    public NatsHeaders? Headers { get; private init; } = headers;

    public SendOperation With(Activity? activity, NatsHeaders? sent) => this with { Activity = activity, Headers = sent };

    /// <summary>Adds a fact that is known when the operation ends.</summary>
    public void Tag(string name, object? value) => Activity?.SetTag(name, value);

    /// <summary>Ends the activity and measures; does not throw. Call it once.</summary>
    /// <param name="error">Why it failed; null: it succeeded.</param>
    public void End(Exception? error) => End(error?.GetType().FullName, error?.Message);

    /// <summary>Ends the activity and measures; does not throw. Call it once.</summary>
    /// <param name="errorType">The kind of the error; null: it succeeded.</param>
    /// <param name="description">The text of the error; null: none.</param>
    public void End(string? errorType, string? description)
    {
        MessageTelemetry.End(Activity, errorType, description);
        if (!EarshotMeter.SentMessages.Enabled && !EarshotMeter.OperationDuration.Enabled)
        {
            return;
        }

        TagList tags = MessageTelemetry.MetricTags(connection, operation);
        MessageTelemetry.AddError(ref tags, errorType);
        Instruments.Add(EarshotMeter.SentMessages, 1, tags);
        Instruments.Record(EarshotMeter.OperationDuration, connection.Opts.TimeProvider.GetElapsedTime(_started).TotalSeconds, tags);
    }
}
