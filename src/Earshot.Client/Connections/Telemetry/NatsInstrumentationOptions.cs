using System.Diagnostics;
using Earshot.Connections;
using Earshot.Protocol;

namespace Earshot;

/// <summary>How messages are traced. The options are those of the process and are read with each message.</summary>
/// <remarks>
/// Set them before the first connection is used. A callback that throws makes a publish or request throw before anything is sent; a received message is
/// handled without an activity.
/// </remarks>
public sealed class NatsInstrumentationOptions
{
    /// <summary>The options of the process.</summary>
    public static NatsInstrumentationOptions Default { get; } = new();

    /// <summary>Decides whether a message gets an activity and carries a trace context. Default: null (all messages).</summary>
    public Func<NatsInstrumentationContext, bool>? Filter { get; set; }

    /// <summary>Adds tags to the activity of one message when it starts; reads of streams are activities of several messages and are left out. Default: null.</summary>
    public Action<Activity, NatsInstrumentationContext>? Enrich { get; set; }

    /// <summary>
    /// Makes the part of an activity's name that follows the operation of a subject. It should have few values, such as <c>orders.*</c>. Default:
    /// null (the pattern of the subscription or the stream where there is one, otherwise the operation alone).
    /// </summary>
    public Func<string, string>? SpanDestinationNameFormatter { get; set; }

    /// <summary>Whether baggage is sent and received with messages. Default: false.</summary>
    public bool PropagateBaggage { get; set; }

    /// <summary>Decides by its key whether an item of baggage is sent. Default: null (all items).</summary>
    public Func<string, bool>? BaggageKeyFilter { get; set; }

    /// <summary>Returns the baggage to send; of items with the same key, the first one is sent. Default: null (that of the current activity, or of the propagator in use).</summary>
    public Func<IEnumerable<KeyValuePair<string, string?>>>? BaggageSource { get; set; }

    /// <summary>Writes and reads trace contexts; the package for OpenTelemetry replaces it by the propagator of the application.</summary>
    [ForExtensions]
    internal IContextPropagation Propagation { get; set; } = new DistributedContextPropagation();
}
