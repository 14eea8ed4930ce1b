using System.Diagnostics.Metrics;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>The measurements of the metrics of messages from now on, as "name tag=value ...", without those tags that every one has.</summary>
internal sealed class Readings : IDisposable
{
    private static readonly string[] s_common = ["messaging.system", "nats.connection.name", "server.port", "server.address"];

    private readonly MeterListener _listener = new();
    private readonly List<string> _all = []; // also the lock

    public Readings()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == NatsTelemetry.MeterName && instrument.Name.StartsWith("messaging.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument.Name, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, tags));
        _listener.Start();
    }

    /// <summary>The measurements of one instrument, sorted.</summary>
    public IReadOnlyList<string> Of(string instrument)
    {
        lock (_all)
        {
            return [.. _all.Where(reading => reading.StartsWith($"{instrument} ", StringComparison.Ordinal)).Select(reading => reading[(instrument.Length + 1)..]).Order(StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var shown = new List<string>();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (!s_common.Contains(tag.Key))
            {
                shown.Add($"{tag.Key}={tag.Value}");
            }
        }

        lock (_all)
        {
            _all.Add($"{instrument} {string.Join(' ', shown)}");
        }
    }
}
