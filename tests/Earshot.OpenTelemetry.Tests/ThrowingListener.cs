using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Earshot.OpenTelemetry.Tests;

/// <summary>A listener of the meter or of the activities that throws in one of its callbacks.</summary>
internal sealed class ThrowingListener : IDisposable
{
    private readonly MeterListener _metrics = new();
    private readonly ActivityListener _activities = new();
    private int _calls;

    public ThrowingListener(ThrowingCallback callback)
    {
        _metrics.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == NatsTelemetry.MeterName && callback == ThrowingCallback.Measurement)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _metrics.SetMeasurementEventCallback<long>((_, _, _, _) => Throw());
        _metrics.SetMeasurementEventCallback<double>((_, _, _, _) => Throw());
        _metrics.Start();
        if (callback != ThrowingCallback.Measurement)
        {
            _activities.ShouldListenTo = source => source.Name == NatsTelemetry.SourceName;
            _activities.Sample = (ref _) => callback == ThrowingCallback.Sample ? Throw() : ActivitySamplingResult.AllDataAndRecorded;
            _activities.ActivityStarted = _ => ThrowIf(callback == ThrowingCallback.ActivityStarted);
            _activities.ActivityStopped = _ => ThrowIf(callback == ThrowingCallback.ActivityStopped);
            ActivitySource.AddActivityListener(_activities);
        }
    }

    /// <summary>How often the callback was called.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public void Dispose()
    {
        _metrics.Dispose();
        _activities.Dispose();
    }

    private void ThrowIf(bool isIt)
    {
        if (isIt)
        {
            Throw();
        }
    }

    private ActivitySamplingResult Throw()
    {
        Interlocked.Increment(ref _calls);
        throw new InvalidOperationException("of the listener");
    }
}

/// <summary>What of a listener throws.</summary>
public enum ThrowingCallback
{
    /// <summary>Each measurement.</summary>
    Measurement,

    /// <summary>The decision whether there is an activity.</summary>
    Sample,

    /// <summary>The start of an activity.</summary>
    ActivityStarted,

    /// <summary>The end of an activity.</summary>
    ActivityStopped,
}
