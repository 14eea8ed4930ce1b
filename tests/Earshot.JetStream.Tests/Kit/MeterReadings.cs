using System.Diagnostics.Metrics;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// What the instruments of JetStream measure from now on, by instrument and tag. The meter is shared by all connections of the process, so a
/// test that compares exact figures must not run in parallel with others.
/// </summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<(string Instrument, string Tag), long> _counts = []; // also the lock

    public MeterReadings()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == "Earshot" && instrument.Name.StartsWith("earshot.jetstream.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, tags, value));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, tags, 1));
        _listener.Start();
    }

    /// <summary>The sum of a counter, or the number of values of a histogram, as "tag 1, other tag 2"; "1" without a tag.</summary>
    public string Of(string instrument)
    {
        lock (_counts)
        {
            return string.Join(", ", _counts.Where(count => count.Key.Instrument == $"earshot.jetstream.{instrument}").OrderBy(count => count.Key.Tag, StringComparer.Ordinal)
                .Select(count => $"{count.Key.Tag} {count.Value}".Trim()));
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, long value)
    {
        string tag = "", connection = "";
        foreach (KeyValuePair<string, object?> pair in tags)
        {
            if (pair.Key == "nats.connection.name")
            {
                connection = (string)pair.Value!;
            }
            else
            {
                tag = (string)pair.Value!;
            }
        }

        if (connection.Length == 0)
        {
            tag += " without the name of its connection";
        }

        lock (_counts)
        {
            _counts[(instrument, tag)] = _counts.GetValueOrDefault((instrument, tag)) + value;
        }
    }
}
