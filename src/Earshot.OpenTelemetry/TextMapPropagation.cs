using System.Diagnostics;
using Earshot.Connections;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;

namespace Earshot.OpenTelemetry;

/// <summary>Trace contexts with OpenTelemetry's propagator, which an application can replace: <see cref="Propagators.DefaultTextMapPropagator"/>.</summary>
internal sealed class TextMapPropagation : IContextPropagation
{
    public void Inject(ActivityContext context, IEnumerable<KeyValuePair<string, string?>>? baggage, NatsHeaders headers, NatsInstrumentationOptions options)
    {
        Baggage sent = default;
        if (options.PropagateBaggage)
        {
            IEnumerable<KeyValuePair<string, string?>> items = baggage ?? Baggage.Current.GetBaggage().Select(item => new KeyValuePair<string, string?>(item.Key, item.Value));
            // An activity lists its own items before those of its parents, whose values they replace.
            sent = Baggage.Create(items.Where(item => options.BaggageKeyFilter?.Invoke(item.Key) != false).DistinctBy(item => item.Key).ToDictionary(item => item.Key, item => item.Value ?? ""));
        }

        Propagators.DefaultTextMapPropagator.Inject(new PropagationContext(context, sent), headers, static (carrier, name, value) => carrier[name] = value);
    }

    public ActivityContext Extract(NatsHeaders headers, out IReadOnlyList<KeyValuePair<string, string?>>? baggage)
    {
        PropagationContext found = Propagators.DefaultTextMapPropagator.Extract(default, headers, static (carrier, name) => carrier.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values) ? values : []);
        baggage = found.Baggage.Count == 0 ? null : [.. found.Baggage.GetBaggage().Select(item => new KeyValuePair<string, string?>(item.Key, item.Value))];
        return found.ActivityContext;
    }
}
