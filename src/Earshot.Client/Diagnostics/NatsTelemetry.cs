using Earshot.Diagnostics;

namespace Earshot;

/// <summary>Names under which traces are found.</summary>
public static class NatsTelemetry
{
    /// <summary>The activity source of this library.</summary>
    public const string SourceName = EarshotActivities.SourceName;
}
