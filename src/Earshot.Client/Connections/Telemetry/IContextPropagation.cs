using System.Diagnostics;
using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>Writes a trace context into the headers of a message and reads it back.</summary>
[ForExtensions]
internal interface IContextPropagation
{
    /// <summary>Writes the context, and the baggage if there is any.</summary>
    /// <param name="context">The context.</param>
    /// <param name="baggage">The baggage to send; null: the propagator's own, or that of the current activity.</param>
    /// <param name="headers">The headers of the message.</param>
    /// <param name="options">The options of the process.</param>
    void Inject(ActivityContext context, IEnumerable<KeyValuePair<string, string?>>? baggage, NatsHeaders headers, NatsInstrumentationOptions options);

    /// <summary>Reads the context; the default one if the message has none.</summary>
    /// <param name="headers">The headers of the message.</param>
    /// <param name="baggage">The baggage of the message; null: none.</param>
    ActivityContext Extract(NatsHeaders headers, out IReadOnlyList<KeyValuePair<string, string?>>? baggage);
}
