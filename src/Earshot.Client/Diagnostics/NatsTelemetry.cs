using Earshot.Diagnostics;

namespace Earshot;

/// <summary>The names under which traces and metrics are published.</summary>
public static class NatsTelemetry
{
    /// <summary>The name of the activity source of this library.</summary>
    public const string SourceName = EarshotActivities.SourceName;

    /// <summary>The name of the meter of this library.</summary>
    public const string MeterName = EarshotMeter.Name;
}
