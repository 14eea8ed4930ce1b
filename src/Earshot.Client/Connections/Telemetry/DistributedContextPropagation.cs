using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Earshot.Connections;

/// <summary>Trace contexts with the propagator of .NET, by default W3C Trace Context: <see cref="DistributedContextPropagator.Current"/>.</summary>
internal sealed class DistributedContextPropagation : IContextPropagation
{
    private const string BaggageHeader = "baggage";
    private const int LongestBaggage = 8192; // W3C Baggage, 3.3.2

    public void Inject(ActivityContext context, IEnumerable<KeyValuePair<string, string?>>? baggage, NatsHeaders headers, NatsInstrumentationOptions options)
    {
        DistributedContextPropagator.Current.Inject(Activity.Current, headers, static (carrier, name, value) =>
        {
            if (!IsBaggage(name))
            {
                ((NatsHeaders)carrier!)[name] = value;
            }
        });
        if (!options.PropagateBaggage)
        {
            return;
        }

        // An activity lists its own items before those of its parents, whose values they replace.
        string text = string.Join(',', (baggage ?? Activity.Current?.Baggage ?? [])
            .Where(item => options.BaggageKeyFilter?.Invoke(item.Key) != false)
            .DistinctBy(item => item.Key)
            .Select(item => $"{Uri.EscapeDataString(item.Key)}={Uri.EscapeDataString(item.Value ?? "")}"));
        if (text.Length is > 0 and <= LongestBaggage)
        {
            headers[BaggageHeader] = text;
        }
    }

    public ActivityContext Extract(NatsHeaders headers, out IReadOnlyList<KeyValuePair<string, string?>>? baggage)
    {
        DistributedContextPropagator.Current.ExtractTraceIdAndState(headers, Get, out string? id, out string? state);
        baggage = headers.ContainsKey(BaggageHeader) && DistributedContextPropagator.Current.ExtractBaggage(headers, Get) is { } items ? [.. items] : null;
        return id is not null && ActivityContext.TryParse(id, state, isRemote: true, out ActivityContext context) ? context : default;
    }

    private static void Get(object? carrier, string name, out string? value, out IEnumerable<string>? values)
    {
        values = null;
        value = ((NatsHeaders)carrier!).TryGetValue(name, out StringValues found) ? (string?)found : null;
    }

    private static bool IsBaggage(string name) =>
        name.Equals(BaggageHeader, StringComparison.OrdinalIgnoreCase) || name.Equals("Correlation-Context", StringComparison.OrdinalIgnoreCase);
}
