using System.Diagnostics;
using Earshot.Connections;

namespace Earshot;

/// <summary>Tracing of received messages.</summary>
public static class NatsMsgTelemetryExtensions
{
    /// <summary>Starts an activity for the handling of a message, which continues the trace of its sender. Dispose it when the message is handled.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="msg">The message.</param>
    /// <param name="name">The name of the activity; empty: <c>process</c> and the pattern of the subscription, if it is known from the headers.</param>
    /// <param name="tags">Tags of the activity; null: none.</param>
    /// <returns>The activity; null when nothing listens, or <see cref="NatsInstrumentationOptions.Filter"/> declines.</returns>
    public static Activity? StartActivity<T>(this in NatsMsg<T> msg, string name = "", IEnumerable<KeyValuePair<string, object?>>? tags = null)
    {
        Activity? activity = MessageTelemetry.StartProcess(new ReceivedContext(msg.Subject, msg.ReplyTo, msg.Headers, msg.Size, msg.Connection), null, name);
        if (activity is not null)
        {
            foreach ((string key, object? value) in tags ?? [])
            {
                activity.SetTag(key, value);
            }
        }

        return activity;
    }

    /// <summary>Returns the trace context that headers carry.</summary>
    /// <param name="headers">The headers of a message.</param>
    /// <returns>The context; the default one if there is none.</returns>
    public static ActivityContext GetActivityContext(this NatsHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return NatsInstrumentationOptions.Default.Propagation.Extract(headers, out _);
    }
}
