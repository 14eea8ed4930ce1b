using System.Diagnostics;
using Earshot.Connections;
using Earshot.JetStream.Consuming;

namespace Earshot.JetStream;

/// <summary>Tracing of received JetStream messages.</summary>
public static class NatsJSTelemetryExtensions
{
    /// <summary>Starts an activity for the handling of a message, which continues the trace of its publisher. Dispose it when the message is handled.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="msg">The message.</param>
    /// <param name="name">The name of the activity; empty: <c>process</c>, with the stream or with what <see cref="NatsInstrumentationOptions.SpanDestinationNameFormatter"/> makes of the subject.</param>
    /// <param name="tags">Tags of the activity; null: none.</param>
    /// <returns>The activity; null when nothing listens, or <see cref="NatsInstrumentationOptions.Filter"/> declines.</returns>
    public static Activity? StartActivity<T>(this INatsJSMsg<T> msg, string name = "", IEnumerable<KeyValuePair<string, object?>>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(msg);
        Activity? activity = MessageTelemetry.StartProcess(ReadTelemetry.ContextOf(msg), ReadTelemetry.OriginOf(msg), name);
        if (activity is not null)
        {
            foreach ((string key, object? value) in tags ?? [])
            {
                activity.SetTag(key, value);
            }
        }

        return activity;
    }
}
