using Earshot.Diagnostics;

namespace Earshot;

/// <summary>The names under which traces are published.</summary>
public static class NatsTelemetry
{
    /// <summary>The name of the activity source of this library.</summary>
    public const string SourceName = EarshotActivities.SourceName;
}
