using System.Diagnostics;
using System.Diagnostics.Metrics;
using Earshot.Protocol;

namespace Earshot.Diagnostics;

/// <summary>
/// Creates instruments and measures with them. Both call the listeners of the application, also on read loops: what a listener throws is
/// ignored, because it must cost neither a message nor a session nor an outcome.
/// </summary>
[ForExtensions]
internal static class Instruments
{
    /// <summary>Creates a counter. If a listener that is notified of it throws, it has no listeners.</summary>
    public static Counter<long> Counter(Meter meter, string name, string unit, string description) =>
        Create(meter, owner => owner.CreateCounter<long>(name, unit, description));

    /// <summary>Creates a histogram. If a listener that is notified of it throws, it has no listeners.</summary>
    public static Histogram<double> Histogram(Meter meter, string name, string unit, string description, InstrumentAdvice<double> advice) =>
        Create(meter, owner => owner.CreateHistogram(name, unit, description, tags: null, advice));

    /// <summary>Creates an instrument. If a listener that is notified of it throws, it has no listeners.</summary>
    public static T Create<T>(Meter meter, Func<Meter, T> create)
        where T : Instrument
    {
        try
        {
            return create(meter);
        }
        catch (Exception)
        {
            var disposed = new Meter(meter.Name);
            disposed.Dispose();
            return create(disposed); // no listener is notified of the instruments of a disposed meter
        }
    }

    /// <summary>Counts.</summary>
    public static void Add(Counter<long> counter, long number, in TagList tags)
    {
        try
        {
            counter.Add(number, tags);
        }
        catch (Exception)
        {
            // of a listener
        }
    }

    /// <summary>Measures.</summary>
    public static void Record(Histogram<double> histogram, double value, in TagList tags)
    {
        try
        {
            histogram.Record(value, tags);
        }
        catch (Exception)
        {
            // of a listener
        }
    }
}
